#!/usr/bin/env python3
"""Accidents of a day at the real program's doors, without injected faults: rate limits, both dialects, addresses, sockets,
midnight, the clock, the start and the end of the process.

    day_test.py SANDBOX_EXCHANGE
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from exchange_client import ORDER, Exchange

PROGRAM = sys.argv[1]
START = ["--speed", "step", "--start", "2026-11-23T10:00:00+05:30"]


def expect(condition, what=""):
    if not condition:
        raise AssertionError(what)


def raw(x, data):
    """Bytes to the REST door; what comes back until it closes."""
    host, port = x.ready["rest_url"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as sock:
        sock.sendall(data)
        sock.settimeout(1.0)
        got = b""
        try:
            while chunk := sock.recv(65536):
                got += chunk
        except (TimeoutError, ConnectionError):
            pass
        return got


def test_dialects(x):
    r = x.call("getRMS", headers=x.headers(Authorization=None))
    expect(r.json == {"success": False, "message": "Token missing", "errorCode": "AG8003", "data": ""}, r)
    r = x.call("getRMS", headers=x.headers(Authorization="Bearer Bearer " + x.tokens["jwtToken"]))
    expect(r.json["errorCode"] == "AG8001", r)
    r = x.call("getRMS", headers=x.headers(**{"X-PrivateKey": "nobody"}))
    expect(r.json == {"status": False, "message": "Invalid API Key", "errorcode": "AG8004", "data": None}, r)
    expect(x.call("logout", {}, headers=x.headers(**{"X-UserType": "ROBOT"})).json["errorcode"] == "AB1005")
    r = x.call("placeOrder", b"{not json")
    expect((r.status, r.raw) == (400, b""), r)
    expect(x.call("getProfile", tail="?{}", method="GET").json["status"] is True, "a query nobody reads")
    time.sleep(1.05)
    nowhere = x.call("/order-service/x")
    expect(nowhere.status == 404 and "date" in nowhere.headers, nowhere)
    r = x.call("quote", {"mode": "LTP", "exchangeTokens": {"NSE": [str(n) for n in range(51)]}})
    expect(r.json["errorcode"] == "AB4029", r)


def test_rate_limits(x):
    time.sleep(1.05)
    results = [x.place(ordertag=f"r{n}", price="700") for n in range(11)]
    expect([r.status for r in results] == [200] * 9 + [403] * 2, [r.status for r in results])
    expect(results[-1].text == "Access denied because of exceeding access rate" and results[-1].headers["content-type"] == "text/plain")
    cancelled = x.call("cancelOrder", {"variety": "NORMAL", "orderid": results[0].data["orderid"]})
    expect(cancelled.status == 403, "a cancel is starved by placing")
    expect(x.call("getRMS").status == 200, "another budget")
    candles = [x.call("getCandleData", {"exchange": "NSE", "symboltoken": "3045", "interval": "ONE_DAY",
                                        "fromdate": "2026-11-01 09:15", "todate": "2026-11-20 15:30"}) for _ in range(4)]
    expect([c.json["errorcode"] for c in candles] == ["", "", "", "AB1021"], [c.text[:80] for c in candles])
    x.control("/limits", {"is_on": False})
    tags = [w["ordertag"] for w in x.control("/writes") if w["effect"] == "taken"]
    expect(tags == [f"r{n}" for n in range(9)], tags)


def test_addresses(x):
    x.control("/settings", {"registered_addresses": ["127.0.0.9"]})
    r = x.place(ordertag="elsewhere")
    expect(r.json["errorCode"] == "AG7002" and "status" not in r.json, r)
    expect(x.call("getOrderBook").status == 200, "reads are free")
    x.control("/settings", {"registered_addresses": ["127.0.0.1"]})
    expect(x.place(ordertag="here").json["status"] is True)
    x.control("/settings", {"registered_addresses": []})


def test_candles(x):
    def ask(interval, begin, end):
        return x.call("getCandleData", {"exchange": "NSE", "symboltoken": "3045", "interval": interval, "fromdate": begin, "todate": end})
    for interval, days in [("ONE_MINUTE", 30), ("THREE_MINUTE", 60), ("FIVE_MINUTE", 100), ("TEN_MINUTE", 100),
                           ("FIFTEEN_MINUTE", 200), ("THIRTY_MINUTE", 200), ("ONE_HOUR", 400), ("ONE_DAY", 2000)]:
        rows = ask(interval, "2015-01-01 09:15", "2026-11-20 15:30").data
        first = rows[0][0][:10]
        oldest = time.strftime("%Y-%m-%d", time.gmtime(time.mktime((2026, 11, 20, 12, 0, 0, 0, 0, 0)) - (days - 1) * 86400))
        expect(first >= oldest, f"{interval}: {first} is before {oldest}")
        expect([r[0] for r in rows] == sorted({r[0] for r in rows}), f"{interval}: not ascending")
    minute = {r[0]: r for r in ask("ONE_MINUTE", "2026-11-20 09:15", "2026-11-20 09:29").data}
    [quarter] = ask("FIFTEEN_MINUTE", "2026-11-20 09:15", "2026-11-20 09:29").data
    bars = list(minute.values())
    expect(quarter[1:] == [bars[0][1], max(b[2] for b in bars), min(b[3] for b in bars), bars[-1][4], sum(b[5] for b in bars)], quarter)
    expect(ask("ONE_DAY", "2026-11-20 09:15", "2026-11-19 09:15").json["errorcode"] == "AB1004")
    expect(ask("ONE_DAY", "2026-11-20 09:15", "2026-11-25 09:15").json["errorcode"] == "AB1012")
    expect(ask("ONE_DAY", "2026-11-21 09:15", "2026-11-22 15:30").data == [], "a weekend")
    now = ask("ONE_MINUTE", "2026-11-23 09:15", "2026-11-23 10:00").data
    expect(now[-1][0] == "2026-11-23T10:00:00+05:30", "the last bar is still forming")


def test_streams(x):
    expect(x.market_socket(**{"x-client-code": "X"}).headers["x-error-message"] == "Invalid Header - Invalid Client Code")
    expect(x.market_socket(**{"x-feed-token": "X"}).headers["x-error-message"] == "Invalid Header - Invalid Feed Token")
    expect(x.market_socket(**{"x-api-key": "X"}).headers["x-error-message"] == "Invalid Header - Invalid API Key")
    expect(x.market_socket(Authorization="X").headers["x-error-message"] == "Invalid Header - Invalid Auth token")
    expect(x.order_socket(Authorization="X").status == 401)
    open_sockets = [x.market_socket(Authorization=None) for _ in range(3)]
    expect([s.status for s in open_sockets] == [101] * 3)
    expect(x.market_socket().status == 429, "a fourth connection")
    stream = open_sockets[0]
    stream.send("ping")
    expect(stream.read() == ("text", "pong"))
    stream.send("not json")
    expect(json.loads(stream.read()[1])["errorCode"] == "E1001")
    ask = {"correlationID": "abcde12345", "action": 1, "params": {"mode": 4, "tokenList": [{"exchangeType": 2, "tokens": ["54001"]}]}}
    stream.send(json.dumps(ask))
    expect(json.loads(stream.read()[1]) == {"correlationID": "abcde12345", "errorCode": "E1001", "errorMessage": "Invalid Request Payload."})
    ask["params"] = {"mode": 1, "tokenList": [{"exchangeType": 1, "tokens": ["1", "2", "3"]}]}
    stream.send(json.dumps(ask))
    expect(stream.read(0.2) is None, "unknown tokens meet silence")
    ask["params"]["tokenList"][0]["tokens"] = ["3045", "3045"]
    stream.send(json.dumps(ask))
    expect(len(stream.read()[1]) == 51 and stream.read(0.2) is None, "a token asked twice comes once")
    # A thousand in one session, one more is too many.
    listed = [row["token"] for row in x.instruments().json if row["exch_seg"] == "NSE"][:1001]
    ask["params"] = {"mode": 2, "tokenList": [{"exchangeType": 1, "tokens": listed}]}
    stream.send(json.dumps(ask))
    frames = [stream.read() for _ in range(1000)]
    expect(sum(kind == "binary" for kind, _ in frames) == 999, "999 beside the one it had")
    expect(json.loads(frames[-1][1])["errorCode"] == "E1002", frames[-1])
    x.control("/sockets", {"drop": "market"})
    for s in open_sockets:
        s.close()


def test_a_listener_that_does_not_read(x):
    deaf = x.market_socket()
    listed = [row["token"] for row in x.instruments().json if row["exch_seg"] == "NSE"][:1000]
    deaf.send(json.dumps({"action": 1, "params": {"mode": 3, "tokenList": [{"exchangeType": 1, "tokens": listed}]}}))
    for strides in range(1, 120):
        x.control("/clock", {"advance": "1s"})
        if not x.control("/state")["market_stream"]["connections"]:
            break
    # How much a kernel takes before the exchange does is not the same everywhere.
    expect(strides >= 10 and not x.control("/state")["market_stream"]["connections"], f"cut off after {strides} strides")
    expect(x.market_socket().status == 101, "others are served")
    x.control("/sockets", {"drop": "market"})


def test_midnight(x):
    # Beside the market, so that it rests until the day ends.
    expect(x.place(ordertag="rests", price="740", quantity="1").json["status"] is True)
    x.settle()
    orders = x.order_socket()
    orders.read()
    x.control("/clock", {"to": "2026-11-24T00:00:00+05:30"})
    seen = []
    try:
        while (frame := orders.read(0.5)) is not None and frame[0] != "close":
            seen.append(json.loads(frame[1])["order-status"])
    except ConnectionError:
        pass
    expect("AB02" in seen, f"resting orders end with the day: {seen}")
    expect(x.call("getRMS").json["errorCode"] == "AG8002", "the session died")
    r = x.call("generateTokens", {"refreshToken": x.tokens["refreshToken"]})
    expect(r.json["errorCode"] == "AG8002", r)
    expect(x.log_in().json["status"] is True)
    expect(x.call("getOrderBook").data is None and x.call("getPosition").data is None, "a new day's books are null")
    expect(x.place(ordertag="holiday").json["status"] is True)
    x.settle()
    expect(x.call("getOrderBook").data[0]["text"] == "Adapter is Logged Off")
    try:
        x.control("/clock", {"to": "2026-11-23T10:00:00+05:30"})
        raise AssertionError("the clock went back")
    except AssertionError as refused:
        expect("never goes back" in str(refused), str(refused))
    x.control("/clock", {"to": "2026-11-25T09:20:00+05:30"})
    x.log_in()
    quote = x.call("quote", {"mode": "FULL", "exchangeTokens": {"NSE": ["3045"]}})
    expect(quote.data["fetched"][0]["exchFeedTime"] == "25-Nov-2026 09:20:00", quote)
    expect(quote.headers["date"] == "Wed, 25 Nov 2026 03:50:00 GMT", quote.headers)


def test_bad_bytes(x):
    for data in [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
                 b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n\r\n"]:
        raw(x, data)
    for body in [b"[" * 50000, b'{"mode":{"a":1},"exchangeTokens":7}', b'{"mode":"LTP","exchangeTokens":{"NSE":"3045"}}',
                 b'{"price":1e400}', b'"text"', b"null", b"\xff\xfe{}", json.dumps({**ORDER, "quantity": "9" * 40}).encode(),
                 json.dumps({**ORDER, "price": "NaN"}).encode(), json.dumps({**ORDER, "quantity": -5}).encode(),
                 json.dumps({**ORDER, "ordertag": {"a": [1]}}).encode()]:
        for endpoint in ["quote", "placeOrder", "modifyOrder", "cancelOrder", "getCandleData", "margin", "estimateCharges", "ruleList", "createRule"]:
            reply = x.call(endpoint, body)
            expect(reply.status in (200, 400, 404), f"{endpoint} {body[:60]}: {reply}")
    expect(x.call("getRMS").json["status"] is True, "and it still serves")


def test_process():
    with tempfile.TemporaryDirectory() as folder:
        tls = os.path.join(folder, "tls")
        process = subprocess.Popen([PROGRAM, *START, "--tls", tls], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(process.stdout.readline())
        expect(set(ready) == {"rest_url", "stream_url", "order_stream_url", "control_url", "instruments_url", "client_code", "pin",
                              "totp_secret", "api_key", "tls_ca_file"}, ready)
        expect(ready["rest_url"].startswith("https://127.0.0.1:") and ready["stream_url"].startswith("wss://"), ready)
        expect(os.stat(os.path.join(tls, "server.key")).st_mode & 0o777 == 0o600)
        curl = lambda *more: subprocess.run(["curl", "-s", "-m", "5", "--noproxy", "*", *more, ready["instruments_url"]], capture_output=True)
        expect(curl("--cacert", ready["tls_ca_file"]).stdout.startswith(b'[{"token"'), "TLS with the test CA")
        expect(curl().returncode == 60, "and not without it")
        expect(curl("--cacert", ready["tls_ca_file"], "--tls-max", "1.1").returncode != 0, "nothing older than TLS 1.2")
        process.send_signal(signal.SIGTERM)
        expect(process.wait(5) == 0, "SIGTERM ends it")
    process = subprocess.Popen([PROGRAM, *START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.stdin.close()
    expect(process.wait(5) == 0, "it ends when its input closes")
    for arguments, words in [(["--rest", "0.0.0.0:1"], "loopback"), (["--rest", "10.0.0.1"], "loopback"), (["--nothing", "1"], "--nothing"),
                             (["--speed", "fast"], "--speed"), (["--csv", "/nowhere"], "/nowhere"), (["--seed"], "needs a value")]:
        ended = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10)
        expect(ended.returncode in (1, 2) and words in ended.stderr and not ended.stdout, (arguments, ended))
    expect("control port" in subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout)
    expect(subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout.startswith("sandbox_exchange "))


def test_running_clock():
    with Exchange(PROGRAM, "--speed", "600", "--start", "2026-11-23T10:00:00+05:30") as x:
        before = x.now()
        time.sleep(0.5)
        passed = (x.now() - before) / 1e6
        expect(250 < passed < 900, f"{passed} s of market in half a second at 600")
        x.control("/clock", {"speed": 0})
        still = x.now()
        time.sleep(0.1)
        expect(x.now() == still, "it stands still")


def main():
    with Exchange(PROGRAM, *START, "--instruments", "1100") as x:
        expect(x.log_in().json["status"] is True)
        for test in [test_dialects, test_rate_limits, test_addresses, test_candles, test_streams, test_a_listener_that_does_not_read, test_bad_bytes, test_midnight]:
            test(x)
            print(f"ok {test.__name__}")
    for test in [test_process, test_running_clock]:
        test()
        print(f"ok {test.__name__}")


if __name__ == "__main__":
    main()
