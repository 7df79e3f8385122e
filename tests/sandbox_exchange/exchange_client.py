"""A client of the sandbox exchange out of Python's standard library: REST, WebSocket, control port."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import socket
import struct
import subprocess
import urllib.parse

ORDER = {"variety": "NORMAL", "tradingsymbol": "SBIN-EQ", "symboltoken": "3045", "transactiontype": "BUY", "exchange": "NSE",
         "ordertype": "LIMIT", "producttype": "INTRADAY", "duration": "DAY", "price": "780", "quantity": "10"}

PATHS = {
    "loginByPassword": "/rest/auth/angelbroking/user/v1/loginByPassword",
    "generateTokens": "/rest/auth/angelbroking/jwt/v1/generateTokens",
    "quote": "/rest/secure/angelbroking/market/v1/quote/",
    "getCandleData": "/rest/secure/angelbroking/historical/v1/getCandleData",
    "getRMS": "/rest/secure/angelbroking/user/v1/getRMS",
    "getProfile": "/rest/secure/angelbroking/user/v1/getProfile",
    "logout": "/rest/secure/angelbroking/user/v1/logout",
    "getHolding": "/rest/secure/angelbroking/portfolio/v1/getHolding",
    "getAllHolding": "/rest/secure/angelbroking/portfolio/v1/getAllHolding",
    "ruleList": "/rest/secure/angelbroking/gtt/v1/ruleList",
    "createRule": "/rest/secure/angelbroking/gtt/v1/createRule",
}


class Reply:
    """What came back: status 0 and a reason where nothing did."""

    def __init__(self, status, headers=None, text="", broken="", raw=b""):
        self.status, self.headers, self.text, self.broken, self.raw = status, headers or {}, text, broken, raw

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def data(self):
        return self.json["data"]

    def __repr__(self):
        return f"{self.status} {self.broken} {self.text[:300]}"


class Socket:
    """A WebSocket, client side; frames are read whole."""

    def __init__(self, url, headers):
        parts = urllib.parse.urlsplit(url)
        self.sock = socket.create_connection((parts.hostname, parts.port), timeout=5)
        target = parts.path + ("?" + parts.query if parts.query else "")
        lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = self.sock.recv(1)
            if not chunk:
                break
            head += chunk
        first, *rest = head.decode().split("\r\n")
        self.status = int(first.split()[1]) if first else 0
        self.headers = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in rest if ":" in line}

    def send(self, text):
        mask, data = os.urandom(4), text.encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(data))
        self.sock.sendall(b"\x81" + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            chunk = self.sock.recv(count - len(data))
            if not chunk:
                raise ConnectionError("closed")
            data += chunk
        return data

    def read(self, timeout=3.0):
        """("text"|"binary"|"close", payload); None where nothing comes in time."""
        self.sock.settimeout(timeout)
        try:
            first, second = self._exactly(2)
        except TimeoutError:
            return None
        length = second & 127
        if length == 126:
            length = struct.unpack(">H", self._exactly(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self._exactly(8))[0]
        payload = self._exactly(length)
        kind = {1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}[first & 15]
        return kind, payload.decode() if kind == "text" else payload

    def close(self):
        self.sock.close()


class Exchange:
    """The process, and an account of it."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{program} did not start")
        self.ready = json.loads(line)
        self.tokens = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    # Control port.
    def control(self, path, body=None, method=None):
        reply = self._request(self.ready["control_url"] + path, method or ("GET" if body is None else "POST"), body, {}, timeout=60)
        if reply.status != 200:
            raise AssertionError(f"control {path}: {reply}")
        return reply.json

    def arm(self, name, endpoint="*", count=1, **options):
        return self.control("/faults", {"name": name, "endpoint": endpoint, "count": count, "options": options})

    def hits(self, name):
        return self.control("/faults")["hits"].get(name, 0)

    def now(self):
        return self.control("/clock")["now_us"]

    # REST.
    def _request(self, url, method, body, headers, timeout=5.0):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
        target = parts.path + ("?" + parts.query if parts.query else "")
        try:
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            connection.request(method, target, data, headers)
            response = connection.getresponse()
            raw = response.read()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, raw.decode("utf-8", "replace"), raw=raw)
        except http.client.IncompleteRead as cut:
            return Reply(response.status, broken="cut", raw=cut.partial)
        except TimeoutError:
            return Reply(0, broken="timeout")
        except (ConnectionError, http.client.HTTPException) as failed:
            return Reply(0, broken=type(failed).__name__)
        finally:
            connection.close()

    def headers(self, **changes):
        values = {"Content-Type": "application/json", "Accept": "application/json", "X-UserType": "USER", "X-SourceID": "WEB",
                  "X-ClientLocalIP": "CLIENT_LOCAL_IP", "X-ClientPublicIP": "CLIENT_PUBLIC_IP", "X-MACAddress": "MAC_ADDRESS",
                  "X-PrivateKey": self.ready["api_key"]}
        if self.tokens:
            values["Authorization"] = "Bearer " + self.tokens["jwtToken"]
        for name, value in changes.items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value
        return values

    def call(self, endpoint, body=None, tail="", method=None, headers=None, timeout=5.0):
        path = PATHS.get(endpoint, "/rest/secure/angelbroking/order/v1/" + endpoint)
        return self._request(self.ready["rest_url"] + path + tail, method or ("GET" if body is None else "POST"), body,
                             headers or self.headers(), timeout)

    def code(self, at_seconds=None):
        key = base64.b32decode(self.ready["totp_secret"])
        step = int(self.now() // 1_000_000 if at_seconds is None else at_seconds) // 30
        digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
        at = digest[19] & 15
        return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"

    def log_in(self, code=None):
        reply = self.call("loginByPassword", {"clientcode": self.ready["client_code"], "password": self.ready["pin"],
                                              "totp": code or self.code()}, headers=self.headers(Authorization=None))
        if reply.status == 200 and reply.text and reply.json.get("data"):
            self.tokens = reply.data
        return reply

    def place(self, **changes):
        return self.call("placeOrder", {**ORDER, **changes})

    def settle(self):
        self.control("/orders", {"action": "settle"})

    def instruments(self, timeout=5.0):
        return self._request(self.ready["instruments_url"], "GET", None, {}, timeout)

    # Streams.
    def market_socket(self, **changes):
        headers = {"Authorization": self.tokens["jwtToken"], "x-api-key": self.ready["api_key"],
                   "x-client-code": self.ready["client_code"], "x-feed-token": self.tokens["feedToken"]}
        return Socket(self.ready["stream_url"], {k: v for k, v in {**headers, **changes}.items() if v is not None})

    def order_socket(self, **changes):
        return Socket(self.ready["order_stream_url"], {"Authorization": "Bearer " + self.tokens["jwtToken"], **changes})
