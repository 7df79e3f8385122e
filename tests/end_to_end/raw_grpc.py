"""Calls a broker's door as any user, with any bytes: gRPC, protobuf and Ed25519 by hand, nothing of the project's.

For those who try what no client of the project would send. Runs as root and becomes the user for the connect alone: whose
connection it is, the kernel says by who connected.
"""

import hashlib
import importlib.util
import os
import pathlib
import re
import socket
import struct
import time

_spec = importlib.util.spec_from_file_location(
    "verify_audit", pathlib.Path(__file__).resolve().parents[1] / "execution_broker" / "audit" / "verify_audit.py")
curve = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(curve)


# --- protobuf -------------------------------------------------------------------------------------------------------------

def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def message(*fields):
    """(number, int | str | bytes)... as protobuf bytes; None is left out."""
    out = b""
    for number, value in fields:
        if value is None:
            continue
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def fields_of(data):
    """[(number, int | bytes)] of a message without groups."""
    at, found = 0, []

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            found.append((key >> 3, number()))
        else:
            size = number() if key & 7 == 2 else 8 if key & 7 == 1 else 4
            found.append((key >> 3, data[at:at + size]))
            at += size
    return found


def field(data, number, default=b""):
    return next((value for key, value in fields_of(data) if key == number), default)


# --- gRPC -----------------------------------------------------------------------------------------------------------------

def _text(data):
    if len(data) < 127:
        return bytes([len(data)]) + data
    out, rest = b"\x7f", len(data) - 127
    while rest >= 128:
        out, rest = out + bytes([rest % 128 + 128]), rest // 128
    return out + bytes([rest]) + data


def _frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


class Reply:
    """status: grpc-status, or "closed"; code: the house's code of a refusal; data: the reply's message."""

    def __init__(self, status, code, data):
        self.status, self.code, self.data = status, code, data

    @property
    def ok(self):
        return self.status == "0"

    def __repr__(self):
        return "ok" if self.ok else self.code or f"grpc-status {self.status}"


class Call:
    """One call on a connection of its own: made, sent, answered."""

    def __init__(self, uid, groups, path, method, data, metadata=(), timeout="8S"):
        head = [(b":method", b"POST"), (b":scheme", b"http"), (b":path", b"/broker.v1." + method.encode()), (b":authority", b"x"), (b"te", b"trailers"),
                (b"content-type", b"application/grpc"), (b"x-trading-protocol", b"1"), (b"grpc-timeout", timeout.encode()), *metadata]
        body = b"\x00" + struct.pack(">I", len(data)) + data
        self.bytes = (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, struct.pack(">HI", 4, 1 << 24)) + _frame(8, 0, 0, struct.pack(">I", 1 << 24)) +
                      _frame(1, 4, 1, b"".join(b"\x00" + _text(name) + _text(value) for name, value in head)))
        for i in range(0, len(body), 16000):
            self.bytes += _frame(0, 1 if i + 16000 >= len(body) else 0, 1, body[i:i + 16000])
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        before = os.getgroups()
        os.setgroups(groups)
        os.setegid(uid)
        os.seteuid(uid)
        try:
            self.socket.connect(str(path))  # PermissionError: the door's folder
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(before)

    def send(self):
        self.socket.sendall(self.bytes)
        return self

    def answer(self):
        got, end = b"", time.monotonic() + 10
        try:
            while b"grpc-status" not in got and time.monotonic() < end:
                part = self.socket.recv(65536)
                if not part:
                    break
                got += part
            self.socket.settimeout(0.05)
            while b"grpc-status" in got and (part := self.socket.recv(65536)):
                got += part
        except OSError:
            pass
        self.socket.close()
        at = got.find(b"grpc-status")
        if at < 0:
            return Reply("closed", "", b"")
        status = got[at + 12:at + 12 + got[at + 11]].decode("latin-1")
        said = re.search(rb"grpc-message.{1,4}?([A-Z][A-Z_]{3,})", got, re.DOTALL)
        return Reply(status, said[1].decode() if said else "", self._data(got))

    @staticmethod
    def _data(got):
        at, data = 0, b""
        while at + 9 <= len(got):
            size = int.from_bytes(got[at:at + 3], "big")
            if got[at + 3] == 0:
                data += got[at + 9:at + 9 + size]
            at += 9 + size
        return data[5:]


# --- Ed25519 --------------------------------------------------------------------------------------------------------------

class Key:
    def __init__(self, seed):
        wide = hashlib.sha512(seed).digest()
        self._scalar = int.from_bytes(wide[:32], "little") & ~7 & ~(3 << 254) | 1 << 254
        self._prefix = wide[32:]
        self.public = curve.compress(curve.point_multiply(self._scalar, curve.BASE))
        self.key_id = hashlib.sha256(self.public).hexdigest()[:16]

    def sign(self, data):
        r = int.from_bytes(hashlib.sha512(self._prefix + data).digest(), "little") % curve.L
        point = curve.compress(curve.point_multiply(r, curve.BASE))
        k = int.from_bytes(hashlib.sha512(point + self.public + data).digest(), "little") % curve.L
        return point + ((r + k * self._scalar) % curve.L).to_bytes(32, "little")
