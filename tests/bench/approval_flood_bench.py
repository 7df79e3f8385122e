#!/usr/bin/env python3
"""How long a human's signature and a human's halt take while a hostile agent floods its door.

Real users: the broker is 61002, the agent 61001 (who floods), the approver 61003, a stranger 61004. A rehearsal on the
sandbox exchange; the approver is a program (door_client) that signs at once. Needs root.

    approval_flood_bench.py [--approvals N] [--halts N] [--blocked N] [--json FILE] [--machine NOTE]

Signed RPC -> SUBMITTING committed: from the moment before the call to the end of the fdatasync of the ledger's log that
began after the audit record of SUBMITTING was written inside that transaction; all by the machine's clock (note_syncs.c
stands between SQLite and the C library). Beside it when the order was at the exchange and the whole answer of the call,
which hold the way over HTTP and back.

Halt: proposals are signed all around the moment of the halt. What counts is the latest order that still reached the
exchange after the halt was called, and that none did afterwards.

The exchange member's own limit is five hundred orders an hour: at most 300 approvals and halts fit in one run; --parts
plays the others in runs of their own.

Prints a Markdown table on stdout, progress on stderr. Exit 0; 1 when a call did not do what is measured; 77 cannot run.
"""

import argparse
import bisect
import ctypes
import json
import os
import pathlib
import platform
import random
import re
import shutil
import struct
import signal
import statistics
import subprocess
import sys
import tempfile
import time

if os.geteuid() != 0:
    print("needs root: four users are played", file=sys.stderr)
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import adversary  # noqa: E402
import approval  # noqa: E402
import mcp_client  # noqa: E402
from adversary import AGENT, BROKER, OPERATOR, STRANGER, AgentOf, as_uid  # noqa: E402

SYMBOLS = ("SBIN", "TCS", "ITC", "INFY", "RELIANCE", "HDFCBANK")
WIDE = {"MAX_ENTRIES_PER_MINUTE": 1000, "MAX_ENTRIES_PER_DAY": 10000, "MAX_REPEATS_IN_DIRECTION": 1000, "REPEAT_WINDOW_MINUTES": 1,
        "MIN_SAME_ORDER_INTERVAL_SECONDS": 1, "MAX_OPEN_POSITIONS": 1000, "MAX_OPEN_ENTRIES_PERCENT": 100, "MAX_SECTOR_EXPOSURE_PERCENT": 100,
        "MAX_DAILY_TURNOVER_PERCENT": 10000, "MAX_REJECTS_IN_FIVE_MINUTES": 1000, "MIN_RISK_REWARD_RATIO": 0, "TAINTED_MAX_ORDER_VALUE": 1000000, "MAX_ORDER_VALUE": 1000000,
        "MAX_POSITION_SIZE_PERCENT": 100, "MAX_RISK_PER_TRADE_PERCENT": 100}
EFFECTIVE_WITHIN_MS = 50
CLIENT = None  # door_client, where the other users can reach it


def say(text):
    print(text, file=sys.stderr, flush=True)


