#!/usr/bin/env python3
"""A person with a terminal approves, rejects and stops; an agent of another uid proposes and tries the rest.

The sandbox exchange stands behind a broker in rehearsal (uid 61002); the agent is 61001, the approver 61003 at a
pseudo-terminal of his own, a stranger 61004. What was sent is read from the exchange's own book, never from the broker.
Each attack has a control: the same step by whoever may do it goes through. Needs root; leaves nothing.

    approval.py [--keep]

Exit: 0 all as it should be, 1 not, 77 cannot run here.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

if os.geteuid() != 0:
    print("needs root: three users are played")
    sys.exit(77)

import adversary
import mcp_client
from adversary import AGENT, BROKER, OPERATOR, STRANGER, AgentOf, Place, as_uid, grpc_status, run_as
from pseudo_terminal import PseudoTerminal

PASSPHRASE = "correct horse battery"
ESCAPES = "\u001b[2J\u001b[1;1H\u202eBUY 1 \u200bSBIN\u0007 \u009b31m"
UNSEEN = "\u202eNIBS 1 YUB\u2069 \u200b\u2066SIGNED\ufeff"  # what the gateway lets through: no control characters


class Sandbox:
    def __init__(self):
        self.process = subprocess.Popen([str(mcp_client.BIN / "sandbox_exchange"), "--start", "2026-11-23T10:00:00+05:30",
                                         "--prints", "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.ready = json.loads(self.process.stdout.readline())

    def ask(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control_url"] + path, data=data, method=method or ("GET" if data is None else "POST"))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return json.load(opener.open(request, timeout=20))

    def orders(self):
        return [order for account in self.ask("/book")["accounts"] for order in account["orders"]]

    def writes(self):
        reply = self.ask("/writes")
        rows = reply["writes"] if isinstance(reply, dict) else reply
        return len(rows)

    def env(self):
        r = self.ready
        return {"TRADING_MODE": "rehearsal", "MARKET_DATA": "smartapi", "MARKET_CLOCK": "exchange", "SMARTAPI_REST_URL": r["rest_url"],
                "SMARTAPI_STREAM_URL": r["stream_url"], "SMARTAPI_ORDER_STREAM_URL": r["order_stream_url"],
                "SMARTAPI_INSTRUMENTS_URL": r["instruments_url"], "BROKER_API_KEY": r["api_key"],
                "BROKER_CLIENT_CODE": r["client_code"], "BROKER_PASSWORD": r["pin"], "BROKER_TOTP_SECRET": r["totp_secret"]}


class Desk(Place):
    """The adversary's place, with a rehearsal in it."""

    def __init__(self, sandbox, **settings):
        self.sandbox = sandbox
        adversary.SETTINGS = {**sandbox.env(), "AGENT_USERS": AGENT, "OPERATOR_USERS": OPERATOR, "MAX_ENTRIES_PER_MINUTE": 50,
                              "MAX_ENTRIES_PER_DAY": 200, "MAX_MESSAGES_PER_SECOND": 9, "MAX_OPEN_POSITIONS": 50,
                              "MAX_REPEATS_IN_DIRECTION": 100, "MAX_PRICE_COLLAR_PERCENT": 3, "QUICK_APPROVAL_VALUE": 10000, **settings}
        super().__init__()
        self.state = self.root / f"state-{OPERATOR}"
        self.state.mkdir(exist_ok=True)
        os.chown(self.state, OPERATOR, OPERATOR)

    def start(self):
        # A one-time password is good for one log-in: the next start is in the next half minute of the exchange.
        self.sandbox.ask("/clock", {"advance": "31s"})
        # And the service takes one log-in a second, by its own watch.
        time.sleep(1.2)
        super().start()

    def terminal(self, uid, *arguments):
        return Terminal(uid, self, arguments)


class Terminal(PseudoTerminal):
    """approval_cli at a pseudo-terminal of 80 by 24 that belongs to one user."""

    def __init__(self, uid, place, arguments, env=None):
        super().__init__([mcp_client.BIN / "approval_cli", "--home", place.home, *arguments], owner=uid, cwd="/",
                         env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TERM": "xterm",
                              "XDG_STATE_HOME": str(place.root / f"state-{uid}"), **(env or {})}, **as_uid(uid))

    def expect(self, pattern, seconds=15):
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            left = deadline - time.monotonic()
            has_ended = self.process.poll() is not None
            if left <= 0 or (not self.read(min(left, 0.2)) and has_ended):
                raise AssertionError(f"the terminal never showed {pattern!r}:\n{self.text}")
        return self

    def type_line(self, line):
        return self.type(line + "\n")

    def end(self, seconds=30):
        code = super().end(seconds)
        self.close()
        return code


