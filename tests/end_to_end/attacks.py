#!/usr/bin/env python3
"""What stands between a hostile agent and a human's signature, attacked where the agent stands and one step further in.

A rehearsal on the sandbox exchange; the broker is 61002, the agent 61001, the approver 61003. Approvals, statements and
signatures are made and mangled byte by byte (raw_grpc.py). What was sent is read from the exchange's own book. Each attack
stands beside its control: the same step with that guard out of the way, by whoever may, goes through.

Then the same home once more with one user for everybody, and what succeeds there: docs/threat_model.md must say just that.

    attacks.py [--only three|one]

Needs root. Exit: 0 none accepted, every control worked, the page is right; 1 not; 77 cannot run here.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata

if os.geteuid() != 0:
    print("SKIPPED, NOTHING WAS TESTED: needs root, three users are played", file=sys.stderr)
    sys.exit(77)

import adversary
import approval
import mcp_client
from adversary import AGENT, BROKER, GROUPS, OPERATOR, STRANGER, AgentOf, as_uid, run_as, try_as
from raw_grpc import Call, Key, field, fields_of, message

THREAT_MODEL = mcp_client.ROOT / "docs" / "threat_model.md"
PLAIN = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TERM": "xterm"}
HUMAN, FORGER, SUCCESSOR = Key(b"h" * 32), Key(b"f" * 32), Key(b"s" * 32)
L = 2**252 + 27742317777372353535851937790883648493
# Everything that moves a cursor, turns a line round or is not seen. The last is no UTF-8 at all.
HOSTILE = {"escape": "\x1b[2J\x1b[1;1HBUY 1", "C1 escape": "\x9b31m red", "bell, return": "a\x07b\rSIGNED", "newline": "x\nSIGNED  R-000001",
           "bidi override": "\u202eNIBS 1 YUB\u202c", "bidi isolates": "\u2066\u2067hidden\u2069", "zero width": "S\u200bB\u200cI\u200dN\u2060\ufeff",
           "line separator": "a\u2028b\u2029c", "tags": "\U000e0041\U000e0042\U000e007f", "NUL": "a\x00b", "no UTF-8": b"\xff\xfe\xc0\x80"}

PRELOADED = r"""
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((constructor)) static void came_along(void) {
  const char* folder = getenv("PRELOADED");
  char name[512];
  snprintf(name, sizeof name, "%s/preloaded-%d", folder ? folder : "/nonexistent", (int)geteuid());
  FILE* file = fopen(name, "w");
  if (file) fclose(file);
}
"""


def strange_characters(text):
    """What is no plain text in it: control, format, private, surrogate, line and paragraph separators."""
    return sorted({f"U+{ord(c):04X}" for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")})


class House:
    """The rehearsal, its doors and its books."""

    def __init__(self):
        self.sandbox = approval.Sandbox()
        self.place = approval.Desk(self.sandbox, MAX_OPEN_ENTRIES_PERCENT=100, MAX_ENTRIES_PER_MINUTE=1000, MAX_ENTRIES_PER_DAY=10000,
                                   MAX_SECTOR_EXPOSURE_PERCENT=100, MIN_SAME_ORDER_INTERVAL_SECONDS=1, MIN_RISK_REWARD_RATIO=0, QUICK_APPROVAL_VALUE=1)
        self.agent = AgentOf(AGENT, self.place.home)
        self.agent_socket = self.place.home / "run/agent/broker.sock"
        self.operator_socket = self.place.home / "run/operator/broker.sock"
        self.number = 0
        self.prices, self.tokens = {}, {}
        self.state = self.place.state

    def close(self):
        self.agent.close()
        self.place.close()
        self.sandbox.process.send_signal(signal.SIGTERM)
        self.sandbox.process.wait(10)

    def row(self, attack, control, held, outcome):
        self.place.row(attack, control, held, str(outcome))

    # --- the doors

    def make(self, uid, path, method, data):
        return Call(uid, GROUPS[uid], path, method, data)

    def as_operator(self, method, data=b""):
        return self.make(OPERATOR, self.operator_socket, method, data).send().answer()

    def as_agent(self, method, data=b""):
        return self.make(AGENT, self.agent_socket, method, data).send().answer()

    # --- a proposal and its statement

    def price(self, symbol):
        if symbol not in self.prices:
            self.prices[symbol] = self.agent.call("fetch_live_price", symbol=symbol)["last_price"]
        return self.prices[symbol]

    def propose(self, symbol="SBIN", below=0.99, quantity=None):
        self.number += 1
        price, at = self.price(symbol), lambda value: round(round(value / 0.1) * 0.1, 2)
        for _ in range(50):
            reply, is_error = self.agent.try_call("prepare_order", symbol=symbol, side="BUY", quantity=quantity or 1 + self.number % 9, entry_price=at(price * below),
                                                  stop_loss=at(price * (below - 0.01)), target=at(price * (below + 0.04)), product_type="INTRADAY")
            if not is_error:
                self.tokens[reply["order_id"]] = reply["approval_token"]
                return reply["order_id"]
            if reply["error"]["code"] not in ("MESSAGE_RATE_AT_LIMIT", "QUOTE_STALE", "FACT_UNKNOWN"):
                raise RuntimeError(json.dumps(reply)[:500])
            time.sleep(0.2)
        raise RuntimeError("no proposal was taken")

    def open(self, order=None, **what):
        fields = [(1, order)] if order else [(5, message((1, "back")))] if "resume" in what else [(6, message((1, what["enrol"]), (2, what.get("totp", 0))))]
        for _ in range(40):  # thirty-two cards are open at most, each for a minute
            reply = self.as_operator("ApprovalService/OpenStatement", message(*fields))
            if reply.code != "TOO_MANY_CARDS":
                break
            time.sleep(2)
        if not reply.ok:
            raise RuntimeError(f"open: {reply}")
        return field(reply.data, 1)

    @staticmethod
    def signed(statement, key=HUMAN, kind=None, key_id=None, signature=None, totp=None):
        kind = kind or json.loads(statement)["kind"]
        signature = signature or key.sign(b"trading-mcp/" + kind.encode() + b"/v1\0" + statement)
        return message((1, statement), (2, signature.hex()), (3, key_id or key.key_id), (4, totp))

    def sign(self, data):
        return self.as_operator("ApprovalService/SignStatement", data)

    def writes(self):
        return sum(1 for row in self.sandbox.ask("/writes") if row["endpoint"] == "placeOrder")

    def away(self, order):
        """Whatever became of it, it waits and works no more."""
        self.as_operator("ApprovalService/RejectOrder", message((1, order)))
        self.as_operator("OperatorService/CancelOrder", message((1, order)))
        deadline = time.monotonic() + 15
        while order in self.place.operator("orders", "--working", "--json").stdout and time.monotonic() < deadline:
            time.sleep(0.1)

    def tried_with(self, name, order, data, codes):
        """Sends a signature that must do nothing, then the true one for a new card: that one goes through."""
        before = self.writes()
        reply = self.sign(data)
        nothing = self.writes() == before and not reply.ok
        control = self.sign(self.signed(self.open(order)))
        self.row(name, control.ok and self.writes() == before + 1, nothing and reply.code in codes, reply)
        self.away(order)


# --- signatures -----------------------------------------------------------------------------------------------------------

def signatures(house):
    def with_order(name, mangle, *codes):
        order = house.propose()
        statement = house.open(order)
        house.tried_with(name, order, mangle(statement), codes)

    def edited(**change):
        def mangle(statement):
            return json.dumps({**json.loads(statement), **change}, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
        return mangle

    good = house.signed
    with_order("a statement signed with the agent's own key", lambda s: good(s, FORGER), "KEY_NOT_ENROLLED")
    with_order("the agent's key under the human's name", lambda s: good(s, FORGER, key_id=HUMAN.key_id), "SIGNATURE_INVALID")
    with_order("no signature (64 zero bytes)", lambda s: good(s, signature=bytes(64)), "SIGNATURE_INVALID")
    def malleable(statement):
        signature = HUMAN.sign(b"trading-mcp/order/v1\0" + statement)
        return good(statement, signature=signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little"))
    with_order("the same signature with S + L", malleable, "SIGNATURE_INVALID")
    with_order("a signature made for another kind of statement", lambda s: good(s, kind="resume"), "SIGNATURE_INVALID")
    for key, value in (("limit_price_e4", 1), ("quantity", 1000), ("symbol", "TCS"), ("side", "SELL"), ("expires_us", 1 << 52)):
        with_order(f"{key} changed under the signature", lambda s: message((1, edited(**{key: value})(s)), *[f for f in [(2, field(good(s), 2)), (3, HUMAN.key_id)]]),
                   "SIGNATURE_INVALID", "STATEMENT_INVALID")
        with_order(f"{key} changed and signed by the human's key: not what was issued", lambda s: good(edited(**{key: value})(s)), "STATEMENT_ALTERED")
    with_order("another nonce, signed by the human's key", lambda s: good(edited(nonce="00" * 16)(s)), "STATEMENT_UNKNOWN")
    with_order("another ledger's name, signed by the human's key", lambda s: good(edited(ledger="live-0")(s)), "STATEMENT_OTHER_LEDGER")
    with_order("another boot's name, signed by the human's key", lambda s: good(edited(boot="0" * 32)(s)), "STATEMENT_OTHER_BOOT")
    with_order("the same statement spelled otherwise", lambda s: good(s.replace(b",", b", ", 1)), "STATEMENT_INVALID")
    with_order("a field twice", lambda s: good(s[:-1] + b',"quantity":1000}', kind="order"), "STATEMENT_INVALID")

    # A captured signature, used again and elsewhere.
    order, other = house.propose(), house.propose("TCS")
    statement, before = house.open(order), house.writes()
    data = house.signed(statement)
    try:
        by_agent = house.make(AGENT, house.operator_socket, "ApprovalService/SignStatement", data).send().answer()
    except OSError as error:
        by_agent = type(error).__name__
    at_own = house.as_agent("ApprovalService/SignStatement", data)
    nothing = house.writes() == before
    first, again = house.sign(data), house.sign(data)
    house.row("a captured signature sent by the agent to the human's door", first.ok, by_agent == "PermissionError" and nothing, by_agent)
    house.row("a captured signature sent to the agent's own door", first.ok, not at_own.ok and nothing, at_own)
    house.row("a captured signature used a second time", first.ok, again.code == "STATEMENT_USED" and house.writes() == before + 1, again)
    house.away(order)
    swapped = house.sign(message((1, house.open(other)), (2, field(data, 2)), (3, HUMAN.key_id)))
    house.row("the signature of one order under the statement of another", first.ok, swapped.code == "SIGNATURE_INVALID" and house.writes() == before + 1, swapped)
    house.away(other)


def races(house):
    accepted, writes, refusals = [], [], set()
    for trial in range(8):
        order = house.propose()
        statements = [house.open(order)] * 2 if trial % 2 == 0 else [house.open(order), house.open(order)]
        before = house.writes()
        calls = [house.make(OPERATOR, house.operator_socket, "ApprovalService/SignStatement", house.signed(s)) for s in statements]
        barrier, replies = threading.Barrier(2), []

        def fire(call):
            barrier.wait()
            replies.append(call.send().answer())

        threads = [threading.Thread(target=fire, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        accepted.append(sum(reply.ok for reply in replies))
        refusals |= {reply.code for reply in replies if not reply.ok}
        writes.append(house.writes() - before)
        house.away(order)
    house.row("two approvals of one order race, same card and two cards, 8 times", all(accepted), accepted == writes == [1] * 8,
              f"accepted {accepted}, orders sent {writes}, the other: {', '.join(sorted(refusals))}")
    # The agent takes its proposal back while the human signs: one of the two wins, never both.
    ends = []
    for _ in range(4):
        order = house.propose("ITC")
        token = house.tokens[order]
        signing = house.make(OPERATOR, house.operator_socket, "ApprovalService/SignStatement", house.signed(house.open(order)))
        back = house.make(AGENT, house.agent_socket, "ProposalService/CancelPendingLiveOrder", message((1, token)))
        before = house.writes()
        signing.send(), back.send()
        signed, taken = signing.answer(), back.answer()
        ends.append((signed.ok, taken.ok, house.writes() - before))
        house.away(order)
    house.row("withdrawn and signed at once, 4 times", True, all(signed + taken == 1 and sent == signed for signed, taken, sent in ends), ends)


def time_and_price(house):
    # The price runs away between card and signature.
    order_itc = house.propose("ITC", below=1.004)
    card, before, price = house.open(order_itc), house.writes(), house.price("ITC")
    house.sandbox.ask("/market", {"symbol": "ITC-EQ", "price": round(price * 0.985, 1), "quantity": 10})
    deadline = time.monotonic() + 10
    while house.agent.call("fetch_live_price", symbol="ITC")["last_price"] > price * 0.989 and time.monotonic() < deadline:
        time.sleep(0.2)
    moved = house.sign(house.signed(card))
    nothing = house.writes() == before
    house.sandbox.ask("/market", {"symbol": "ITC-EQ", "price": price, "quantity": 10})
    time.sleep(0.5)
    house.prices.pop("ITC")
    fresh = house.propose("ITC")
    control = house.sign(house.signed(house.open(fresh)))
    house.row("the price moved 1.5 % between card and signature", control.ok, moved.code == "APPROVAL_VOID" and nothing, moved)
    house.away(fresh)
    # Limits, then the operator's state, change under the card.
    order_tcs = house.propose("TCS")
    card, before = house.open(order_tcs), house.writes()
    tightened, _ = house.agent.try_call("update_trading_config", updates={"MAX_ORDER_QUANTITY": 4990})
    changed = house.sign(house.signed(card))
    house.row("limits changed between card and signature", True, changed.code == "APPROVAL_VOID" and house.writes() == before, changed)
    order_tcs = house.propose("TCS")
    card = house.open(order_tcs)
    house.place.operator("halt", "a look")
    halted = house.sign(house.signed(card))
    nothing = house.writes() == before
    resumed = house.sign(house.signed(house.open(resume=True)))
    again = house.propose("TCS")
    control = house.sign(house.signed(house.open(again)))
    house.row("halted between card and signature", resumed.ok and control.ok, not halted.ok and nothing, halted)
    house.away(again)
    late = house.open(order := house.propose("INFY"))
    began = time.monotonic()
    # Five at most, one for a symbol.
    symbols = ("SBIN", "ITC", "RELIANCE", "HDFCBANK")
    waiting = [order, *[house.propose(symbol) for symbol in symbols]]
    sixth, sixth_error = house.agent.try_call("prepare_order", symbol="TCS", side="BUY", quantity=1, entry_price=round(house.price("TCS") * 0.99, 1),
                                              stop_loss=round(house.price("TCS") * 0.98, 1), target=round(house.price("TCS") * 1.05, 1), product_type="INTRADAY")
    house.row("a sixth proposal to wear the human down", len(waiting) == 5, sixth_error, adversary.code_of(sixth))
    for one in waiting[1:]:
        house.away(one)
    # A minute and more after it was shown.
    time.sleep(max(0.0, 61.5 - (time.monotonic() - began)))
    before = house.writes()
    expired = house.sign(house.signed(late))
    nothing = house.writes() == before
    control = house.sign(house.signed(house.open(order)))
    house.row("a card older than a minute", control.ok, expired.code in ("STATEMENT_EXPIRED", "STATEMENT_UNKNOWN") and nothing, expired)
    house.away(order)
    # A restart: the card dies with the boot, and the proposal with it.
    order = house.propose("SBIN")
    card = house.open(order)
    house.agent.close()
    house.place.stop()
    house.place.start()
    house.agent = AgentOf(AGENT, house.place.home)
    before = house.writes()
    other_boot = house.sign(house.signed(card))
    nothing = house.writes() == before
    fresh = house.propose("SBIN")
    control = house.sign(house.signed(house.open(fresh)))
    house.row("a card of the broker's last start", control.ok, other_boot.code == "STATEMENT_OTHER_BOOT" and nothing, other_boot)
    house.away(fresh)


# --- one-time passwords and enrolment -------------------------------------------------------------------------------------

def code_of_step(secret, step):
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7fffffff) % 10**6:06d}"


def enrolment(house):
    unsigned = house.as_operator("ApprovalService/Enroll", message((1, FORGER.public.hex())))
    by_agent = house.as_agent("ApprovalService/Enroll", message((1, FORGER.public.hex())))
    by_itself = house.sign(house.signed(house.open(enrol=FORGER.public.hex()), FORGER))
    statement = house.open(enrol=SUCCESSOR.public.hex(), totp=1)
    other = house.sign(house.signed(statement.replace(SUCCESSOR.public.hex().encode(), FORGER.public.hex().encode())))
    control = house.sign(house.signed(statement))
    for name, reply in (("enrol a second key without a signature", unsigned), ("enrol a key at the agent's door", by_agent),
                        ("enrol a key signed by that key", by_itself), ("another key put into a signed enrolment", other)):
        house.row(name, control.ok, not reply.ok, reply)
    old = house.propose()
    refused = house.sign(house.signed(house.open(old)))
    house.row("the key that was replaced signs on", control.ok, refused.code == "KEY_NOT_ENROLLED", refused)
    secret = base64.b32decode(re.search(rb"secret=([A-Z2-7]+)", control.data)[1].decode() + "=" * (-len(re.search(rb"secret=([A-Z2-7]+)", control.data)[1]) % 8))

    sign = lambda order, totp: house.sign(house.signed(house.open(order), SUCCESSOR, totp=totp))
    before = house.writes()
    missing = sign(old, None)
    wrong = sign(old, code_of_step(secret, int(time.time()) // 30 + 9))
    nothing = house.writes() == before
    while time.time() % 30 > 15:  # what follows is of one step
        time.sleep(0.2)
    step = int(time.time()) // 30
    first = sign(old, code_of_step(secret, step))
    house.away(old)
    house.row("an approval without the one-time password", first.ok, missing.code == "TOTP_NEEDED" and nothing, missing)
    house.row("a one-time password of another time", first.ok, wrong.code == "TOTP_WRONG" and nothing, wrong)
    order = house.propose("TCS")
    before = house.writes()
    reused = sign(order, code_of_step(secret, step))
    earlier = sign(order, code_of_step(secret, step - 1))
    nothing = house.writes() == before
    after = sign(order, code_of_step(secret, step + 1))  # one step ahead is taken
    house.row("a one-time password used again for another order", after.ok, reused.code == "TOTP_USED" and nothing, reused)
    house.row("the password before the one that was used", after.ok, earlier.code == "TOTP_USED" and nothing, earlier)
    house.away(order)
    order = house.propose("ITC")
    guesses = [sign(order, f"{guess:06d}") for guess in range(6)]
    house.row("one-time passwords guessed", after.ok, "TOTP_LOCKED" in [g.code for g in guesses] and not any(g.ok for g in guesses), [g.code for g in guesses])
    house.away(order)


# --- the agent's words ----------------------------------------------------------------------------------------------------

def pages(house, order):
    """All that a human can have shown of it; order is empty where the text was refused."""
    text = ""
    for words in (*([("show", order)] if order else []), ("pending",), ("pending", "--all"), ("orders",), ("status",), ("positions",), ("recommendations",), ("mandate",), ("audit", "tail", "-n", "40"),
                  ("audit", "tail", "-n", "40", "--json"), ("pending", "--json"), ("recommendations", "--json")):
        for _ in range(40):  # as House.open
            page = house.place.operator(*words)
            if "TOO_MANY_CARDS" not in page.stderr:
                break
            time.sleep(2)
        if page.returncode != 0:
            raise AssertionError(f"approval_cli {' '.join(words)} shows nothing: {page.stderr}")
        text += page.stdout
    return text


def words(house):
    price_e4 = lambda factor: int(round(house.price("SBIN") * factor, 1) * 10_000)

    def proposal(symbol="SBIN", strategy="trend", request_id=None, reason="because", cite="news-1"):
        terms = message((1, symbol), (2, 1), (3, 2), (4, 2), (5, 1), (6, price_e4(0.99)), (8, price_e4(0.98)), (9, price_e4(1.05)), (10, strategy), (11, request_id))
        return "ProposalService/PrepareOrder", message((1, terms), (2, reason), (3, cite))

    def block(symbol="SBIN", reason="take profit"):
        return "ProposalService/BlockDeliverySellOrder", message((1, symbol), (2, 1), (3, reason))

    fields = {"reason of prepare_order": lambda t: proposal(reason=t), "cites of prepare_order": lambda t: proposal(cite=t), "strategy": lambda t: proposal(strategy=t),
              "request_id": lambda t: proposal(request_id=t), "symbol of prepare_order": lambda t: proposal(symbol=t),
              "reason of block_delivery_sell_order": lambda t: block(reason=t), "symbol of block_delivery_sell_order": lambda t: block(symbol=t)}
    honest = {"cites of prepare_order": "sha256:00ff", "strategy": "meanrevert7", "request_id": "honest-77", "symbol of prepare_order": "SBIN", "symbol of block_delivery_sell_order": "SBIN"}
    for name, make in fields.items():
        outcomes, strange, shown = {}, [], False
        for what, text in [("plain", honest.get(name, "quite plain words")), *HOSTILE.items()]:
            reply = house.as_agent(*make(text))
            outcomes[what] = "let in, cleaned" if reply.ok else repr(reply)
            order = ""
            if reply.ok:
                listed = json.loads(house.place.operator("pending", "--json").stdout)["proposals"]
                order = listed[0]["order_id"] if listed else ""
            page = pages(house, order)
            strange += [f"{what}: {found}" for found in strange_characters(page)]
            if what == "plain":
                shown = reply.ok and honest.get(name, "quite plain words") in page
            elif "SIGNED  R-000001" in [line.strip() for line in page.split("\n")]:
                strange.append("a line of the agent's own")
            if order:
                house.away(order)
        let_in = sorted(what for what, outcome in outcomes.items() if outcome == "let in, cleaned" and what != "plain")
        refused = {outcome for outcome in outcomes.values() if outcome != "let in, cleaned"}
        house.row(f"{len(HOSTILE)} hostile texts as {name}", shown, not strange, strange or f"cleaned: {', '.join(let_in) or 'none'}; refused: {', '.join(sorted(refused)) or 'none'}")
    # And in the exported log itself: one record a line, nothing that moves a cursor.
    log = (house.place.home / "storage/trade_logs.jsonl").read_text()
    bad = [line[:80] for line in log.splitlines() if not line.startswith("{")]
    house.row("any of them in the exported audit log", "quite plain words" in log, not bad and not strange_characters(log), strange_characters(log) or "records are whole lines")


# --- programs and terminals -----------------------------------------------------------------------------------------------

def tmux(uid, sock, *arguments, env=None):
    return run_as(uid, "/usr/bin/tmux", "-S", sock, "-f", "/dev/null", *arguments, env={**PLAIN, **(env or {})})


def pane(uid, sock, *needles, seconds=8):
    deadline = time.monotonic() + seconds
    while True:
        text = tmux(uid, sock, "capture-pane", "-p").stdout
        if any(needle in text for needle in needles) or time.monotonic() > deadline:
            return text
        time.sleep(0.1)


def terminals(house):
    order = house.propose("SBIN", quantity=5)
    sock = house.state / "tmux.sock"
    command = f"XDG_STATE_HOME={house.state} {mcp_client.BIN}/approval_cli --home {house.place.home} approve {order}; sleep 20"
    tmux(OPERATOR, sock, "new-session", "-d", "-x", "100", "-y", "40", command)
    shown = pane(OPERATOR, sock, "to sign")
    ready = "to sign" in shown
    if not ready:
        print(f"    the pane showed: {shown!r}", flush=True)
    before = house.writes()
    stopped = tmux(AGENT, sock, "send-keys", "BUY 5 SBIN", "Enter")
    # Even where the socket may be reached: the approver opened folder and file for everybody.
    house.state.chmod(0o755)
    sock.chmod(0o777)
    opened = tmux(AGENT, sock, "send-keys", "BUY 5 SBIN", "Enter")
    time.sleep(0.3)
    untouched = "BUY 5 SBIN:" not in pane(OPERATOR, sock, "to sign") and "Passphrase" not in pane(OPERATOR, sock, "to sign") and house.writes() == before
    # The control: his own hand, or whoever shares his user, does type it.
    tmux(OPERATOR, sock, "send-keys", "BUY 5 SBIN", "Enter")
    control = ready and any(word in pane(OPERATOR, sock, "Passphrase", "NO_KEY") for word in ("Passphrase", "NO_KEY"))
    tmux(OPERATOR, sock, "kill-server")
    house.row("tmux send-keys into the approver's terminal", control, stopped.returncode != 0 and untouched, (stopped.stderr or stopped.stdout).strip()[:90])
    house.row("the same with his tmux socket open to everybody", control, "access not allowed" in opened.stderr + opened.stdout and untouched, (opened.stderr or opened.stdout).strip()[:90])
    # Keys pushed into his terminal from outside (TIOCSTI), and the terminal opened by its name.
    import fcntl
    import pty
    import termios
    master, slave = pty.openpty()
    os.fchown(slave, OPERATOR, OPERATOR)
    os.fchmod(slave, 0o620)
    name = os.ttyname(slave)
    push = "import termios\nfd=os.open(sys.argv[2], os.O_RDWR)\nfcntl.ioctl(fd, termios.TIOCSTI, b'B')"
    typed = try_as(AGENT, push, name)
    opened = try_as(OPERATOR, "os.close(os.open(sys.argv[2], os.O_RDWR))", name)
    house.row("TIOCSTI into the approver's terminal", opened == "", typed == "PermissionError", typed)
    os.close(master), os.close(slave)
    del fcntl, termios
    house.away(order)


def programs(house):
    shim = house.place.lair / "bin"
    run_as(AGENT, "/usr/bin/mkdir", "-p", shim)
    for name in ("approval_cli", "execution_broker"):
        (shim / name).write_text("#!/bin/sh\necho hijacked\n")
        (shim / name).chmod(0o755)
    os.chmod(house.place.lair, 0o755)
    caught = {"PATH": f"{shim}:/usr/bin:/bin", "HOME": "/nonexistent", "XDG_STATE_HOME": str(house.state)}
    for uid, name, arguments, answer in ((OPERATOR, "approval_cli", ("status", "--json"), "operator_state"), (BROKER, "execution_broker", ("--print-settings",), "MAX_ORDER_VALUE")):
        full = run_as(uid, mcp_client.BIN / name, "--home", house.place.home, *arguments, env=caught)
        # The guard off: that user has the agent's folder first in his PATH and calls the program by its name.
        by_name = run_as(uid, "/usr/bin/env", name, env=caught)
        writable = [folder for folder in (mcp_client.BIN, "/usr/local/bin", "/usr/bin", "/etc/profile.d", house.state)
                    if try_as(AGENT, "open(sys.argv[2]+'/zz','x'); os.unlink(sys.argv[2]+'/zz')", str(folder)) == ""]
        house.row(f"a PATH shim of {name}", "hijacked" in by_name.stdout, answer in full.stdout and "hijacked" not in full.stdout and not writable,
                  f"by its full path it is the real one; the agent writes in none of its folders {writable or ''}")
    if not shutil.which("cc"):
        print("    SKIPPED: no C compiler; LD_PRELOAD is not tried")
        return
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "evil.c"
        source.write_text(PRELOADED)
        library = house.place.lair / "evil.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    library.chmod(0o755)
    marks = house.place.root / "marks"
    marks.mkdir()
    marks.chmod(0o777)
    poisoned = {**PLAIN, "LD_PRELOAD": str(library), "PRELOADED": str(marks), "XDG_STATE_HOME": str(house.state)}
    seen = lambda uid: (marks / f"preloaded-{uid}").exists()

    mine = run_as(AGENT, mcp_client.BIN / "approval_cli", "--home", house.place.home, "status", env=poisoned)
    start_files = [try_as(AGENT, "open(sys.argv[2],'a')", str(path)) for path in (house.state / ".profile", "/etc/ld.so.preload", "/etc/environment")]
    house.place.operator("status")
    clean = not seen(OPERATOR)
    run_as(OPERATOR, mcp_client.BIN / "approval_cli", "--home", house.place.home, "status", env=poisoned)
    house.row("LD_PRELOAD against approval_cli", seen(OPERATOR), seen(AGENT) and mine.returncode != 0 and clean and set(start_files) == {"PermissionError"},
              f"runs as the agent alone, whose door is closed (exit {mine.returncode}); start files: {start_files[0]}")
    own = run_as(AGENT, mcp_client.BIN / "execution_broker", "--home", house.place.home, env=poisoned)
    with AgentOf(AGENT, house.place.home, env=poisoned) as other:
        other.try_call("fetch_market_status")
    maps = pathlib.Path(f"/proc/{house.place.broker.pid}/maps").read_text()
    clean = not seen(BROKER) and "evil.so" not in maps
    run_as(BROKER, mcp_client.BIN / "execution_broker", "--home", house.place.home, "--print-settings", env=poisoned)
    house.row("LD_PRELOAD against the broker", seen(BROKER), clean and own.returncode != 0, f"not in its maps; a broker of the agent's on this home: exit {own.returncode}")


def audit(house):
    log = house.place.home / "storage/trade_logs.jsonl"
    edit = "f=open(sys.argv[2],'r+b'); f.seek(200); b=f.read(1); f.seek(200); f.write(bytes([b[0]^1]))"
    mine = try_as(AGENT, edit, str(log))
    verify = lambda: subprocess.run([str(mcp_client.BIN / "approval_cli"), "--home", str(house.place.home), "audit", "verify", "--json"], capture_output=True, text=True,
                                    stdin=subprocess.DEVNULL, env={**os.environ, "XDG_STATE_HOME": str(house.place.root / "state-root")})
    time.sleep(0.6)
    good = verify()
    house.place.broker.send_signal(signal.SIGSTOP)  # it would mend the file at once
    try:
        by_owner = try_as(BROKER, edit, str(log))
        found = verify()
        try_as(BROKER, edit, str(log))
    finally:
        house.place.broker.send_signal(signal.SIGCONT)
    house.row("an edit of the audit log's file", by_owner == "", mine == "PermissionError" and good.returncode == 0 and found.returncode == 10,
              f"agent: {mine}; by the broker's own user it goes through, and audit verify says {json.loads(found.stdout).get('code')}")


def flood(house):
    script = ("import socket,sys\nheld=[]\nn=0\nwhile True:\n s=socket.socket(socket.AF_UNIX); s.settimeout(1)\n try: s.connect(sys.argv[1]); n+=1\n except OSError: pass\n if n%100==0: print(n,flush=True)\n"
              " held.append(s)\n if len(held)>40: held.pop(0).close()\n")
    order, before = house.propose("SBIN"), house.writes()
    floods = [subprocess.Popen(["/usr/bin/python3", "-I", "-c", script, str(house.agent_socket)], cwd="/", stdout=subprocess.PIPE, text=True, **as_uid(uid)) for uid in (AGENT, AGENT, STRANGER)]
    try:
        time.sleep(1)
        own = run_as(AGENT, mcp_client.BIN / "mcp_gateway", "--home", house.place.home, "--call", "fetch_market_status", "{}")
        card = house.signed(house.open(order))  # may wait for a place: the attacks before this one have left cards open
        began = time.monotonic()
        reply = house.sign(card)
        took = (time.monotonic() - began) * 1000
        sent = house.writes() - before
        halted = house.place.operator("halt", "flood")
        state = house.place.status()["operator_state"]
    finally:
        for process in floods:
            process.kill()
    # The control: the flood did reach the door, thousands of times, or kept the agent's own call out.
    connects = sum(int((process.communicate()[0].split() or [0])[-1]) for process in floods)
    bites = own.returncode != 0 or connects >= 1_000
    house.sign(house.signed(house.open(resume=True)))
    house.row("three floods of connects while a human approves and halts", bites, reply.ok and sent == 1 and halted.returncode == 0 and state == "halted",
              f"from signature to the order sent {took:.0f} ms beside {connects} connects")
    house.away(order)


def three_users():
    house = House()
    try:
        first = house.as_operator("ApprovalService/Enroll", message((1, HUMAN.public.hex())))
        house.row("(the human's key is enrolled)", True, first.ok, first)
        for attack in (signatures, races, terminals, words, programs, audit, flood, time_and_price, enrolment):
            try:
                attack(house)
            except Exception as error:  # the others still say something
                house.place.findings.append(f"{attack.__name__} could not be carried out: {type(error).__name__}: {error}")
                print("!! ", house.place.findings[-1], flush=True)
        return house.place.table[1:], house.place.findings
    finally:
        house.close()


# --- one user for everybody -----------------------------------------------------------------------------------------------

class OneUser:
    """The same rehearsal where broker, agent and human are one uid: what it may do, the agent may do."""

    def __init__(self):
        self.sandbox = approval.Sandbox()
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="one-user-"))
        os.chown(self.root, AGENT, AGENT)
        self.home = self.root / "home"
        self.home.mkdir()
        os.chown(self.home, AGENT, AGENT)
        env = self.home / ".env"
        env.write_text("".join(f"{key}={value}\n" for key, value in {**self.sandbox.env(), "MAX_PRICE_COLLAR_PERCENT": 3, "MIN_RISK_REWARD_RATIO": 0}.items()))
        os.chown(env, AGENT, AGENT)
        env.chmod(0o600)
        self.env = {**PLAIN, "XDG_STATE_HOME": str(self.root / "state")}
        self.bin = self.root / "bin"
        self.bin.mkdir()
        for name in ("mcp_gateway", "approval_cli", "execution_broker"):
            shutil.copy(mcp_client.BIN / name, self.bin / name)
        subprocess.run(["chown", "-R", f"{AGENT}:{AGENT}", str(self.root)], check=True)
        self.succeeded, self.refused = [], []
        self.broker = None

    def start(self):
        self.sandbox.ask("/clock", {"advance": "31s"})
        time.sleep(1.2)
        log = open(self.root / "log", "ab")
        self.broker = subprocess.Popen([str(self.bin / "execution_broker"), "--home", str(self.home)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                       env=PLAIN, **as_uid(AGENT))
        deadline = time.monotonic() + 20
        while self.cli("status").returncode != 0:
            if self.broker.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.root / "log").read_text()[-800:])
            time.sleep(0.1)

    def stop(self):
        if self.broker.poll() is None:
            self.broker.terminate()
            self.broker.wait(20)

    def cli(self, *arguments, env=None):
        return run_as(AGENT, self.bin / "approval_cli", "--home", self.home, *arguments, env=env or self.env)

    def tried(self, code, *arguments):
        return try_as(AGENT, code, *map(str, arguments)) == ""

    def terminal(self, *arguments):
        place = type("Place", (), {"home": self.home, "root": self.root})
        return approval.Terminal(AGENT, place, arguments, env={"XDG_STATE_HOME": str(self.root / "state")})

    def note(self, words, works):
        (self.succeeded if works else self.refused).append(words)
        print(f"{'yes' if works else 'no ':4}{words}", flush=True)

    def propose(self, agent, symbol="SBIN"):
        price, at = agent.call("fetch_live_price", symbol=symbol)["last_price"], lambda value: round(round(value / 0.1) * 0.1, 2)
        return agent.call("prepare_order", symbol=symbol, side="BUY", quantity=5, entry_price=at(price * 0.99), stop_loss=at(price * 0.978), target=at(price * 1.05),
                          product_type="INTRADAY")["order_id"]

    def run(self):
        self.start()
        before = mcp_client.BIN
        mcp_client.BIN = self.bin
        try:
            self.files()
            self.person()
            self.process()
        finally:
            mcp_client.BIN = before

    def files(self):
        storage = self.home / "storage"
        self.note("read the broker's secrets in .env", self.tried("assert 'BROKER_PASSWORD' in open(sys.argv[2]).read()", self.home / ".env"))
        self.note("edit .env, for the next start", self.tried("open(sys.argv[2],'a').write('# edited\\n')", self.home / ".env"))
        self.note("write to the ledger's file", self.tried("open(sys.argv[2],'r+b').close()", storage / "rehearsal.db"))
        self.note("edit the audit log's file", self.tried("open(sys.argv[2],'r+b').close()", storage / "trade_logs.jsonl"))
        self.note("read the key that signs the audit log", self.tried("assert len(open(sys.argv[2],'rb').read()) == 32", storage / "audit_signing.key"))
        swap = "os.rename(sys.argv[2], sys.argv[2]+'.x'); s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[2]); s.listen(); os.unlink(sys.argv[2]); os.rename(sys.argv[2]+'.x', sys.argv[2])"
        self.note("put a socket of its own in the place of the broker's", self.tried(swap, self.home / "run/operator/broker.sock"))
        self.note("begin another home with looser limits", self.tried("os.makedirs(sys.argv[2]); open(sys.argv[2]+'/.env','w').write('MAX_ORDER_VALUE=100000000\\n')", self.root / "other") and
                  "100000000" in run_as(AGENT, self.bin / "execution_broker", "--home", self.root / "other", "--print-settings").stdout)

    def person(self):
        terminal = self.terminal("enroll")
        terminal.expect("passphrase for the new key").type_line(approval.PASSPHRASE).expect("Once more").type_line(approval.PASSPHRASE)
        self.note("enrol a key of its own where none is", terminal.end() == 0)
        with AgentOf(AGENT, self.home) as agent:
            order = self.propose(agent)
            terminal = self.terminal("approve", order)
            terminal.expect("to sign").type_line("BUY 5 SBIN").expect("Passphrase").type_line(approval.PASSPHRASE)
            code = terminal.end()
            self.note("approve its own order at a pseudo-terminal, with a passphrase it knows", code == 0 and any(o.get("ordertag") for o in self.sandbox.orders()))
            order = self.propose(agent, "TCS")
            sock = self.root / "tmux.sock"
            tmux(AGENT, sock, "new-session", "-d", "-x", "100", "-y", "40", f"{self.bin}/approval_cli --home {self.home} approve {order}; sleep 20", env=self.env)
            pane(AGENT, sock, "to sign")
            tmux(AGENT, sock, "send-keys", "BUY 5 TCS", "Enter")
            self.note("type into the approver's terminal (tmux send-keys)", "Passphrase" in pane(AGENT, sock, "Passphrase"))
            tmux(AGENT, sock, "kill-server")
            shim = self.root / "shim"
            shim.mkdir()
            (shim / "approval_cli").write_text("#!/bin/sh\necho hijacked\n")
            (shim / "approval_cli").chmod(0o755)
            os.chown(shim, AGENT, AGENT)
            self.note("put another approval_cli before the real one in PATH", "hijacked" in run_as(AGENT, "/usr/bin/env", "approval_cli", env={**self.env, "PATH": f"{shim}:/usr/bin"}).stdout)
            (shim / "evil.c").write_text(PRELOADED)
            subprocess.run(["cc", "-shared", "-fPIC", "-o", str(shim / "evil.so"), str(shim / "evil.c")], check=True)
            self.cli("status", env={**self.env, "LD_PRELOAD": str(shim / "evil.so"), "PRELOADED": str(self.root)})
            self.note("put a library into approval_cli (LD_PRELOAD)", (self.root / f"preloaded-{AGENT}").exists())
            limits = self.cli("limits", "--json").stdout
            loosened, is_error = agent.raw("update_trading_config", json.dumps({"updates": {"MAX_ORDER_VALUE": "10000000"}}))
            self.note("loosen a limit through the tools", not is_error)
            with AgentOf(AGENT, self.home, env={"MAX_ORDER_VALUE": "99999999", "TRADING_MODE": "live"}):
                self.note("loosen a limit by the gateway's environment", self.cli("limits", "--json").stdout != limits)
            self.note("resume or loosen without the key, once one is enrolled", self.cli("resume", "--yes").returncode == 0 and self.cli("limits", "set", "MAX_ORDER_VALUE", "10000000", "--yes").returncode == 0)

    def process(self):
        pid = str(self.broker.pid)
        self.note("trace the broker", self.tried("l=ctypes.CDLL(None, use_errno=True)\nif l.ptrace(16, int(sys.argv[2]), 0, 0) != 0: raise PermissionError()", pid))
        self.note("read the broker's memory", self.tried("open('/proc/'+sys.argv[2]+'/mem','rb')", pid))
        self.note("read the broker's environment", self.tried("open('/proc/'+sys.argv[2]+'/environ','rb').read()", pid))
        self.note("start a second broker beside it on the home", run_as(AGENT, self.bin / "execution_broker", "--home", self.home).returncode == 0)
        self.note("make run/HALT", self.tried("open(sys.argv[2],'x').close()", self.home / "run/HALT") and (self.home / "run/HALT").exists())
        self.note("stop and kill the broker", self.tried("os.kill(int(sys.argv[2]), signal.SIGSTOP); os.kill(int(sys.argv[2]), signal.SIGKILL)", pid) and self.broker.wait(10) == -9)
        removed = self.tried("os.unlink(sys.argv[2])", self.home / "keys/approver.json")
        (self.home / "run/HALT").unlink(missing_ok=True)
        self.start()
        terminal = approval.Terminal(AGENT, type("Place", (), {"home": self.home, "root": self.root}), ["enroll"], env={"XDG_STATE_HOME": str(self.root / "another-state")})
        terminal.expect("passphrase for the new key").type_line("another one of mine").expect("Once more").type_line("another one of mine")
        again = terminal.end()
        if again != 0:
            print(terminal.text, (self.root / 'log').read_text()[-500:])
        self.note("remove the approver's key, restart the broker and enrol another", removed and again == 0)

    def close(self):
        if self.broker is not None:
            self.stop()
        shutil.rmtree(self.root, ignore_errors=True)
        self.sandbox.process.send_signal(signal.SIGTERM)
        self.sandbox.process.wait(10)


def told_by_the_page():
    """(succeeds, refused) as docs/threat_model.md lists them."""
    text = THREAT_MODEL.read_text()
    lists = []
    for marker in ("<!-- one user: succeeds -->", "<!-- one user: refused -->"):
        rows = text.split(marker)[1].split("<!--")[0] if marker in text else ""
        rows = re.sub(r"\n  +", " ", rows)
        lists.append([line[2:].strip(" ;.") for line in rows.splitlines() if line.startswith("- ")])
    return lists


def one_user():
    home = OneUser()
    findings = []
    try:
        home.run()
    except Exception as error:
        findings.append(f"one user: could not be carried out: {type(error).__name__}: {error}")
    finally:
        home.close()
    told, told_refused = told_by_the_page()
    for page, seen, word in ((told, home.succeeded, "succeeds"), (told_refused, home.refused, "is refused")):
        for missing in sorted(set(seen) - set(page)):
            findings.append(f"{THREAT_MODEL.name} does not say that it {word}: {missing}")
        for wrong in sorted(set(page) - set(seen)):
            findings.append(f"{THREAT_MODEL.name} says that it {word}, and it was not seen: {wrong}")
    return home, findings


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("three", "one"))
    options = parser.parse_args()
    for name in ("sandbox_exchange", "execution_broker", "approval_cli", "mcp_gateway"):
        if not (mcp_client.BIN / name).exists():
            print(f"SKIPPED: {name} is not built")
            return 77
    if not shutil.which("tmux") or not shutil.which("cc"):
        print("SKIPPED, NOTHING WAS TESTED: no tmux or no C compiler; scripts/setup installs them")
        return 77
    built, table, findings = mcp_client.BIN, [], []
    if options.only != "one":
        table, findings = three_users()
        mcp_client.BIN = built
    if options.only != "three":
        print("\nOne user for everybody:")
        home, more = one_user()
        findings += more
    if table:
        print("\n| attack | refused by | control |\n| --- | --- | --- |")
        for attack, control, verdict, outcome, _ in table:
            print(f"| {attack} | {outcome.splitlines()[0][:110] if verdict == 'held' else verdict} | {control} |")
        print(f"\n{len(table)} attacks, {sum(row[2] == 'held' for row in table)} held with a control that worked")
    if options.only != "three":
        print("\nUnder one user for everybody these succeed:\n" + "\n".join(f"- {words}" for words in home.succeeded))
        print("\nand these are refused even then:\n" + "\n".join(f"- {words}" for words in home.refused))
    for finding in findings:
        print("FOUND", finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
