#!/usr/bin/env python3
"""The whole path of an order without money, walked by a person in ten minutes. See scripts/rehearsal.

A home is laid out in a scratch folder by scripts/install, the sandbox exchange and a broker in rehearsal are started, and a
person types at the real prompts of the real programs: doctor, enrol, card, approval, desk, halt, resume, flatten, audit. The
agent's side is mcp_gateway --call. What was sent is read from the exchange's own book.

    rehearsal.py [--by-itself] [--users] [--keep] [--folder DIR]

Exit: 0 walked to its end, 1 a station went wrong, 2 usage, 77 cannot run here, 130 left before the end.
"""

import argparse
import ctypes
import errno
import json
import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import textwrap
import time
import urllib.request

from pseudo_terminal import PseudoTerminal

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TRADING_MCP_BIN", CHECKOUT / "build" / "bin")).resolve()
HOME = "/var/lib/trading-mcp/home"
SYMBOL, QUANTITY = "SBIN", 10
PROMPT = "rehearsal> "
PASSPHRASE = "correct horse battery"  # what --by-itself seals its key with; the key is gone with the folder
LONGEST_SOCKET = 107
IDLE_SECONDS = 3600  # a broker that nobody calls any more ends by itself, whatever became of this script
ACCOUNTS = ("trading-broker", "trading-agent", "trading-approver")
NUMBERS = (61002, 61001, 61003)  # without accounts, where scripts/install has made none
GROUP_NUMBERS = (61011, 61013)


class Gone(Exception):
    """The person left, or the terminal did."""


class Wrong(Exception):
    """The path cannot be walked on; says why."""


# --- whom the programs run as ---------------------------------------------------------------------------------------------

class Person:
    def __init__(self, uid, gid, groups, words):
        self.uid, self.gid, self.groups, self.words = uid, gid, groups, words

    def become(self):
        return {} if self.uid == os.geteuid() else {"user": self.uid, "group": self.gid, "extra_groups": self.groups}


def people(with_users):
    """(broker, agent, human): three users, or whoever runs this."""
    if not with_users:
        me = Person(os.geteuid(), os.getegid(), os.getgroups(), f"uid {os.geteuid()}")
        return me, me, me
    try:
        entries = [pwd.getpwnam(name) for name in ACCOUNTS]
        return tuple(Person(e.pw_uid, e.pw_gid, os.getgrouplist(e.pw_name, e.pw_gid), e.pw_name) for e in entries)
    except KeyError:
        broker, agent, human = NUMBERS
        agents, humans = GROUP_NUMBERS
        return (Person(broker, broker, [agents, humans], f"uid {broker}"), Person(agent, agent, [agents], f"uid {agent}"),
                Person(human, human, [humans], f"uid {human}"))


