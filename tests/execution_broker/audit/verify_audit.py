#!/usr/bin/env python3
"""A second verifier of the audit log, written from docs/audit_format.md alone. Python 3 standard library only.

    verify_audit.py [--key keys/audit.pub] [--witness FILE] trade_logs.jsonl
        prints the answer as one JSON line; exit 0 ok, 10 tampered, 11 truncated, 12 bad signature, 13 gap or fork
    verify_audit.py --batch
        reads cases from stdin, each: a line "<log bytes> <key bytes> <witness bytes>", then those bytes; prints a
        line for each. For the comparison with the broker's verifier.
"""

import argparse
import base64
import hashlib
import json
import re
import sys

OK, TAMPERED, TRUNCATED, BAD_SIGNATURE, GAP_OR_FORK = 0, 10, 11, 12, 13
MAX_LINE = 65536
MAX_LEDGERS = 1000
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
NAME = re.compile(r"[a-z0-9_.-]{1,64}\Z")
HEX = re.compile(r"[0-9a-f]*\Z")


# --- canonical JSON -------------------------------------------------------------------------------------------------

class Invalid(Exception):
    pass


SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def write_string(text):
    return '"' + "".join(SHORT.get(c) or (c if c >= " " else "\\u%04x" % ord(c)) for c in text) + '"'