def rank(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Door:
    """door_client of one user, and what it answers."""

    def __init__(self, uid, *arguments):
        self.process = subprocess.Popen([str(CLIENT), *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
                                        env={"PATH": "/usr/bin:/bin"}, **as_uid(uid))

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        reply = json.loads(line) if line else {"error": "door_client ended"}
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply

    def ask(self, line):
        self.send(line)
        return self.answer()

    def end(self):
        self.process.stdin.close()
        told = self.process.stdout.read()
        self.process.wait(30)
        return json.loads(told) if told.strip().startswith("{") else {}


class Flood:
    """Connects of the agent's and of a stranger's, and calls of the agent's far over its quota."""

    def __init__(self, place, kinds):
        path = place.home / "run/agent/broker.sock"
        self.began = time.monotonic()
        self.doors = []
        for kind in kinds:
            if kind == "agent connects":
                self.doors.append((kind, Door(AGENT, "connects", path)))
            elif kind == "stranger connects":
                self.doors.append((kind, Door(STRANGER, "connects", path)))
            elif kind == "agent calls":
                self.doors.append((kind, Door(AGENT, "calls", path, 8)))

    def end(self):
        seconds = time.monotonic() - self.began
        return {"seconds": round(seconds, 1), **{kind: door.end() for kind, door in self.doors}}


class TimedDesk(approval.Desk):
    """A rehearsal whose broker notes its syncs."""

    def __init__(self, sandbox, shim):
        self.shim = shim
        super().__init__(sandbox, **WIDE)

    def broker_command(self, uid):
        notes = self.root / "syncs"
        notes.touch()
        os.chown(notes, BROKER, BROKER)
        return subprocess.Popen([str(mcp_client.BIN / "execution_broker"), "--home", str(self.home)], stdin=subprocess.DEVNULL, stdout=self.log,
                                stderr=self.log, cwd="/", env={"PATH": "/usr/bin:/bin", "LD_PRELOAD": str(self.shim), "NOTE_SYNCS": str(notes)}, **as_uid(uid))


class Bench:
    def __init__(self, place, sandbox):
        self.place, self.sandbox = place, sandbox
        self.agent = AgentOf(AGENT, place.home)
        self.first = Door(OPERATOR, "approver", place.home)
        self.second = Door(OPERATOR, "approver", place.home)
        self.third = Door(OPERATOR, "approver", place.home)
        for door in (self.first, self.second, self.third):
            door.answer()
            # The instrument: its own waiting for a processor is not what is measured. The broker gets nothing of the kind.
            for task in pathlib.Path(f"/proc/{door.process.pid}/task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(task.name), -10)
        self.first.ask("enrol")
        self.prices = {symbol: self.agent.call("fetch_live_price", symbol=symbol)["last_price"] for symbol in SYMBOLS}
        self.number = 0
        self.failures = []

    # --- pieces -----------------------------------------------------------------------------------------------------------

    def propose(self, symbol=None):
        self.number += 1
        symbol = symbol or SYMBOLS[self.number % len(SYMBOLS)]
        price, at = self.prices[symbol], lambda value: round(round(value / 0.1) * 0.1, 2)
        order = dict(symbol=symbol, side="BUY", quantity=1 + self.number % 7, entry_price=at(price * 0.985), stop_loss=at(price * 0.975),
                     target=at(price * 1.03), product_type="INTRADAY")
        for _ in range(400):
            reply, is_error = self.agent.try_call("prepare_order", **order)
            if not is_error and reply["approval"] == "pending_approval":
                return reply
            code = (reply or {}).get("error", {}).get("code") or json.dumps(reply)[:300]
            if code not in ("QUOTA_EXCEEDED", "MESSAGE_RATE_AT_LIMIT", "BROKER_BUSY", "QUOTE_STALE"):
                raise RuntimeError(f"prepare_order: {json.dumps(reply)[:600]}")
            time.sleep(0.05)
        raise RuntimeError("prepare_order was refused for too long")

    def cancel(self, order_id):
        for _ in range(400):
            reply, is_error = self.agent.try_call("cancel_live_order", order_id=order_id)
            code = (reply or {}).get("error", {}).get("code")
            if not is_error or code not in ("QUOTA_EXCEEDED", "BROKER_BUSY"):
                return
            time.sleep(0.05)

    def arrivals(self):
        return {row["ordertag"]: row["arrived_unix_us"] for row in self.sandbox.ask("/writes") if row["endpoint"] == "placeOrder"}

    def records(self):
        time.sleep(0.6)
        rows = {}
        for line in (self.place.home / "storage/trade_logs.jsonl").read_bytes().split(b"\n"):
            if b'"approve.' in line:
                record = json.loads(line)
                rows[(record["subject"], record["type"])] = record["ts"]
        return rows

    def syncs(self):
        """(begin, end) of every sync of the ledger's write-ahead log, in order."""
        data = (self.place.root / "syncs").read_bytes()
        count = struct.unpack_from("q", data)[0]
        log = str(self.place.home / "storage/rehearsal.db-wal")
        fds = {int(path.name) for path in pathlib.Path(f"/proc/{self.place.broker.pid}/fd").iterdir() if os.readlink(path) == log}
        notes = [struct.unpack_from("qqq", data, 8 + 24 * i) for i in range(count)]
        return sorted((begin, end) for fd, begin, end in notes if fd in fds)

    def resume(self):
        (self.place.home / "run/HALT").unlink(missing_ok=True)
        self.first.ask("open-resume")
        reply = self.first.ask("sign")
        if "refused" in reply:
            raise RuntimeError(f"resume: {reply}")

    # --- approvals --------------------------------------------------------------------------------------------------------

    def approvals(self, count, kinds):
        flood = Flood(self.place, kinds)
        time.sleep(0.5 if kinds else 0)
        signed = []
        try:
            for _ in range(count):
                proposal = self.propose()
                reply = self.first.ask(f"approve {proposal['order_id']}")
                if reply.get("status") not in ("ACKED", "OPEN"):
                    self.failures.append(f"approval under {kinds or 'nothing'}: {reply}")
                    continue
                signed.append(reply)
                self.cancel(reply["order_id"])
                time.sleep(0.15)  # the exchange takes nine writes a second
        finally:
            told = flood.end()
        arrived, records, syncs = self.arrivals(), self.records(), self.syncs()
        rows = {"committed": [], "written": [], "exchange": [], "answer": []}
        for reply in signed:
            written = records[(reply["order_id"], "approve.submitting")]
            at = bisect.bisect_left(syncs, (written, 0))
            rows["written"].append((written - reply["sent_us"]) / 1000)
            if os.environ.get("SLOW") and syncs[at][1] - reply["sent_us"] > 3500:
                checked = records[(reply["order_id"], "approve.checked")]
                say(f"slow: checked +{(checked - reply['sent_us'])/1000:.2f} submitting +{(written - reply['sent_us'])/1000:.2f} sync begins +{(syncs[at][0] - reply['sent_us'])/1000:.2f} ends +{(syncs[at][1] - reply['sent_us'])/1000:.2f}")
            rows["committed"].append((syncs[at][1] - reply["sent_us"]) / 1000)
            if syncs[at][1] > arrived[reply["ordertag"]]:
                self.failures.append(f"{reply['order_id']} left before it was on the disk")
            rows["exchange"].append((arrived[reply["ordertag"]] - reply["sent_us"]) / 1000)
            rows["answer"].append(reply["answer_us"] / 1000)
        return rows, told

    # --- halts ------------------------------------------------------------------------------------------------------------

    def halts(self, count, kinds):
        """Each halt has a signed order on either side of it in time."""
        flood = Flood(self.place, kinds)
        time.sleep(0.5 if kinds else 0)
        answers, latest, refused_after, sent, refused = [], [], [], 0, 0
        try:
            for trial in range(count):
                orders = [self.propose(SYMBOLS[trial % 3]), self.propose(SYMBOLS[3 + trial % 3])]
                doors = (self.first, self.third)
                for door, proposal in zip(doors, orders):
                    door.ask(f"open {proposal['order_id']}")
                # One is signed up to 40 ms before the halt is called, the other up to 20 ms after it.
                self.first.send("sign")
                time.sleep(random.uniform(0, 0.04))
                self.second.send("halt")
                time.sleep(random.uniform(0, 0.02))
                self.third.send("sign")
                halt, replies = self.second.answer(), [door.answer() for door in doors]
                answers.append(halt["answer_us"] / 1000)
                arrived = self.arrivals()
                for reply in replies:
                    if reply.get("ordertag") in arrived:
                        sent += 1
                        latest.append((arrived[reply["ordertag"]] - halt["sent_us"]) / 1000)
                        self.cancel(reply["order_id"])
                    else:
                        refused += 1
                        refused_after.append((reply["sent_us"] - halt["sent_us"]) / 1000)
                # Well after the halt nothing leaves: the control is the approval before it.
                late = self.first.ask("sign")
                if "refused" not in late:
                    self.failures.append(f"signed again after the halt: {late}")
                self.resume()
                for proposal in orders:
                    self.agent.try_call("cancel_pending_live_order", approval_token=proposal["approval_token"])
        finally:
            told = flood.end()
        if not sent or not refused:
            self.failures.append(f"halts under {kinds}: {sent} sent and {refused} refused: one side was not tried")
        return {"answers": answers, "latest": latest, "refused_after": refused_after, "sent": sent, "refused": refused}, told

    # --- run/HALT ---------------------------------------------------------------------------------------------------------

    def make_halt_file(self):
        """By the approver's uid; returns the machine's time right before."""
        path = str(self.place.home / "run/HALT")
        groups = os.getgroups()
        os.setgroups(adversary.GROUPS[OPERATOR])
        os.setegid(OPERATOR)
        os.seteuid(OPERATOR)
        try:
            before = time.time()
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)
        return before

    def flag_raised_at(self, since, seconds=5):
        """When the broker's own thread for it saw the file, by the broker's log."""
        log = self.place.root / "broker.log"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in log.read_text(errors="replace").splitlines():
                if "event=halt_file" not in line:
                    continue
                stamp = re.search(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d\.\d+)", line)
                at = time.mktime(time.strptime(f"{stamp[1]} {stamp[2].split('.')[0]}", "%Y-%m-%d %H:%M:%S")) + float("0." + stamp[2].split(".")[1])
                if at >= since - 0.002:
                    return at
            time.sleep(0.01)
        raise RuntimeError("the broker's log tells of no run/HALT: " + log.read_text(errors="replace")[-400:])

    def blocked_by_exchange(self):
        """The desk's own thread hangs in a write to the exchange; a signed order waits behind it."""
        first, second = self.propose(SYMBOLS[0]), self.propose(SYMBOLS[1])
        self.first.ask(f"open {first['order_id']}")
        self.third.ask(f"open {second['order_id']}")
        self.sandbox.ask("/faults", {"name": "Q12", "endpoint": "placeOrder", "count": 1, "options": {"ms": 1500}})
        self.first.send("sign")
        time.sleep(0.2)  # the order is at the exchange, its answer is not here
        self.third.send("sign")
        time.sleep(0.05)
        before = self.make_halt_file()
        raised = self.flag_raised_at(before)
        hung, waiting = self.first.answer(), self.third.answer()
        self.sandbox.ask("/faults", method="DELETE")
        if hung["answer_us"] < 1_000_000:
            self.failures.append(f"the write was not slow: {hung}")
        if "refused" not in waiting or any(row > before * 1e6 for row in self.arrivals().values()):
            self.failures.append(f"an order left behind run/HALT: {waiting}")
        self.clean_up(hung, (first, second))
        return (raised - before) * 1000

    def blocked_by_tracer(self):
        """Every thread of the broker but the watch of run/HALT stands still; signed orders wait in its sockets."""
        proposal = self.propose(SYMBOLS[2])
        self.first.ask(f"open {proposal['order_id']}")
        count = len(self.arrivals())
        with StoppedThreads(self.place.broker.pid, spared="halt-watch") as stopped:
            self.first.send("sign")
            time.sleep(0.1)
            before = self.make_halt_file()
            raised = self.flag_raised_at(before)
            if stopped.count < 5:
                self.failures.append(f"only {stopped.count} threads were stopped")
        waiting = self.first.answer()
        if "refused" not in waiting or len(self.arrivals()) != count:
            self.failures.append(f"an order left behind run/HALT: {waiting}")
        self.clean_up(waiting, (proposal,))
        return (raised - before) * 1000

    def stopped_whole(self):
        """The whole process is stopped, run/HALT is made, a signed order waits in the socket; then it goes on."""
        proposal = self.propose(SYMBOLS[3])
        self.first.ask(f"open {proposal['order_id']}")
        count = len(self.arrivals())
        self.place.broker.send_signal(signal.SIGSTOP)
        self.first.send("sign")
        time.sleep(0.05)
        before = self.make_halt_file()
        self.place.broker.send_signal(signal.SIGCONT)
        waiting = self.first.answer()
        if "refused" not in waiting and waiting.get("status") not in ("NOT_SENT",) or len(self.arrivals()) != count:
            self.failures.append(f"an order left although run/HALT stood before the broker went on: {waiting}")
        self.flag_raised_at(before)
        self.clean_up(waiting, (proposal,))

    def clean_up(self, reply, proposals):
        time.sleep(0.3)
        self.resume()
        if reply.get("order_id"):
            self.cancel(reply["order_id"])
        for proposal in proposals:
            self.agent.try_call("cancel_pending_live_order", approval_token=proposal["approval_token"])


class StoppedThreads:
    """Holds every thread of a process but the one of a given name, by ptrace; lets them go at the end."""

    SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17

    def __init__(self, pid, spared):
        self.pid, self.spared, self.held = pid, spared, []
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]

    def __enter__(self):
        found = False
        while True:  # gRPC's threads come and go: until no new one is left
            new = 0
            for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
                tid = int(task.name)
                try:
                    is_spared = (task / "comm").read_text().strip() == self.spared
                except FileNotFoundError:
                    continue
                found = found or is_spared
                if is_spared or tid in self.held or self.libc.ptrace(self.SEIZE, tid, None, None) != 0:
                    continue
                new += 1
                self.libc.ptrace(self.INTERRUPT, tid, None, None)
                os.waitpid(tid, 0x40000000)  # __WALL
                self.held.append(tid)
            if new == 0:
                break
        if not found:
            self.__exit__()
            raise RuntimeError(f"no thread is called {self.spared}")
        self.count = len(self.held)
        return self

    def __exit__(self, *_):
        for tid in self.held:
            self.libc.ptrace(self.DETACH, tid, None, None)


# --- the table ------------------------------------------------------------------------------------------------------------

def row(what, values, note=""):
    if not values:
        return f"| {what} | 0 | - | - | - | {note} |"
    return f"| {what} | {len(values)} | {statistics.median(values):.2f} | {rank(values, 0.99):.2f} | {max(values):.2f} | {note} |"


def floods_told(told):
    parts = []
    for kind, counts in told.items():
        if kind == "seconds" or not counts:
            continue
        parts.append(f"{kind}: " + ", ".join(f"{number:,} {name}" for name, number in counts.items()))
    return f"{told['seconds']} s; " + "; ".join(parts) if parts else ""


def main():
    global CLIENT
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--approvals", type=int, default=200)
    parser.add_argument("--halts", type=int, default=40)
    parser.add_argument("--blocked", type=int, default=5)
    parser.add_argument("--parts", default="none,connects,calls,all,halts,file", help="of the table, by commas")
    parser.add_argument("--json")
    parser.add_argument("--machine", default="")
    options = parser.parse_args()
    for name in ("sandbox_exchange", "execution_broker", "approval_cli", "mcp_gateway", "door_client"):
        if not (mcp_client.BIN / name).exists():
            say(f"{name} is not built")
            return 77
    built = mcp_client.BIN
    sandbox = approval.Sandbox()
    place = None
    try:
        shim = pathlib.Path(tempfile.mkdtemp(prefix="note-syncs-"))
        shim.chmod(0o755)
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(shim / "note_syncs.so"), str(pathlib.Path(__file__).with_name("note_syncs.c")), "-ldl"], check=True)
        place = TimedDesk(sandbox, shim / "note_syncs.so")
        CLIENT = place.root / "door_client"
        shutil.copy(built / "door_client", CLIENT)
        CLIENT.chmod(0o755)
        bench = Bench(place, sandbox)
        report = {}
        lines = ["| from the call, in ms | n | p50 | p99 | most | |", "| --- | --- | --- | --- | --- | --- |"]
        everything = ("agent connects", "stranger connects", "agent calls")
        parts = options.parts.split(",")
        for part, name, kinds in (("none", "no flood", ()), ("connects", "connects of agent and stranger", ("agent connects", "stranger connects")),
                                  ("calls", "calls of the agent over its quota", ("agent calls",)),
                                  ("all", "connects of agent and stranger, calls over the quota", everything)):
            if part not in parts:
                continue
            say(f"approvals: {name}")
            rows, told = bench.approvals(options.approvals, kinds)
            report[f"approvals, {name}"] = {**rows, "flood": told}
            lines.append(row(f"approval, {name}: **SUBMITTING committed**", rows["committed"], floods_told(told)))
            lines.append(row(f"approval, {name}: order at the exchange", rows["exchange"]))
            lines.append(row(f"approval, {name}: answer of the call", rows["answer"]))
            say("\n".join(lines[-3:]))
        for name, kinds in (("no flood", ()), ("all floods", everything)) if "halts" in parts else ():
            say(f"halts: {name}")
            halts, told = bench.halts(options.halts, kinds)
            report[f"halts, {name}"] = {**halts, "flood": told}
            lines.append(row(f"halt, {name}: answer of the call", halts["answers"], floods_told(told)))
            lines.append(row(f"halt, {name}: **latest order that still arrived**", [max(0.0, value) for value in halts["latest"]],
                             f"{halts['sent']} of {halts['sent'] + halts['refused']} signed around a halt were sent; first refused was signed "
                             f"{min(halts['refused_after'], default=0):+.2f} ms from the call"))
            say("\n".join(lines[-2:]))
            if any(value > EFFECTIVE_WITHIN_MS for value in halts["latest"]):
                bench.failures.append(f"halt: an order arrived {max(halts['latest'], default=0):.1f} ms after it")
        if "file" in parts:
            say("run/HALT")
            flood = Flood(place, everything)
            by_exchange = [max(0.0, bench.blocked_by_exchange()) for _ in range(options.blocked)]
            by_tracer = [max(0.0, bench.blocked_by_tracer()) for _ in range(options.blocked)]
            for _ in range(options.blocked * 4):
                bench.stopped_whole()
            told = flood.end()
            report["run/HALT"] = {"by_exchange": by_exchange, "by_tracer": by_tracer, "flood": told}
            lines.append(row("run/HALT, all floods, desk in a slow write: **flag raised**", by_exchange, floods_told(told)))
            lines.append(row("run/HALT, all floods, every other thread stopped: **flag raised**", by_tracer))
            lines.append(f"| run/HALT made while the whole broker is stopped | {options.blocked * 4} | - | - | - | nothing signed left afterwards |")
            if max(by_exchange + by_tracer) > EFFECTIVE_WITHIN_MS:
                bench.failures.append(f"run/HALT: the flag was raised after {max(by_exchange + by_tracer):.1f} ms")
        print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.release()}{', ' + options.machine if options.machine else ''}\n")
        print("\n".join(lines))
        for failure in bench.failures[:10]:
            print("FAILED:", failure)
        if len(bench.failures) > 10:
            print(f"and {len(bench.failures) - 10} more failures")
        if options.json:
            pathlib.Path(options.json).write_text(json.dumps(report))
        return 1 if bench.failures else 0
    finally:
        if place is not None:
            shutil.rmtree(shim, ignore_errors=True)
            place.stop()
            shutil.rmtree(place.root, ignore_errors=True)
        sandbox.process.send_signal(signal.SIGTERM)
        sandbox.process.wait(10)


if __name__ == "__main__":
    sys.exit(main())