class Walk:
    def __init__(self, place, sandbox):
        self.place, self.sandbox = place, sandbox
        self.rows, self.broken = [], 0
        self.agent = AgentOf(AGENT, place.home)

    def check(self, name, is_good, detail=""):
        self.rows.append((name, is_good))
        self.broken += 0 if is_good else 1
        print(f"{'ok    ' if is_good else 'BROKEN'} {name}{'' if is_good else '   ' + str(detail)[-1500:]}")

    def entry(self, symbol="SBIN", quantity=5, below=0.998, **more):
        price = self.agent.call("fetch_live_price", symbol=symbol)["last_price"]
        tick = 0.1
        at = lambda factor: round(round(price * factor / tick) * tick, 2)
        return dict(symbol=symbol, side="BUY", quantity=quantity, entry_price=at(below), stop_loss=at(below - 0.012), target=at(below + 0.04),
                    product_type="INTRADAY", **more)

    def propose(self, *arguments, **more):
        return self.agent.call("prepare_order", **self.entry(*arguments, **more))

    def status(self, token, wait=0):
        return self.agent.call("get_approval_status", approval_token=token, wait_seconds=wait)

    def approve(self, order, symbol="SBIN", quantity=5, passphrase=PASSPHRASE):
        terminal = self.place.terminal(OPERATOR, "approve", order)
        terminal.expect("to sign").type_line(f"BUY {quantity} {symbol}")
        if passphrase:
            terminal.expect("Passphrase").type_line(passphrase)
        code = terminal.end()
        return code, terminal.text

    def wait_for(self, what, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if what():
                return True
            time.sleep(0.1)
        return False

    def cancel(self, order_id):
        """Takes an entry back and waits until the exchange has said so."""
        self.agent.raw("cancel_live_order", json.dumps({"order_id": order_id}))
        gone = self.wait_for(lambda: order_id not in self.place.operator("orders", "--working", "--json").stdout, 20)
        if not gone:
            raise AssertionError(f"{order_id} still works: " + self.place.operator("orders", "--working", "--json").stdout)

    # --- as it should be ------------------------------------------------------------------------------------------------

    def enrol(self):
        before = self.place.operator("resume", "--yes")
        terminal = self.place.terminal(OPERATOR, "enroll")
        terminal.expect("passphrase for the new key").type_line(PASSPHRASE).expect("Once more").type_line(PASSPHRASE)
        code = terminal.end()
        self.check("a person enrols a key", code == 0 and "ENROLLED" in terminal.text, terminal.text)
        key = self.place.state / "trading-mcp-approver" / "key.json"
        self.check("the key is sealed and his alone", key.exists() and key.stat().st_uid == OPERATOR and key.stat().st_mode & 0o77 == 0)
        self.check("the passphrase was never shown", PASSPHRASE not in terminal.text)
        again = self.place.terminal(OPERATOR, "enroll")
        self.check("a second key does not just take its place", again.end() == 1 and "APPROVER_ENROLLED" in again.text, again.text)
        del before

    def approves(self):
        proposal = self.propose(reason=UNSEEN + "x" * 100, below=1.003)
        self.check("an entry waits for a human", proposal["approval"] == "pending_approval", proposal)
        listed = json.loads(self.place.operator("pending", "--json").stdout)
        self.check("and he sees it", [p["order_id"] for p in listed["proposals"]] == [proposal["order_id"]], listed)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
        terminal.expect("to sign")
        card = re.sub(r"\x1b\[[0-9;]*m", "", terminal.text)
        lines = card.replace("\r", "").split("\n")
        self.check("the card fits 80 by 24", len(lines) <= 24 and max(map(len, lines)) <= 80, card)
        self.check("what can hurt stands above everything but the order itself", card.find("LOSES") < card.find("PRICE") < card.find("THE AGENT SAYS"), card)
        self.check("no text of the agent moves the cursor", "\x1b[2J" not in terminal.text and "\u202e" not in card and "\x07" not in card
                   and "\u200b" not in card and "\u009b" not in card, repr(card))
        terminal.type_line("BUY 5 SBIN").expect("Passphrase").type_line(PASSPHRASE)
        code = terminal.end()
        self.check("approve signs and sends", code == 0 and "SIGNED" in terminal.text, terminal.text)
        ours = [o for o in self.sandbox.orders() if o.get("ordertag")]
        self.check("the exchange has one order of five", len(ours) == 1 and int(ours[0]["quantity"]) == 5, ours)
        filled = self.wait_for(lambda: self.status(proposal["approval_token"])["status"] == "FILLED")
        self.check("the agent sees its outcome", filled, self.status(proposal["approval_token"]))
        told = self.agent.call("execute_intraday_order_after_validation", approval_token=proposal["approval_token"])
        self.check("execute reports and sends nothing new", told["status"] == "FILLED" and len([o for o in self.sandbox.orders() if o.get("ordertag")]) == 1, told)
        wrong, is_error = self.agent.raw("execute_delivery_buy_after_validation", json.dumps({"approval_token": proposal["approval_token"]}))
        self.check("the other product's verb is refused", is_error and wrong["error"]["code"] == "WRONG_PRODUCT", wrong)

    def rejects(self):
        writes = self.sandbox.writes()
        proposal = self.propose("TCS", 1)
        code = self.place.operator("reject", proposal["order_id"], "not", "today").returncode
        now = self.status(proposal["approval_token"])
        self.check("reject ends it, nothing is sent", code == 0 and now["approval"] == "withdrawn" and self.sandbox.writes() == writes, now)
        proposal = self.propose("TCS", 1)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
        terminal.expect("to sign").type_line("y")
        code = terminal.end()
        self.check("y is no approval", code == 1 and "NOT_CONFIRMED" in terminal.text and self.status(proposal["approval_token"])["approval"] == "pending_approval", terminal.text)
        code, text = self.approve(proposal["order_id"], "TCS", 1, "another passphrase")
        self.check("a wrong passphrase signs nothing", code == 1 and "PASSPHRASE_WRONG" in text and self.sandbox.writes() == writes, text)
        taken = self.agent.call("cancel_pending_live_order", approval_token=proposal["approval_token"])
        self.check("the agent may take it back", taken["approval"] == "withdrawn", taken)

    def expires_and_drifts(self):
        writes = self.sandbox.writes()
        price = self.agent.call("fetch_live_price", symbol="ITC")["last_price"]
        near = lambda factor: round(price * factor, 1)
        proposal = self.agent.call("prepare_order", symbol="ITC", side="BUY", quantity=10, entry_price=near(0.999), stop_loss=near(0.96), target=near(1.08),
                                   product_type="INTRADAY")
        self.sandbox.ask("/market", {"symbol": "ITC-EQ", "price": near(0.985), "quantity": 10})
        self.wait_for(lambda: self.agent.call("fetch_live_price", symbol="ITC")["last_price"] < price * 0.989, 10)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
        code = terminal.end()
        now = self.status(proposal["approval_token"])
        self.check("a marketable order whose price ran away is void", code == 1 and now["approval"] == "void" and self.sandbox.writes() == writes, (terminal.text, now))
        proposal = self.propose("INFY", 2)
        self.sandbox.ask("/clock", {"advance": "31m"})
        ended = self.wait_for(lambda: self.status(proposal["approval_token"])["approval"] == "expired", 30)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
        code = terminal.end()
        self.check("after thirty minutes it has expired", ended and code == 1 and self.sandbox.writes() == writes, (self.status(proposal["approval_token"]), terminal.text))

    def mandates(self):
        price = self.agent.call("fetch_live_price", symbol="SBIN")["last_price"]
        terminal = self.place.terminal(OPERATOR, "mandate", "sign", "--allow", f"BUY:SBIN:5:{round(price * 1.01, 1)}", "--entries", 1, "--value", 9000,
                                       "--loss", 500, "--until", "14:30")
        terminal.expect("to sign").type_line("MANDATE 1").expect("Passphrase").type_line(PASSPHRASE)
        code = terminal.end()
        self.check("a mandate is signed", code == 0 and "in force" in terminal.text, terminal.text)
        writes = self.sandbox.writes()
        sent = self.propose("SBIN", 4, below=0.997)
        self.check("an entry within it is sent at once", sent["status"] in ("ACKED", "OPEN") and self.sandbox.writes() == writes + 1, sent)
        self.cancel(sent["order_id"])
        beyond = self.propose("SBIN", 3, below=0.996)
        spent = json.loads(self.place.operator("mandate", "--json").stdout)["mandates"][0]
        self.check("its share is spent, the next entry waits", beyond["approval"] == "pending_approval" and spent["state"] == "used_up" and spent["used_entries"] == 1, (beyond, spent))
        self.agent.call("cancel_pending_live_order", approval_token=beyond["approval_token"])

    def halts(self):
        writes = self.sandbox.writes()
        proposal = self.propose("SBIN", 2)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
        terminal.expect("to sign")
        halt = self.place.operator("halt", "lunch")
        terminal.type_line("BUY 2 SBIN").expect("Passphrase").type_line(PASSPHRASE)
        code = terminal.end()
        self.check("a halt between card and signature: nothing is sent", halt.returncode == 0 and code == 1 and self.sandbox.writes() == writes, terminal.text)
        unsigned = self.place.operator("resume", "--yes")
        self.check("--yes does not resume where an approver is enrolled", unsigned.returncode == 2 and self.place.status()["operator_state"] == "halted", unsigned.stderr)
        terminal = self.place.terminal(OPERATOR, "resume", "--reason", "back")
        terminal.expect("to sign").type_line("RESUME").expect("Passphrase").type_line(PASSPHRASE)
        code = terminal.end()
        self.check("his signature resumes", code == 0 and self.place.status()["operator_state"] == "open", terminal.text)

    def resume(self):
        terminal = self.place.terminal(OPERATOR, "resume", "--reason", "back")
        terminal.expect("to sign").type_line("RESUME").expect("Passphrase").type_line(PASSPHRASE)
        if terminal.end() != 0 or self.place.status()["operator_state"] != "open":
            raise AssertionError("not resumed: " + terminal.text)

    def halts_while_slow(self):
        """The exchange has the first order and does not answer for seconds: a halt waits for nobody."""
        for how, quantity in (("halt", 8), ("run/HALT", 9)):
            first, second = self.propose("SBIN", quantity), self.propose("TCS", 1)
            sending = self.place.terminal(OPERATOR, "approve", first["order_id"])
            sending.expect("to sign").type_line(f"BUY {quantity} SBIN").expect("Passphrase")
            behind = self.place.terminal(OPERATOR, "approve", second["order_id"])
            behind.expect("to sign").type_line("BUY 1 TCS").expect("Passphrase")
            orders = len(self.sandbox.orders())
            self.sandbox.ask("/faults", {"name": "X01", "endpoint": "placeOrder", "count": 1, "options": {"ms": 6000}})
            sending.type_line(PASSPHRASE)
            out = self.wait_for(lambda: len(self.sandbox.orders()) == orders + 1, 15)
            began = time.monotonic()
            file = self.place.home / "run" / "HALT"
            if how == "halt":
                halting = subprocess.Popen([str(mcp_client.BIN / "approval_cli"), "--home", str(self.place.home), "halt", "slow"], cwd="/",
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent",
                                           "XDG_STATE_HOME": str(self.place.state)}, **as_uid(OPERATOR))
            else:
                file.write_text("slow\n")
            behind.type_line(PASSPHRASE)
            first_code, second_code = sending.end(), behind.end()
            if how == "halt":
                halting.wait(30)
            else:
                file.unlink()
            self.check(f"{how} while the exchange is slow: the first order is out, the next does not leave",
                       out and first_code == 0 and second_code == 1 and len(self.sandbox.orders()) == orders + 1 and self.place.status()["operator_state"] == "halted",
                       (how, time.monotonic() - began, sending.text[-400:], behind.text[-400:], len(self.sandbox.orders()) - orders))
            self.sandbox.ask("/faults", method="DELETE")
            self.wait_for(lambda: first["order_id"] not in self.place.operator("orders", "--working", "--json").stdout, 20)
            self.resume()

    def interrupts(self):
        """Whatever ends the hidden prompt, the terminal shows again what is typed."""
        proposal = self.propose("SBIN", 2)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
            terminal.expect("to sign").type_line("BUY 2 SBIN").expect("Passphrase")
            terminal.type("correct horse")
            hidden = self.wait_for(lambda: not terminal.has_echo(), 5)
            terminal.process.send_signal(number)
            ended = self.wait_for(lambda: terminal.process.poll() is not None, 10)
            shown = terminal.has_echo()
            code = terminal.end()
            self.check(f"{signal.Signals(number).name} at the passphrase ends it, with the terminal as it was",
                       hidden and ended and shown and code == -number and "correct horse" not in terminal.text, (hidden, ended, shown, code, terminal.text))
        with open(f"/proc/{self.waiting_at_passphrase(proposal).process.pid}/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        if "libasan" in pathlib.Path(f"/proc/{self.passphrase_terminal.process.pid}/maps").read_text():
            print("SKIPPED: whether what is typed goes into locked memory: the address sanitizer makes mlock() do nothing", flush=True)
        else:
            self.check("what is typed goes into locked memory", int(lines["VmLck"].split()[0]) > 0, lines["VmLck"])
        self.passphrase_terminal.process.kill()
        self.passphrase_terminal.end()
        self.agent.call("cancel_pending_live_order", approval_token=proposal["approval_token"])

    def waiting_at_passphrase(self, proposal):
        self.passphrase_terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
        self.passphrase_terminal.expect("to sign").type_line("BUY 2 SBIN").expect("Passphrase")
        return self.passphrase_terminal

    def restarts(self):
        writes = self.sandbox.writes()
        proposal = self.propose("SBIN", 2)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
        terminal.expect("to sign")
        self.place.stop()
        self.place.start()
        terminal.type_line("BUY 2 SBIN").expect("Passphrase").type_line(PASSPHRASE)
        code = terminal.end()
        self.check("a restart between card and signature: nothing is sent", code != 0 and self.sandbox.writes() == writes, terminal.text)
        self.agent.close()
        self.agent = AgentOf(AGENT, self.place.home)
        now = self.status(proposal["approval_token"])
        self.check("and the proposal is void", now["approval"] == "void", now)
        held = [p for b in self.agent.call("fetch_portfolio")["books"] for p in b["positions"] if p["symbol"] == "SBIN"]
        self.check("what was filled before is still there", held and held[0]["quantity"] == 5, held)

    def quick(self):
        first, second = self.propose("SBIN", 2), self.propose("ITC", 10)
        terminal = self.place.terminal(OPERATOR, "watch", "-n", 2)
        terminal.expect("to sign").type_line("BUY 2 SBIN").expect("Passphrase").type_line(PASSPHRASE).expect("SIGNED")
        terminal.expect("BUY 10 ITC  to sign", 20).type_line("BUY 10 ITC")
        code = terminal.end()
        self.check("within the quick window the challenge is enough", code == 0 and terminal.text.count("Passphrase") == 1 and terminal.text.count("SIGNED") == 2, terminal.text)
        for proposal in (first, second):
            self.cancel(proposal["order_id"])

    def unknown(self):
        proposal = self.propose("TCS", 4, below=0.995)
        self.sandbox.ask("/faults", {"name": "Q09", "endpoint": "placeOrder", "count": 1})
        before = self.sandbox.writes()
        code, text = self.approve(proposal["order_id"], "TCS", 4)
        known = self.wait_for(lambda: self.status(proposal["approval_token"])["status"] not in ("UNKNOWN", "SUBMITTING"), 30)
        ours = [o for o in self.sandbox.orders() if o.get("ordertag") and int(o["quantity"]) == 4 and "TCS" in json.dumps(o)]
        hits = json.dumps(self.sandbox.ask("/faults"))
        self.check("an answer that never came: sent once, found by its tag",
                   known and code == 1 and self.sandbox.writes() == before + 1 and len(ours) == 1, (text, self.status(proposal["approval_token"]), ours, hits))
        self.sandbox.ask("/faults", method="DELETE")
        self.cancel(proposal["order_id"])

    def typed_ahead(self):
        """What was typed before the card stood there is no answer to it; and no answer is a rejection."""
        proposal = self.propose("SBIN", 4)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"]).type_line("BUY 4 SBIN").expect("to sign")
        taken = self.wait_for(lambda: terminal.read(0.1) and "Passphrase" in terminal.text or terminal.process.poll() is not None, 3)
        code = terminal.type_line("").end()
        status = self.status(proposal["approval_token"])["approval"]
        self.check("a line typed before the card does not sign it, an empty line rejects", not taken and code == 0 and status == "withdrawn", (status, terminal.text[-600:]))
        proposal = self.propose("SBIN", 4)
        terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"]).expect("to sign")
        code = terminal.end(75)
        status = self.status(proposal["approval_token"])["approval"]
        self.check("no answer within a minute rejects", code == 1 and status == "withdrawn", (code, status, terminal.text[-600:]))

    def both_lines(self):
        """Market and order stream dropped and refused, the order book unreadable: what fills meanwhile is nobody's guess."""
        fault = lambda name, endpoint, **options: self.sandbox.ask("/faults", {"name": name, "endpoint": endpoint, "count": 10_000, "options": options})
        order = self.propose("ITC", 40, below=0.99)
        waiting = self.propose("LT", 5, below=0.99)
        code, text = self.approve(order["order_id"], "ITC", 40)
        self.check("an order rests while both lines stand", code == 0 and self.lines() == (1, 1), (text, self.lines()))
        fault("Q43", "market_stream_connect")
        fault("Q43", "order_stream_connect")
        fault("Q08", "getOrderBook", http=503, kind="empty")
        self.sandbox.ask("/sockets", {"drop": "all"})
        dark = self.wait_for(lambda: self.lines() == (0, 0), 10)
        self.wait_for(lambda: "event=order_books_unread" in (self.place.root / "broker.log").read_text(), 15)
        tape = self.sandbox.ask("/market", {"symbol": "ITC-EQ"})
        price = round(tape["last_e4"] / 1e4 * 0.985 * 20) / 20
        self.sandbox.ask("/market", {"symbol": "ITC-EQ", "price": f"{price:.2f}", "quantity": 5000})
        filled = self.wait_for(lambda: any(o["ordertag"] and int(o["filledshares"]) == 40 and "ITC" in json.dumps(o) for o in self.sandbox.orders()), 10)
        self.check("control: it fills at the exchange in the dark", dark and filled, (self.lines(), self.sandbox.orders()[-2:]))
        sends = self.sandbox.writes()
        terminal = self.place.terminal(OPERATOR, "approve", waiting["order_id"])
        code, text = terminal.end(), terminal.text
        self.check("an entry cannot be signed in the dark, and it says why", code == 1 and self.sandbox.writes() == sends and "getOrderBook" in text, text)
        held = lambda: sum(p["quantity"] for b in self.agent.call("fetch_portfolio")["books"] for p in b["positions"] if p["symbol"] == "ITC")
        self.check("nothing is made up meanwhile", held() == 0, held())
        self.sandbox.ask("/faults", method="DELETE")
        fault("Q43", "market_stream_connect")
        fault("Q43", "order_stream_connect")
        self.check("the fill is known from the books alone, the lines still down", self.wait_for(lambda: held() == 40, 20) and self.lines() == (0, 0), (held(), self.lines()))
        self.sandbox.ask("/faults", method="DELETE")
        back = self.wait_for(lambda: self.lines() == (1, 1), 60)
        code, text = self.approve(waiting["order_id"], "LT", 5)
        self.check("lines back: the same entry can be signed", back and code == 0, (self.lines(), text))
        self.cancel(waiting["order_id"])
        flat = self.place.operator("flatten", "ITC", "--yes", "--json")
        self.check("and ITC is flat again", self.wait_for(lambda: held() == 0, 15), flat.stdout + flat.stderr)

    def lines(self):
        """Connections to (market stream, order stream)."""
        state = self.sandbox.ask("/state")
        return tuple(len(state[name].get("connections", [])) for name in ("market_stream", "order_stream"))

    def exits(self):
        price = self.agent.call("fetch_live_price", symbol="SBIN")["last_price"]
        out = self.agent.call("prepare_order", symbol="SBIN", side="SELL", quantity=2, entry_price=round(price * 0.995, 1), product_type="INTRADAY")
        gone = self.wait_for(lambda: [p for b in self.agent.call("fetch_portfolio")["books"] for p in b["positions"] if p["symbol"] == "SBIN"][0]["quantity"] == 3, 15)
        self.check("an exit needs nobody", out["purpose"] == "exit" and gone, out)
        flat = self.place.operator("flatten", "SBIN", "--yes", "--json")
        held = self.wait_for(lambda: not [p for b in self.agent.call("fetch_portfolio")["books"] for p in b["positions"] if p["symbol"] == "SBIN"], 15)
        self.check("the human flattens without a signature", flat.returncode == 0 and held, flat.stdout + flat.stderr)

    # --- as it must not be ----------------------------------------------------------------------------------------------

    def attacks(self):
        agent, operator = self.place.home / "run/agent/broker.sock", self.place.home / "run/operator/broker.sock"
        for method in ("ApprovalService/SignStatement", "ApprovalService/OpenStatement", "ApprovalService/Enroll", "ApprovalService/RejectOrder",
                       "ApprovalService/RevokeMandate", "ApprovalService/SettleOrder", "ApprovalService/ListProposals",
                       "ApprovalService/CloseRecommendation"):
            status = grpc_status(AGENT, agent, f"/broker.v1.{method}")
            control = grpc_status(OPERATOR, operator, f"/broker.v1.{method}")
            self.check(f"{method} is not on the agent's door", status in ("7", "12") and control not in ("7", "12", "closed"), (status, control))
        for uid in (AGENT, STRANGER):
            status = grpc_status(uid, operator, "/broker.v1.ApprovalService/ListProposals")
            self.check(f"uid {uid} does not reach the human's door", status in ("PermissionError", "closed", "?"), status)
        proposal = self.propose("SBIN", 6)
        writes = self.sandbox.writes()
        stolen = Terminal(AGENT, self.place, ["approve", proposal["order_id"]])
        code = stolen.end()
        self.check("approval_cli in the agent's own pseudo-terminal gets nowhere", code in (1, 3) and self.sandbox.writes() == writes, stolen.text)
        piped = run_as(OPERATOR, mcp_client.BIN / "approval_cli", "--home", self.place.home, "approve", proposal["order_id"],
                       env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "XDG_STATE_HOME": str(self.place.state)})
        self.check("approve refuses what is no terminal", piped.returncode == 2, piped.stderr)
        for what, path in (("the sealed key", self.place.state / "trading-mcp-approver" / "key.json"), ("the ledger", self.place.home / "storage" / "rehearsal.db"),
                           ("the settings", self.place.home / ".env")):
            mine = adversary.try_as(AGENT, "open(sys.argv[2],'rb').read(1)", str(path))
            owner = OPERATOR if "key.json" in str(path) else BROKER
            self.check(f"the agent does not read {what}", mine == "PermissionError" and adversary.try_as(owner, "open(sys.argv[2],'rb').read(1)", str(path)) == "", mine)
        for what, path in (("the approver's public key", self.place.home / "keys" / "approver.json"), ("the operator's socket", operator)):
            mine = adversary.try_as(AGENT, "os.unlink(sys.argv[2])", str(path))
            self.check(f"the agent does not replace {what}", mine == "PermissionError", mine)
        # A socket of the agent's where a human might look: his program asks the kernel who listens before it says a word.
        fake = self.place.lair / "home"
        run_as(AGENT, "/usr/bin/mkdir", "-p", fake / "run" / "operator")
        os.chown(fake, BROKER, BROKER)
        listener = subprocess.Popen(["/usr/bin/python3", "-I", "-c",
                                     "import socket,sys,time\ns=socket.socket(socket.AF_UNIX);s.bind(sys.argv[1]);s.listen()\n"
                                     "import os;os.chmod(sys.argv[1],0o777)\ns.settimeout(20)\nc,_=s.accept();c.settimeout(2)\n"
                                     "\ntry: print(len(c.recv(10)))\nexcept OSError: print(0)", str(fake / "run" / "operator" / "broker.sock")],
                                    stdout=subprocess.PIPE, text=True, **as_uid(AGENT))
        self.wait_for(lambda: (fake / "run" / "operator" / "broker.sock").exists(), 5)
        result = self.place.cli(OPERATOR, "pending", home=fake)
        heard = listener.communicate(timeout=25)[0].strip()
        self.check("a fake broker hears not one byte", result.returncode == 3 and heard in ("0", ""), (result.stderr, heard))
        # The agent's own words and names.
        for text in (ESCAPES, "\u2066hidden\u2069", "a\nb\rc\td", "\U000e0041tag", "SIGNED  R-000001 was approved", "'\"; rm -rf /"):
            bad, is_error = self.agent.raw("prepare_order", json.dumps({**self.entry("TCS", 1), "reason": text}))
            if is_error:
                self.check(f"a reason of {text[:12]!r} is refused at the gate", bad["error"]["code"] == "INVALID_ARGUMENT", bad)
                continue
            shown = self.place.operator("show", bad["order_id"])
            raw = shown.stdout
            harmless = shown.returncode == 0 and not any(c in raw for c in "\x1b\u202e\u200b\u2066\u2069\x07\u009b\r\U000e0041")
            self.check(f"a reason of {text[:12]!r} moves nothing", harmless and raw.rstrip().split("\n")[-1].strip() != text, repr(raw))
            self.agent.call("cancel_pending_live_order", approval_token=bad["approval_token"])
        # A token is a reference: no verb of the agent's turns it into power.
        for tool in ("execute_intraday_order_after_validation", "get_approval_status"):
            self.agent.call(tool, approval_token=proposal["approval_token"])
        nothing = self.status(proposal["approval_token"])["approval"] == "pending_approval" and self.sandbox.writes() == writes
        self.check("no verb of the agent's turns the token into power", nothing)
        forged, is_error = self.agent.raw("prepare_order", json.dumps({**self.entry("TCS", 1), "approved": True}))
        self.check("\"approved\" in the arguments is refused by name", is_error and forged["error"]["code"] == "INVALID_ARGUMENT", forged)
        switched, is_error = self.agent.raw("switch_to_live_mode", "{}")
        self.check("the agent cannot go live", "live" in json.dumps(switched).lower() and "rehearsal" in json.dumps(self.place.status()), switched)
        loosened, is_error = self.agent.raw("update_trading_config", json.dumps({"updates": {"MAX_ORDER_VALUE": "10000000"}}))
        self.check("nor loosen a limit", is_error, loosened)
        env_before = self.place.operator("limits", "--json").stdout
        lies = AgentOf(AGENT, self.place.home, env={"MAX_ORDER_VALUE": "99999999", "TRADING_MODE": "live", "LD_PRELOAD": "/nonexistent.so", "https_proxy": "http://127.0.0.1:1"})
        self.check("nothing in the agent's environment reaches the broker", self.place.operator("limits", "--json").stdout == env_before and lies.close() is not None)
        ptrace = adversary.try_as(AGENT, "open('/proc/%s/mem' % sys.argv[2],'rb')", str(self.place.broker.pid))
        self.check("the agent does not look into the broker's memory", ptrace == "PermissionError", ptrace)
        second = self.place.broker_command(BROKER)
        try:
            code = second.wait(15)
        except subprocess.TimeoutExpired:
            second.kill()
            code = 0
        self.check("a second broker beside the first does not start", code != 0, code)
        code, text = self.approve(proposal["order_id"], "SBIN", 6)
        self.check("control: the human still signs", code == 0 and self.sandbox.writes() == writes + 1, text)
        self.cancel(proposal["order_id"])
        # The witness: an audit log that is shorter than what this side saw.
        ledger = json.loads(self.place.operator("audit", "verify", "--json").stdout or "{}")
        del ledger
        store = self.place.state / "trading-mcp-witness"
        witness = [w for w in store.glob("rehearsal-*.json")]
        original = witness[0].read_text()
        seen = json.loads(original)
        proposal = self.propose("SBIN", 7)
        for what, forged in (("shorter", {**seen, "size": seen["size"] + 1_000_000}), ("another", {**seen, "head": "00" * 32})):
            witness[0].write_text(json.dumps(forged, separators=(",", ":"), sort_keys=True) + "\n")
            os.chown(witness[0], OPERATOR, OPERATOR)
            terminal = self.place.terminal(OPERATOR, "approve", proposal["order_id"])
            code = terminal.end()
            self.check(f"an audit log that is {what} than it was is signed for by nobody", code == 1 and "AUDIT_NOT_CONTINUOUS" in terminal.text, terminal.text)
        witness[0].write_text(original)
        os.chown(witness[0], OPERATOR, OPERATOR)
        code, text = self.approve(proposal["order_id"], "SBIN", 7)
        self.check("control: with the true witness he signs", code == 0, text)

    def secrets(self):
        planted = [PASSPHRASE, *(self.sandbox.ready[k] for k in ("pin", "totp_secret", "api_key"))]
        held = (self.place.root / "broker.log").read_bytes() + (self.place.home / "storage" / "trade_logs.jsonl").read_bytes()
        text = held.decode("utf-8", "replace")
        found = [p for p in planted if len(p) > 4 and p in text]
        self.check("no secret is in a log", not found, found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    for name in ("sandbox_exchange", "execution_broker", "approval_cli", "mcp_gateway"):
        if not (mcp_client.BIN / name).exists():
            print(f"{name} is not built")
            return 77
    sandbox = Sandbox()
    place = None
    try:
        place = Desk(sandbox)
        walk = Walk(place, sandbox)
        for step in (walk.enrol, walk.approves, walk.rejects, walk.mandates, walk.halts, walk.halts_while_slow, walk.interrupts, walk.restarts, walk.quick, walk.unknown, walk.typed_ahead, walk.both_lines, walk.exits,
                     walk.attacks, walk.expires_and_drifts, walk.secrets):
            try:
                step()
            except Exception as error:  # the next steps still say something
                walk.check(step.__name__, False, f"{type(error).__name__}: {error}")
        print(f"{len(walk.rows)} checks, {walk.broken} broken")
        if walk.broken:
            print((place.root / "broker.log").read_text()[-1500:])
        return 1 if walk.broken else 0
    finally:
        if place is not None:
            place.stop()
            if not options.keep:
                shutil.rmtree(place.root, ignore_errors=True)
        sandbox.process.send_signal(signal.SIGTERM)
        sandbox.process.wait(10)


if __name__ == "__main__":
    sys.exit(main())