def write(value, depth=0):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise Invalid("integer out of range")
        return str(value)
    if isinstance(value, str):
        return write_string(value)
    if depth == MAX_DEPTH:
        raise Invalid("nested too deep")
    if isinstance(value, list):
        return "[" + ",".join(write(v, depth + 1) for v in value) + "]"
    keys = sorted(value, key=lambda k: k.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(write_string(k) + ":" + write(value[k], depth + 1) for k in keys) + "}"


def no_fraction(_):
    raise Invalid("a fraction")


def parse(line):
    try:
        value = json.loads(line.decode("utf-8"), parse_float=no_fraction, parse_constant=no_fraction)
        if write(value).encode("utf-8") != line:
            raise Invalid("not the canonical spelling")
    except (ValueError, RecursionError) as e:
        raise Invalid(str(e))
    return value


# --- Ed25519, RFC 8032 ----------------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def decompress(data):
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_verify(key, message, signature):
    public = decompress(key)
    s = int.from_bytes(signature[32:], "little")
    if public is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus = (P - public[0], public[1], public[2], P - public[3])
    return compress(point_add(point_multiply(s, BASE), point_multiply(h, minus))) == signature[:32]


SIGNATURES = {}  # the same checkpoint comes by many times in a batch


def is_signed(key, message, signature):
    case = (key, message, signature)
    if case not in SIGNATURES:
        SIGNATURES[case] = ed25519_verify(*case)
    return SIGNATURES[case]


# --- lines ----------------------------------------------------------------------------------------------------------

def is_name(v):
    return isinstance(v, str) and NAME.match(v) is not None


def is_integer(v, least):
    return isinstance(v, int) and not isinstance(v, bool) and v >= least


def is_hex(v, digits):
    return isinstance(v, str) and len(v) == digits and HEX.match(v) is not None


def need(condition, what):
    if not condition:
        raise Invalid(what)


RECORD = {"actor", "body_hash", "boot", "hash", "ledger", "market_ts", "prev", "seq", "subject", "ts", "type", "v"}
CHECKPOINT = {"ledger", "previous", "root", "signature", "size", "ts", "type", "v"}


def check_record(r):
    need(set(r) in (RECORD, RECORD | {"body", "salt"}), "members")
    need(isinstance(r["actor"], dict) and set(r["actor"]) == {"role", "uid"}, "actor")
    need(is_name(r["actor"]["role"]) and is_integer(r["actor"]["uid"], -1), "actor")
    need(is_name(r["ledger"]) and is_name(r["boot"]) and is_name(r["type"]), "names")
    need(is_integer(r["seq"], 1) and is_integer(r["ts"], 0), "integers")
    need(r["market_ts"] is None or is_integer(r["market_ts"], 0), "market_ts")
    need(is_integer(r["v"], 1) and r["v"] == 1, "v")
    need(isinstance(r["subject"], str) and len(r["subject"].encode("utf-8")) <= 128, "subject")
    need(is_hex(r["body_hash"], 64) and is_hex(r["prev"], 64) and is_hex(r["hash"], 64), "hashes")
    if "body" in r:
        need(isinstance(r["body"], dict) and is_hex(r["salt"], 32), "body and salt")


def check_checkpoint(c):
    need(set(c) == CHECKPOINT, "members")
    need(is_name(c["ledger"]), "ledger")
    need(is_integer(c["size"], 1) and is_integer(c["previous"], 0) and is_integer(c["ts"], 0), "integers")
    need(is_integer(c["v"], 1) and c["v"] == 1, "v")
    need(is_hex(c["root"], 64) and is_hex(c["signature"], 128), "hexes")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def signed_text(c):
    root = base64.b64encode(bytes.fromhex(c["root"])).decode()
    return ("trading-mcp.audit/%s\n%d\n%s\nprevious %d\ntime %d\n"
            % (c["ledger"], c["size"], root, c["previous"], c["ts"])).encode()


LINES = {}


def read_line(line):
    """(value, hash fits, body fits), or Invalid; remembered, because a batch repeats most lines."""
    if line in LINES:
        return LINES[line]
    try:
        value = parse(line)
        need(isinstance(value, dict), "no object")
        if value.get("type") == "checkpoint":
            check_checkpoint(value)
            result = (value, True, True)
        else:
            check_record(value)
            core = {k: v for k, v in value.items() if k not in ("body", "salt", "hash")}
            hash_fits = sha256(b"\0", write(core).encode("utf-8")).hex() == value["hash"]
            body_fits = "body" not in value or sha256(
                bytes.fromhex(value["salt"]), write(value["body"]).encode("utf-8")).hex() == value["body_hash"]
            result = (value, hash_fits, body_fits)
    except Invalid as e:
        result = e
    if len(LINES) < 200000:
        LINES[line] = result
    return result


# --- verification ---------------------------------------------------------------------------------------------------

class Ledger:
    def __init__(self):
        self.records = 0
        self.head = "0" * 64
        self.subtrees = []
        self.checkpoint = 0
        self.without_body = set()
        self.unsigned_redactions = set()

    def add(self, record):
        node, size = bytes.fromhex(record["hash"]), self.records
        while size & 1:
            node = sha256(b"\1", self.subtrees.pop(), node)
            size >>= 1
        self.subtrees.append(node)
        self.records += 1
        self.head = record["hash"]
        if "body" not in record:
            self.without_body.add(self.records)
        elif record["type"] == "audit.redacted" and is_integer(record["body"].get("seq"), 1):
            named = record["body"]["seq"]
            if named in self.without_body:
                self.without_body.discard(named)
                self.unsigned_redactions.add(named)

    def root(self):
        node = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            node = sha256(b"\1", left, node)
        return node.hex()


class Failure(Exception):
    def __init__(self, code, ledger, seq, reason):
        super().__init__(reason)
        self.code, self.ledger, self.seq, self.reason = code, ledger, seq, reason


def parse_keys(data):
    keys = []
    for line in data.decode().split("\n"):
        if line and not line.startswith("#"):
            word, digits = line.split(" ")
            if word != "ed25519" or not is_hex(digits, 64):
                raise SystemExit("bad key line: " + line)
            keys.append(bytes.fromhex(digits))
    return keys


def parse_witnesses(data):
    return [parse(line) for line in data.split(b"\n") if line]


class Verifier:
    def __init__(self, keys, witnesses):
        self.keys = keys
        self.witnesses = sorted(witnesses, key=lambda w: (w["ledger"].encode(), w["size"]))
        self.ledgers = {}
        self.last = None
        self.records = 0

    def fail_here(self, code, reason):
        known = self.ledgers.get(self.last)
        raise Failure(code, self.last or "", known.records + 1 if known else 1, reason)

    def record(self, r, hash_fits, body_fits):
        name, seq = r["ledger"], r["seq"]
        if not hash_fits:
            raise Failure(TAMPERED, name, seq, "hash")
        if not body_fits:
            raise Failure(TAMPERED, name, seq, "body")
        if name not in self.ledgers and len(self.ledgers) >= MAX_LEDGERS:
            raise Failure(TAMPERED, name, seq, "too many ledgers")
        ledger = self.ledgers.get(name) or Ledger()
        if seq != ledger.records + 1:
            raise Failure(GAP_OR_FORK, name, ledger.records + 1, "gap")
        if r["prev"] != ledger.head:
            raise Failure(GAP_OR_FORK, name, seq, "fork")
        for w in self.witnesses:
            if w["ledger"] == name and w["size"] == seq and w["head"] != r["hash"]:
                raise Failure(GAP_OR_FORK, name, seq, "not what a witness saw")
        self.ledgers[name] = ledger
        ledger.add(r)
        self.last = name
        self.records += 1

    def checkpoint(self, c):
        ledger = self.ledgers.get(c["ledger"])
        records = ledger.records if ledger else 0
        if self.keys:
            text, signature = signed_text(c), bytes.fromhex(c["signature"])
            if not any(is_signed(key, text, signature) for key in self.keys):
                raise Failure(BAD_SIGNATURE, c["ledger"], records, "signature")
        if ledger is None or c["size"] != records or c["previous"] != ledger.checkpoint:
            raise Failure(GAP_OR_FORK, c["ledger"], records, "checkpoint out of place")
        if c["root"] != ledger.root():
            raise Failure(TAMPERED, c["ledger"], records, "root")
        ledger.checkpoint = c["size"]
        ledger.unsigned_redactions.clear()

    def lines(self, stream):
        for line in stream:
            ended = line.endswith(b"\n")
            line = line[:-1] if ended else line
            if len(line) > MAX_LINE:
                self.fail_here(TAMPERED, "line too long")
            if not ended:
                self.fail_here(TRUNCATED, "torn last line")
            found = read_line(line)
            if isinstance(found, Invalid):
                self.fail_here(TAMPERED, str(found))
            if found[0]["type"] == "checkpoint":
                self.checkpoint(found[0])
            else:
                self.record(*found)

    def end(self):
        for w in self.witnesses:
            records = self.ledgers[w["ledger"]].records if w["ledger"] in self.ledgers else 0
            if records < w["size"]:
                raise Failure(TRUNCATED, w["ledger"], records + 1, "fewer records than a witness saw")
        for name in sorted(self.ledgers, key=lambda n: n.encode()):
            missing = self.ledgers[name].without_body | (self.ledgers[name].unsigned_redactions if self.keys else set())
            if missing:
                raise Failure(TAMPERED, name, min(missing), "unexplained missing body")

    def proofs(self):
        answer = {}
        for name, ledger in self.ledgers.items():
            seen = [w["size"] for w in self.witnesses if w["ledger"] == name and w["size"] <= ledger.records]
            answer[name] = {"head": ledger.head, "records": ledger.records, "signed_records": ledger.checkpoint,
                            "unwitnessed": ledger.records - max(seen, default=0)}
        return answer

    def verify(self, stream):
        failure = None
        try:
            self.lines(stream)
            self.end()
        except Failure as f:
            failure = f
        proofs = self.proofs()
        return {"bad_ledger": failure.ledger if failure else "",
                "code": failure.code if failure else OK,
                "first_bad_seq": failure.seq if failure else None,
                "head": self.ledgers[self.last].head if self.last else "",
                "ledgers": proofs,
                "ok": failure is None,
                "reason": failure.reason if failure else "",
                "records": self.records,
                "signatures_checked": bool(self.keys),
                "unwitnessed": sum(proof["unwitnessed"] for proof in proofs.values())}


def batch():
    source = sys.stdin.buffer
    while header := source.readline():
        log, key, witness = (source.read(int(n)) for n in header.split())
        answer = Verifier(parse_keys(key), parse_witnesses(witness)).verify(split(log))
        print(write(answer), flush=False)


def split(data):
    """Lines with their LF; splitlines() would also split at other characters."""
    parts = data.split(b"\n")
    return [p + b"\n" for p in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", nargs="?")
    parser.add_argument("--key")
    parser.add_argument("--witness")
    parser.add_argument("--batch", action="store_true")
    arguments = parser.parse_args()
    if arguments.batch:
        return batch()
    if not arguments.log:
        parser.error("name the log")
    keys = parse_keys(open(arguments.key, "rb").read()) if arguments.key else []
    witnesses = parse_witnesses(open(arguments.witness, "rb").read()) if arguments.witness else []
    with open(arguments.log, "rb") as stream:  # a binary file's iteration splits at LF only
        answer = Verifier(keys, witnesses).verify(stream)
    print(write(answer))
    return answer["code"]


if __name__ == "__main__":
    sys.exit(main())