def ends_with_us():
    """Called in the child: it is told to end when this process is gone, however that went."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)


class Signals:
    """Ctrl-C, SIGTERM and a terminal that goes away all leave by the same way; never between a thing and its owner."""

    def __init__(self):
        self.is_holding = self.has_come = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.leave)

    def leave(self, _number, _frame):
        if self.is_holding:
            self.has_come = True
        else:
            raise Gone()

    def __enter__(self):
        self.is_holding = True

    def __exit__(self, *_):
        self.is_holding = False
        if self.has_come:
            raise Gone()

    def ignore(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)


# --- the place ------------------------------------------------------------------------------------------------------------

class Exchange:
    def __init__(self):
        self.process = subprocess.Popen([str(BIN / "sandbox_exchange"), "--start", "2026-11-23T10:00:00+05:30", "--prints", "2"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        start_new_session=True, preexec_fn=ends_with_us)
        self.ready = None

    def wait_ready(self):
        line = self.process.stdout.readline()
        if not line:
            raise Wrong("the sandbox exchange did not start: run " + str(BIN / "sandbox_exchange") + " and read what it says")
        self.ready = json.loads(line)

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control_url"] + path, data=data)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return json.load(opener.open(request, timeout=20))

    def ours(self):
        return [order for account in self.ask("/book")["accounts"] for order in account["orders"] if order.get("ordertag")]

    def settings(self):
        r = self.ready
        return {"TRADING_MODE": "rehearsal", "MARKET_DATA": "smartapi", "MARKET_CLOCK": "exchange", "SMARTAPI_REST_URL": r["rest_url"],
                "SMARTAPI_STREAM_URL": r["stream_url"], "SMARTAPI_ORDER_STREAM_URL": r["order_stream_url"],
                "SMARTAPI_INSTRUMENTS_URL": r["instruments_url"], "BROKER_API_KEY": r["api_key"],
                "BROKER_CLIENT_CODE": r["client_code"], "BROKER_PASSWORD": r["pin"], "BROKER_TOTP_SECRET": r["totp_secret"]}

    def close(self):
        end(self.process)


def end(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Place:
    """The scratch folder, the installed layout in it, and what runs there."""

    def __init__(self, folder, with_users, signals):
        self.with_users, self.signals = with_users, signals
        self.broker_user, self.agent_user, self.human = people(with_users)
        parent = folder or os.environ.get("TMPDIR") or "/tmp"
        if len(parent) + len("/trading-rehearsal-12345678" + HOME + "/run/operator/broker.sock") > LONGEST_SOCKET:
            raise Wrong(f"{parent} is too long a path for a socket below it: name a shorter one with --folder")
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="trading-rehearsal-", dir=parent))
        self.root.chmod(0o711 if with_users else 0o700)
        self.home = pathlib.Path(str(self.root) + HOME)
        self.programs = self.root / "usr/local/bin"
        self.state = self.root / "human"
        self.exchange = self.broker = None
        self.attested = None

    def install(self):
        done = subprocess.run([str(CHECKOUT / "scripts" / "install"), "--from", str(BIN), "--destdir", str(self.root), "--no-start"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise Wrong("scripts/install: " + (done.stderr or done.stdout).strip())
        for folder, person in ((self.state, self.human), (self.root / "agent", self.agent_user)):
            folder.mkdir(mode=0o700)
            os.chown(folder, person.uid, person.gid)
        if self.with_users and self.broker_user.uid == NUMBERS[0]:
            self.own_by_numbers()

    def own_by_numbers(self):
        """What scripts/install does where the accounts exist."""
        broker = self.broker_user.uid
        for name in ("", "storage", "keys", "reports", "run", ".env"):
            os.chown(self.home / name, broker, broker)
        for name, group in zip(("run/agent", "run/operator"), GROUP_NUMBERS):
            os.chown(self.home / name, broker, group)
            (self.home / name).chmod(0o2750)

    def write_settings(self):
        lines = {**self.exchange.settings(), "AGENT_USERS": self.agent_user.uid, "OPERATOR_USERS": self.human.uid}
        env = self.home / ".env"
        env.write_text("# Made by scripts/rehearsal.\n" + "".join(f"{key}={value}\n" for key, value in lines.items()))
        env.chmod(0o600)
        (self.root / "environment").write_text(
            f"export PATH={shlex.quote(str(self.programs))}:\"$PATH\" TRADING_MCP_HOME={shlex.quote(str(self.home))} "
            f"XDG_STATE_HOME={shlex.quote(str(self.state))}\n")

    def attest(self):
        """As the unit's ExecStartPre: root looks at the home and writes what it found. (its words, is isolated)"""
        attest = pathlib.Path("/var/lib/trading-mcp/attest")
        self.made_for_attest = [folder for folder in (attest, attest.parent) if not folder.exists()]
        done = subprocess.run([str(self.programs / "execution_broker"), "--home", str(self.home), "doctor", "--attest", "--json"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        name = "".join(c if c.isalnum() or c in "_." else "-" if c == "/" else f"%{ord(c):02x}" for c in str(self.home)[1:])
        finding = attest / (name + ".json")
        if finding.exists():
            self.attested = finding
        checks = json.loads(done.stdout)["checks"]
        told = [line["found"] for line in checks if line["check"] == "isolation" and line["health"] != "ok"]
        return "; ".join(told), done.returncode == 0

    def start(self):
        self.log = open(self.root / "broker.log", "ab")
        with self.signals:
            self.broker = subprocess.Popen([str(self.programs / "execution_broker"), "--home", str(self.home), "--exit-when-idle", str(IDLE_SECONDS)],
                                           stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd="/", start_new_session=True,
                                           preexec_fn=ends_with_us, env={"PATH": "/usr/bin:/bin"}, **self.broker_user.become())
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.broker.poll() is not None:
                raise Wrong("the broker did not start: " + (self.root / "broker.log").read_text()[-800:])
            if (self.home / "run/operator/broker.sock").exists():
                return
            time.sleep(0.05)
        raise Wrong("the broker opened no door in 30 seconds: " + str(self.root / "broker.log"))

    def environment(self, person):
        of_person = self.state if person is self.human else self.root / "agent"
        kept = {key: os.environ[key] for key in ("TERM", "NO_COLOR", "LANG", "LC_ALL") if key in os.environ}
        return {"PATH": f"{self.programs}:/usr/bin:/bin", "HOME": str(of_person), "XDG_STATE_HOME": str(of_person),
                "TRADING_MCP_HOME": str(self.home), **kept}

    def ask_human_side(self, *words):
        """approval_cli --json, unseen: how this script learns what became of a step."""
        done = subprocess.run([str(self.programs / "approval_cli"), "--home", str(self.home), "--json", *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=self.environment(self.human), cwd="/", **self.human.become())
        return json.loads(done.stdout)

    def close(self, keep):
        for process in (self.broker,):
            if process is not None:
                end(process)
        if self.exchange is not None:
            self.exchange.close()
        if self.attested is not None:
            self.attested.unlink(missing_ok=True)
            for folder in self.made_for_attest:
                try:
                    folder.rmdir()
                except OSError:  # others have a finding there by now
                    break
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)


# --- the walk -------------------------------------------------------------------------------------------------------------

def rupees(value):
    return f"{value:,.2f}"


class Walk:
    def __init__(self, place):
        self.place = place
        self.width = min(shutil.get_terminal_size((80, 24)).columns, 80)
        self.has_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.station_number = 0
        self.began = time.monotonic()
        self.proposal = None
        self.last = None  # of the agent's last call
        self.code = 0     # of the last command

    # - what is said

    def tell(self, text):
        for paragraph in textwrap.dedent(text).strip().split("\n\n"):
            print(textwrap.fill(" ".join(paragraph.split()), self.width - 1, break_on_hyphens=False, break_long_words=False))
        sys.stdout.flush()

    def strong(self, text):
        print(f"\x1b[1m{text}\x1b[0m" if self.has_colour else text, flush=True)

    def station(self, name, text):
        self.station_number += 1
        print()
        self.strong(f"-- {self.station_number}/{len(STATIONS)}  {name} ".ljust(self.width - 1, "-"))
        self.tell(text)

    # - what is typed

    def type_here(self, command, goal, refresh=None):
        """Offers `command` and runs what is typed until `goal()` gives None; what it gives is said. `refresh` may change the command."""
        while True:
            print()
            self.strong(f"  {command}")
            line = self.read(PROMPT)
            if line in ("?", "help"):
                self.tell(f"""Enter runs the line above as it stands. You may type it yourself, or any other line of approval_cli,
                    execution_broker or mcp_gateway (approval_cli status is always good). q leaves; everything is cleaned up.""")
                continue
            if line in ("q", "quit", "exit"):
                raise Gone()
            self.run(line or command)
            why = goal()
            if why is None:
                return
            if line and line != command:
                continue
            print()
            self.tell(why)
            if refresh:
                command = refresh() or command

    def read(self, prompt):
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise Gone()
        return line.strip()

    def run(self, line):
        try:
            words = shlex.split(line)
        except ValueError as error:
            print(f"that line has no end: {error}")
            return
        if not words:
            return
        name = pathlib.PurePath(words[0]).name
        if name not in ("approval_cli", "execution_broker", "mcp_gateway"):
            self.tell(f"""Only approval_cli, execution_broker and mcp_gateway are run here. For all else open another terminal and type:
                . {self.place.root}/environment""")
            return
        if name == "mcp_gateway":
            self.code, self.last = self.agent_call(words[1:], is_shown=True)
            return
        person = self.place.human
        if name == "execution_broker" and self.place.with_users:
            person = None  # root sees the whole table
        self.code = subprocess.run([str(self.place.programs / name), *words[1:]], env=self.place.environment(self.place.human), cwd="/",
                                   **(person.become() if person else {})).returncode

    # - the agent

    def agent_call(self, words, is_shown=False):
        done = subprocess.run([str(self.place.programs / "mcp_gateway"), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=self.place.environment(self.place.agent_user), cwd="/", **self.place.agent_user.become())
        try:
            reply = json.loads(done.stdout)
        except json.JSONDecodeError:
            print((done.stdout + done.stderr).strip())
            return done.returncode, None
        if is_shown:
            self.show(reply)
        return done.returncode, reply

    def show(self, reply):
        """The reply as it is, but for the checklist: 71 passes help nobody."""
        shown = dict(reply)
        if isinstance(shown.get("verdicts"), list):
            verdicts = shown["verdicts"]
            shown["verdicts"] = f"({len(verdicts)} checks; left out here)"
        for line in json.dumps(shown, indent=2, ensure_ascii=True).split("\n"):
            print(line if len(line) < self.width else line[:self.width - 4] + "...")
        sys.stdout.flush()

    def call(self, tool, **arguments):
        return self.agent_call(["--toolsets", "all", "--call", tool, json.dumps(arguments)])[1] or {}

    def line_of(self, tool, **arguments):
        return f"mcp_gateway --call {tool} {shlex.quote(json.dumps(arguments))}"

    def proposal_line(self, quantity=QUANTITY):
        """What the agent would propose now, from the price it sees now."""
        deadline = time.monotonic() + 30
        while True:
            quote = self.call("fetch_live_price", symbol=SYMBOL)
            if quote.get("last_price"):
                break
            if time.monotonic() > deadline:
                raise Wrong(f"no price of {SYMBOL} came: {quote}")
            time.sleep(0.5)
        tick = self.call("fetch_symbol_metadata", symbol=SYMBOL)["tick"]
        at = lambda factor: round(round(quote["last_price"] * factor / tick) * tick, 2)
        return self.line_of("prepare_order", symbol=SYMBOL, side="BUY", quantity=quantity, entry_price=at(1.003), stop_loss=at(0.991),
                            target=at(1.043), product_type="INTRADAY", reason="above its averages, volume rising")

    def wait_for(self, what, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if what():
                return True
            time.sleep(0.2)
        return False

    def held(self):
        books = self.place.ask_human_side("positions").get("books", [])
        return [p for book in books for p in book["positions"] if p["quantity"]]

    def state(self):
        return self.place.ask_human_side("status").get("operator_state")

    # - the stations

    def house(self):
        self.station("a house for three", f"""
            scripts/install lays the house out in {self.place.root}, as it would below /: the programs, the broker's home, the
            units. The broker owns everything in the home; the agent and you have a door each, a socket in a folder of its own.""")
        self.place.install()
        print()
        rows = [("usr/local/bin", "the programs"), (HOME[1:], "the broker's home"), (HOME[1:] + "/.env", "settings, secrets"),
                (HOME[1:] + "/storage", "books, audit log"), (HOME[1:] + "/run/agent", "the agent's door"),
                (HOME[1:] + "/run/operator", "your door")]
        for name, words in rows:
            facts = os.stat(self.place.root / name)
            short = name.replace(HOME[1:], "home")
            print(f"  {short:20} {facts.st_mode & 0o7777:04o}  uid {facts.st_uid:<6} gid {facts.st_gid:<6} {words}")
        print()
        if self.place.with_users:
            self.tell(f"Three users: the broker is {self.place.broker_user.words}, the agent {self.place.agent_user.words}, "
                      f"you are {self.place.human.words}. The kernel keeps them apart.")
        else:
            self.tell(f"""Here all three are one user, {self.place.human.words}. That is good for paper and rehearsal and no boundary: an
                agent with your uid can read, kill and sign whatever you can (docs/threat_model.md). Run as root with --users for three
                real users; live trading would demand them.""")

    def opening(self):
        self.station("an exchange and a broker", """
            The sandbox exchange speaks the wire of the real one on loopback, with a market and a matching engine of its own. It is
            Monday, 23 November 2026, ten o'clock. The broker is started on it in TRADING_MODE=rehearsal: its own ledger, marked as
            such for good; the way of an order is the live one.""")
        with self.place.signals:
            self.place.exchange = Exchange()
        self.place.exchange.wait_ready()
        self.place.write_settings()
        if self.place.with_users:
            os.chown(self.place.home / ".env", self.place.broker_user.uid, self.place.broker_user.gid)
            faults, is_isolated = self.place.attest()
            self.tell("Root looks first and writes its finding: " + ("the home is isolated." if is_isolated else "NOT isolated: " + faults))
        self.place.start()
        print()
        status = self.place.ask_human_side("status")
        self.tell(f"It runs: mode {status['mode']}, state {status['operator_state']}, custody {status['custody']}. Its log is "
                  f"{self.place.root}/broker.log. For a second terminal:")
        print(f"  . {self.place.root}/environment")

    def doctor(self):
        self.station("doctor", """
            Before a day's work: is the house as it should be? A line a check; under a bad one stands what to do. In a scratch folder
            no systemd unit is looked for, so the last line may say unknown.""")
        self.type_here("execution_broker doctor", lambda: None if self.code == 0 else
                       "The doctor found something bad. Mend what its line says, then look again.")

    def enrol(self):
        self.station("enrol", """
            A key of your own that signs for you. It is sealed by a passphrase and lies on your side; the broker gets the public half.
            From now on the broker sends no entry without a signature of that key, or a mandate signed by it. Take any passphrase of
            some length: the key is gone with the scratch folder.""")
        self.type_here("approval_cli enroll", lambda: None if list(self.place.state.rglob("key.json")) else
                       "There is no key yet. Type a passphrase twice; it is not shown.")
        print()
        self.tell("You have a doctor of your own: is that socket the broker's, is the key sealed and yours, does the log go on from what "
                  "you saw, has the agent a hand on this terminal?")
        self.type_here("approval_cli doctor", lambda: None if self.code == 0 else "Something on your side is not well: mend it, then look again.")

    def propose(self):
        self.station("the agent proposes", """
            Now you see what an agent sees: one call of a tool, one JSON reply. It proposes to buy. The broker runs the whole
            checklist over its own figures, keeps the proposal, and sends nothing: "pending_approval". The approval_token is a
            reference, not a power: nothing the agent does with it approves anything.""")
        self.type_here(self.proposal_line(), self.proposed, self.proposal_line)

    def proposed(self):
        reply = self.last or {}
        if reply.get("approval") == "pending_approval":
            self.proposal = reply
            return None
        codes = ", ".join(denial["code"] for denial in reply.get("denials", [])) or (reply.get("error") or {}).get("code", "no answer")
        return f"The broker did not keep it ({codes}). The price may have moved: here is the line with the price of now."

    def approve(self):
        self.station("the card, and your word", """
            The card is made from the very bytes you sign, what can hurt first, the agent's words last. Read it. Then type the challenge
            it asks for (never y) and your passphrase. The approval itself checks everything again and sends. It is good for 60
            seconds; anything else typed signs nothing.""")
        before = len(self.place.exchange.ours())
        self.type_here(f"approval_cli approve {self.proposal['order_id']}", lambda: self.approved(before),
                       lambda: f"approval_cli approve {self.proposal['order_id']}")

    def approved(self, before):
        if len(self.place.exchange.ours()) > before:
            order = self.place.exchange.ours()[-1]
            print()
            self.tell(f"The exchange's own book has one order of ours now: {order.get('transactiontype', 'BUY')} {order['quantity']} "
                      f"{order.get('tradingsymbol', SYMBOL)}, tag {order['ordertag']}.")
            return None
        now = self.call("get_approval_status", approval_token=self.proposal["approval_token"])
        if now.get("approval") == "pending_approval":
            return "Nothing was signed, nothing was sent; the proposal still waits. Once more:"
        # Rejected, void or expired: all of it is right, and another one is needed to go on.
        self.tell(f"That proposal has ended ({now.get('approval')}): nothing was sent. The agent prepares another one.")
        _, self.last = self.agent_call(shlex.split(self.proposal_line())[1:])
        why = self.proposed()
        return why or f"It is {self.proposal['order_id']}."

    def fill(self):
        self.station("the fill", """
            The order was marketable, so the exchange has filled it, or will in a moment. The agent asks what became of its proposal; it
            learns the outcome and has no part in it.""")
        self.type_here(self.line_of("get_approval_status", approval_token=self.proposal["approval_token"], wait_seconds=10), self.filled)
        position = self.held()[0]
        print()
        self.tell(f"Held: {position['quantity']} {position['symbol']} at {rupees(position['average_price'])}. A rehearsal's desk places no "
                  "stop at the exchange; the card said so.")

    def filled(self):
        if self.held():
            return None
        # The market went away from the limit: bring it back, as an exchange does in its own time.
        limit = json.loads(shlex.split(self.proposal_line())[-1])["entry_price"]
        order = self.place.exchange.ours()[-1]
        self.place.exchange.ask("/market", {"symbol": f"{SYMBOL}-EQ", "price": order.get("price") or limit, "quantity": QUANTITY * 10})
        return None if self.wait_for(self.held, 10) else "It rests at the exchange and has not filled yet. Ask once more:"

    def desk(self):
        self.station("the desk", """
            One screen for the day: what is held and by whom, what rests, profit net of charges, limits used, the way to square-off, what
            waits for you. It redraws every second. q leaves it. (h twice halts from there.)""")
        self.type_here("approval_cli desk", lambda: None if self.code == 0 else "The screen ended with an error; once more:")

    def halt(self):
        self.station("halt", """
            Something looks wrong: stop first, think after. A halt needs no signature and waits behind nothing; without a broker it
            makes the file run/HALT. Say why, for the log.""")
        self.type_here("approval_cli halt rehearsing a halt", lambda: None if self.state() == "halted" else "It is not halted yet.")
        print()
        self.tell("And the agent? It proposes again:")
        self.type_here(self.proposal_line(2), self.refused)

    def refused(self):
        reply = self.last or {}
        if reply.get("approval") == "pending_approval":
            raise Wrong("a halted broker kept a proposal")
        codes = [denial["code"] for denial in reply.get("denials", [])]
        if not codes:
            return "That was not a refusal by the checklist. Once more:"
        print()
        self.tell(f"Refused: {codes[0]}. Your position is still there, and closing it is never refused.")
        return None

    def resume(self):
        self.station("resume", """
            Starting is dear: it needs your signature, and clears every latch at once. Type what it asks for, then the passphrase.""")
        self.type_here("approval_cli resume --reason rehearsed", lambda: None if self.state() == "open" else "The desk is not open yet. Once more:")

    def flatten(self):
        self.station("flatten", """
            Close what is held. No signature: getting out is never refused, and would have worked while halted, too. It asks for a
            word, because it acts at once.""")
        self.type_here("approval_cli flatten --all", lambda: None if self.wait_for(lambda: not self.held(), 15) else
                       "Something is still held. Once more:")
        status = self.place.ask_human_side("status")
        print()
        self.tell(f"Flat. Today's result net of charges: {rupees(status['day_pnl'])}." if status.get("day_pnl") is not None else "Flat.")

    def audit(self):
        self.station("audit", """
            Everything since the start stands in a log in which each record holds the hash of the one before. Your side proves it
            without the broker's word, and remembers its head as a witness.""")
        # The log is the broker's file; the human reads it through a group or as root. Here root, or the one user, does.
        log = self.place.home / "storage" / "trade_logs.jsonl"
        copy, keys = self.place.state / "trade_logs.jsonl", self.place.home / "keys" / "audit.pub"
        time.sleep(1)  # the exporter writes four times a second
        shutil.copy(log, copy)
        os.chown(copy, self.place.human.uid, self.place.human.gid)
        line = "approval_cli audit verify" if not self.place.with_users else f"approval_cli audit verify --log {copy} --key {keys}"
        self.type_here(line, lambda: None if self.code == 0 else "The log does not verify.")
        edited = copy.with_name("edited.jsonl")
        lines = copy.read_text().split("\n")
        number = next(i for i, text in enumerate(lines) if '"type":"operator.halt' in text or '"type":"halt' in text or "rehearsing a halt" in text)
        lines[number] = lines[number].replace("rehearsing a halt", "rehearsing a half")
        edited.write_text("\n".join(lines))
        os.chown(edited, self.place.human.uid, self.place.human.gid)
        print()
        self.tell("And a copy of it in which somebody changed one letter of your reason for the halt:")
        self.type_here(f"approval_cli audit verify --log {edited} --key {keys}",
                       lambda: None if self.code == 10 else "That should have been found out (exit 10).")

    def walk(self):
        self.strong("A rehearsal: an order's way from an agent's wish to the audit log. No money.")
        self.tell("""At each station a line stands ready: Enter runs it, or type it yourself. The prompts behind it are the real ones, and
            the word they ask for is yours. ? helps, q or Ctrl-C leaves and cleans up.""")
        for station in STATIONS:
            station(self)
        print()
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        self.strong(f"Walked to its end in {minutes} min {seconds} s.")
        self.tell("""One order was proposed by an agent, read, signed and sent by you, and stands once in the exchange's book; a halt held; a
            signature resumed; a changed log was found out. docs/operators_guide.md has the same steps for a house that stays.""")


STATIONS = [Walk.house, Walk.opening, Walk.doctor, Walk.enrol, Walk.propose, Walk.approve, Walk.fill, Walk.desk, Walk.halt, Walk.resume,
            Walk.flatten, Walk.audit]


# --- by itself ------------------------------------------------------------------------------------------------------------

# What a prompt looks like, and what a person types at it. The first that the screen ends with counts.
ANSWERS = [(re.compile(re.escape(PROMPT) + r"$"), ""), (re.compile(r"Type +(.+?) +to sign[^\n]*: ?$"), None),
           (re.compile(r"Type (\w+) to go on: $"), None), (re.compile(r"(?i)(passphrase|once more)[^\n]*: ?$"), PASSPHRASE),
           (re.compile(r"q +quit[^\n]*$"), "q")]  # the live screen
COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Played(PseudoTerminal):
    """This script in a pseudo-terminal of 80 by 24, with somebody at it who answers each prompt."""

    def __init__(self, arguments, is_shown=True):
        self.is_shown = is_shown
        self.answered = 0  # of the text: what was answered already
        super().__init__([sys.executable, "-u", __file__, *arguments])

    def on_text(self, part):
        if self.is_shown:
            sys.stdout.write(part.replace("\r\n", "\n"))
            sys.stdout.flush()

    def answer(self):
        ending = COLOUR.sub("", self.text[self.answered:]).replace("\r", "")[-400:]
        for pattern, answer in ANSWERS:
            found = pattern.search(ending)
            if found:
                self.answered = len(self.text)
                words = found[1] if answer is None else answer
                self.type(words if words == "q" else words + "\n")
                return

    def until(self, pattern=None, seconds=240):
        """Plays on until the pattern is seen, or the end. Returns whether it came."""
        deadline = time.monotonic() + seconds
        silent_since = time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - silent_since < 60:
            has_ended = self.process.poll() is not None
            part = self.read(0.2)
            if pattern and re.search(pattern, COLOUR.sub("", self.text)):
                return True
            if part:
                silent_since = time.monotonic()
            elif has_ended:
                return pattern is None
            else:
                self.answer()
        return False


def play(arguments):
    played = Played(arguments)
    came_to_an_end = played.until()
    code = played.end()
    if not came_to_an_end or code < 0:
        print("rehearsal: nobody knew what to answer to:\n" + played.text[-600:])
        return 1
    return code


# --- the program ------------------------------------------------------------------------------------------------------------

def rehearse(options):
    before = termios.tcgetattr(0)
    place = None
    code = 1
    signals = Signals()
    try:
        with signals:
            place = Place(options.folder, options.users, signals)
        Walk(place).walk()
        code = 0
    except Gone:
        code = 130
    except Wrong as error:
        say(f"\nrehearsal: {error}")
    except OSError as error:
        if error.errno != errno.EIO:  # the terminal is gone, and its signal is on its way
            raise
        code = 130
    finally:
        signals.ignore()
        try:
            termios.tcsetattr(0, termios.TCSANOW, before)  # a prompt that was left hid what is typed
        except termios.error:
            pass
        if place is not None:
            place.close(options.keep)
            say(f"\nEverything has ended; kept: {place.root}" if options.keep else "\nEverything has ended and is removed.")
    return code


def say(text):
    try:
        print(text, flush=True)
    except OSError:  # the terminal is gone
        pass


def main():
    parser = argparse.ArgumentParser(prog="scripts/rehearsal", description=__doc__.split("\n\n")[1],
                                     epilog="Exit: 0 walked to its end, 1 a station went wrong, 2 usage, 77 cannot run here, 130 left.")
    parser.add_argument("--by-itself", action="store_true", help="answers every prompt itself, in a pseudo-terminal")
    parser.add_argument("--users", action="store_true", help="as root: broker, agent and human are three users")
    parser.add_argument("--keep", action="store_true", help="leaves the scratch folder")
    parser.add_argument("--folder", help="where the scratch folder is made", metavar="DIR")
    options = parser.parse_args()
    if options.users and os.geteuid() != 0:
        parser.error("--users becomes three users: run it as root")
    for name in ("sandbox_exchange", "execution_broker", "approval_cli", "mcp_gateway"):
        if not (BIN / name).exists():
            print(f"{BIN / name} is not built: scripts/rehearsal builds it")
            return 77
    if options.by_itself:
        return play([word for word in sys.argv[1:] if word != "--by-itself"])
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        parser.error("a person types here, and there is no terminal; --by-itself plays the person")
    return rehearse(options)


if __name__ == "__main__":
    sys.exit(main())
