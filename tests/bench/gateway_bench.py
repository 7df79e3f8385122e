#!/usr/bin/env python3
"""What a call costs an agent, end to end: client -> gateway -> broker -> disk and back, over stdio and a Unix socket.

    gateway_bench.py [--runs N] [--calls N] [--orders N] [--from N] [--machine NOTE] [--json FILE]

--runs     each figure is the median over so many runs (5)
--calls    calls in a run of the read figures (1000)
--orders   orders to put into the ledger while measuring them (2000): entries, their protective stops and exits; refused
           ones do not count; in bursts of 8 round trips with rests between, for the broker takes 20 entries a second
           of one agent. The first entry after a rest, when caches are cold, has a row of its own
--from     orders that are in the ledger before anything is measured (0), put there by the desk itself without sockets
           (fill_ledger): what an order, a read and memory cost in a home of a year

A new home in the folder for temporary files, paper trading on the simulated market, wide limits, market time by step.
Prints a Markdown table on stdout, progress on stderr. An order is durable when its answer comes: compare it with the
cost of one fdatasync on the same disk, which stands beside it. Exit 0; 1 when a call did not do what is measured.
"""

import argparse
import collections
import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from mcp_client import BIN, House, McpClient  # noqa: E402

# Wide limits: the cost of an order is measured, not what refuses one.
SETTINGS = {
    "SIM_SPEED": "step", "SIM_SEED": 1, "SIM_START": "2026-01-05T09:15:00+05:30", "PAPER_STARTING_CAPITAL": 1_000_000_000,
    "MAX_ORDER_VALUE": 1_000_000_000, "MAX_ORDER_QUANTITY": 1_000_000, "MAX_POSITION_SIZE_PERCENT": 100,
    "MAX_RISK_PER_TRADE_PERCENT": 100, "MAX_VOLUME_SHARE_PERCENT": 100, "MAX_DEPTH_SHARE_PERCENT": 100,
    "MAX_OPEN_POSITIONS": 1000, "MAX_SECTOR_EXPOSURE_PERCENT": 100, "MAX_GROSS_EXPOSURE_PERCENT": 500,
    "MAX_OPEN_ENTRIES_PERCENT": 100, "MIN_SAME_ORDER_INTERVAL_SECONDS": 1, "MAX_REPEATS_IN_DIRECTION": 1000,
    "REPEAT_WINDOW_MINUTES": 1, "MAX_ENTRIES_PER_MINUTE": 1000, "MAX_ENTRIES_PER_DAY": 10000,
    "MAX_DAILY_LOSS_PERCENT": 100, "HALT_DAILY_LOSS_PERCENT": 100,
    "MAX_WEEKLY_LOSS_PERCENT": 100, "MAX_DRAWDOWN_PERCENT": 100, "MAX_CONSECUTIVE_LOSSES": 1000,
    "MAX_DAILY_TURNOVER_PERCENT": 10000, "MIN_RISK_REWARD_RATIO": 0,
}
SYMBOLS = ("RELIANCE", "TCS", "INFY", "SBIN", "HDFCBANK")
# The broker answers 200 reads a second of one agent, with bursts: measured are bursts of this size, with rests between.
READS_IN_A_BURST = 100
ROUND_TRIPS_IN_A_BURST = 8  # 20 entries a second
REST_S = 0.55
MOST_REFUSALS_IN_A_ROW = 40
NEXT_DAY = {"ENTRIES_PER_DAY_AT_LIMIT", "INTRADAY_ENTRY_TOO_LATE", "SESSION_NOT_OPEN", "MARKET_CLOSED",
            "DAILY_TURNOVER_ABOVE_LIMIT"}
SYNC_BYTES = 4096
FLAT_STEPS = 5  # parts in which the growing ledger is shown


def say(text):
    print(text, file=sys.stderr, flush=True)


def p99(values):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


# --- one call, as close to the wire as Python gets --------------------------------------------------------------------

class Wire:
    """Timed requests on a session that McpClient has opened."""

    def __init__(self, client):
        self.client = client
        self.input = client.process.stdin.fileno()
        self.output = client.process.stdout

    def timed(self, method, params=None):
        """(microseconds, result)."""
        client = self.client
        client._next_id += 1
        message = {"jsonrpc": "2.0", "id": client._next_id, "method": method}
        if params is not None:
            message["params"] = params
        line = json.dumps(message).encode() + b"\n"
        started = time.perf_counter_ns()
        os.write(self.input, line)
        while True:
            reply = self.output.readline()
            if b'"id":' in reply or not reply:
                break
        took = (time.perf_counter_ns() - started) / 1000
        if not reply:
            raise RuntimeError("the gateway ended")
        return took, json.loads(reply)["result"]

    def call(self, tool, **arguments):
        took, result = self.timed("tools/call", {"name": tool, "arguments": arguments})
        return took, result.get("structuredContent"), bool(result.get("isError"))


class Figures:
    """Runs of one figure: the median of the runs' medians and of their 99th percentiles."""

    def __init__(self):
        self.runs = []

    def add(self, values):
        self.runs.append((statistics.median(values), p99(values), len(values)))

    @property
    def median(self):
        return statistics.median(run[0] for run in self.runs)

    @property
    def p99(self):
        return statistics.median(run[1] for run in self.runs)

    @property
    def count(self):
        return sum(run[2] for run in self.runs)


def text(us):
    return f"{us / 1000:.2f} ms" if us >= 1000 else f"{us:.0f} us"


# --- what surrounds the programs --------------------------------------------------------------------------------------

def machine_line():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    state = "loaded" if load > cores / 2 else "idle"
    kind = subprocess.run(["stat", "-f", "-c", "%T", tempfile.gettempdir()], capture_output=True, text=True).stdout.strip()
    return f"{model}, {cores} cores, Linux {platform.release()}, {kind}; load {load:.1f} at the start ({state})"


def sync_cost(folder, times=200):
    """fdatasync after an append of 4 KB, in microseconds."""
    path = pathlib.Path(folder) / "sync_probe"
    taken = []
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(times):
            os.write(fd, b"x" * SYNC_BYTES)
            started = time.perf_counter_ns()
            os.fdatasync(fd)
            taken.append((time.perf_counter_ns() - started) / 1000)
    finally:
        os.close(fd)
        path.unlink()
    return taken


def pipe_floor(calls):
    """A line to `cat` and back: what pipes and Python cost with no program of ours between them."""
    echo = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    line, taken = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n', []
    for _ in range(calls):
        started = time.perf_counter_ns()
        os.write(echo.stdin.fileno(), line)
        echo.stdout.readline()
        taken.append((time.perf_counter_ns() - started) / 1000)
    echo.stdin.close()
    echo.wait()
    return taken


def resident_mb(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def ledger_mb(house):
    return sum(path.stat().st_size for path in (house.home / "storage").glob("paper.db*")) / 2**20


def rpc_calls(house):
    return collections.Counter(json.loads(house.cli("status", "--json").stdout)["calls"])


def market_calls(counts):
    return {name: count for name, count in counts.items() if "MarketService" in name}


def accepts(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
            return True
        except OSError:
            return False


# --- figures ----------------------------------------------------------------------------------------------------------

def start_figures(runs):
    """Milliseconds from nothing to a broker that accepts, and from nothing to the gateway's first answer."""
    broker, gateway = [], []
    with House(SETTINGS) as house:
        house.start()  # the first start makes keys and databases; it is not the one that counts
        house.stop()
        for _ in range(runs):
            started = time.perf_counter_ns()
            process = subprocess.Popen([str(BIN / "execution_broker"), "--home", str(house.home)],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while not accepts(house.agent_socket):
                if process.poll() is not None:
                    raise RuntimeError("the broker did not start")
                time.sleep(0.0005)
            broker.append((time.perf_counter_ns() - started) / 1000)
            started = time.perf_counter_ns()
            client = McpClient(house.home)
            gateway.append((time.perf_counter_ns() - started) / 1000)
            client.close()
            process.terminate()
            process.wait(20)
    return broker, gateway


def read_figures(house, wire, runs, calls):
    """ping (the gateway alone) and fetch_live_price (both processes, proved by the broker's own count)."""
    ping, price = Figures(), Figures()
    for _ in range(50):
        wire.call("fetch_live_price", symbol="RELIANCE")
    for _ in range(runs):
        before = rpc_calls(house)
        ping.add([wire.timed("ping")[0] for _ in range(calls)])
        between = rpc_calls(house)
        taken = []
        for number in range(calls):
            took, reply, is_error = wire.call("fetch_live_price", symbol=SYMBOLS[number % len(SYMBOLS)])
            if is_error:
                raise RuntimeError(f"fetch_live_price: {reply}")
            taken.append(took)
            if number % READS_IN_A_BURST == READS_IN_A_BURST - 1:
                time.sleep(REST_S)
        price.add(taken)
        after = rpc_calls(house)
        asked, pinged = market_calls(after - between), market_calls(between - before)
        if sum(asked.values()) != calls:
            raise RuntimeError(f"{calls} prices were asked for, the broker answered {asked}")
        if pinged:
            raise RuntimeError(f"ping reached the broker: {pinged}")
    return ping, price


class Trader:
    """Round trips in one symbol after another: a market entry with its stop, and its close. Market time stands still in
    between, so the stop never fires."""

    def __init__(self, house, wire, orders_before):
        self.house, self.wire = house, wire
        self.orders = orders_before      # in the ledger, refused ones not counted
        self.round = 0
        self.refused = collections.Counter()
        self.refused_in_a_row = 0
        self.ticks = {symbol: self.ask("fetch_symbol_metadata", symbol=symbol)["tick"] for symbol in SYMBOLS}

    def ask(self, tool, **arguments):
        _, reply, is_error = self.wire.call(tool, **arguments)
        if is_error:
            raise RuntimeError(f"{tool}: {reply}")
        return reply

    def rest(self):
        """Between bursts, and market time goes on. Resting here keeps refusals out of the figures."""
        self.house.advance("10s")
        time.sleep(REST_S)

    def round_trip(self):
        """(microseconds of the entry, of the close, is it the first after a rest), or None when the entry was refused."""
        is_first = self.round % ROUND_TRIPS_IN_A_BURST == 0
        if is_first:
            self.rest()
        self.round += 1
        symbol = SYMBOLS[self.round % len(SYMBOLS)]
        price, tick = self.ask("fetch_live_price", symbol=symbol), self.ticks[symbol]
        on_tick = lambda value: round(round(value / tick) * tick, 2)
        entry_us, reply, is_error = self.wire.call(
            "place_paper_order", symbol=symbol, side="BUY", quantity=100 + self.round % 50, product_type="INTRADAY",
            stop_loss=on_tick(price["ask"] * 0.98), target=on_tick(price["ask"] * 1.05), strategy="bench")
        if is_error:
            self.mend((reply.get("error") or {}).get("code", "?"))
            return None
        self.refused_in_a_row = 0
        stops = [child for child in reply.get("children", ()) if child["purpose"] == "stop"]
        if reply["status"] != "FILLED" or not stops or stops[0]["status"] != "TRIGGER_PENDING":
            raise RuntimeError(f"an entry is measured with its fill and its stop, this one has not both: {reply}")
        close_us, reply, is_error = self.wire.call("close_paper_position", symbol=symbol, product_type="INTRADAY")
        if is_error or reply["status"] != "FILLED":
            raise RuntimeError(f"close_paper_position: {reply}")
        self.orders += 2 + len(stops)
        return entry_us, close_us, is_first

    def mend(self, code):
        """Does what a refusal asks for."""
        self.refused[code] += 1
        self.refused_in_a_row += 1
        if self.refused_in_a_row > MOST_REFUSALS_IN_A_ROW:
            raise RuntimeError(f"entries are refused again and again: {dict(self.refused)}")
        if code == "QUOTA_EXCEEDED":
            time.sleep(0.2)
        elif code == "CONSECUTIVE_LOSSES_PAUSE":  # a round trip loses its charges and the spread: that is meant here
            self.house.cli("resume", "--yes", "--reason", "bench")
        elif code in NEXT_DAY:
            self.go_to_next_morning()
        else:
            self.house.advance("1m")

    def go_to_next_morning(self):
        today = self.ask("fetch_market_status")["market_time"][:10]
        for _ in range(100):
            self.house.advance("1h")
            status = self.ask("fetch_market_status")
            if status["market_time"][:10] != today and status["phase"] == "continuous":
                self.house.advance("1m")
                return
        raise RuntimeError("no next morning came")


def order_figures(house, wire, broker_pid, orders, before):
    """Rows (orders in the ledger, entry figures, close figures, broker MB, ledger MB), one for each part of the way; the
    entries after a rest; the trader."""
    trader = Trader(house, wire, before)
    rows = []
    after_rest = []
    for part in range(1, FLAT_STEPS + 1):
        entries, closes = [], []
        goal = before + orders * part // FLAT_STEPS
        while trader.orders < goal or not entries:
            taken = trader.round_trip()
            if taken:
                (after_rest if taken[2] else entries).append(taken[0])
                closes.append(taken[1])
        rows.append((trader.orders, entries, closes, resident_mb(broker_pid), ledger_mb(house)))
        say(f"{trader.orders} orders: entry {text(statistics.median(entries))}, close {text(statistics.median(closes))}")
    return rows, after_rest, trader


def in_runs(values, runs):
    figures = Figures()
    size = max(1, len(values) // runs)
    for start in range(0, size * min(runs, len(values)), size):
        figures.add(values[start:start + size])
    return figures


# --- the page ---------------------------------------------------------------------------------------------------------

def print_page(note, machine, rows, growth, trader, sync):
    """The first table has the columns of README.md's."""
    print(f"Machine: {machine}{'; ' + note if note else ''}\n")
    print("| what | figure | how measured |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(f"\nAn order against the size of the ledger (fdatasync of {SYNC_BYTES // 1024} KB on this disk: "
          f"{text(statistics.median(sync))}):\n")
    print("| orders in the ledger | entry, median | entry, p99 | close, median | close, p99 | broker, resident | ledger |"
          "\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for orders, entries, closes, broker_mb, db_mb in growth:
        print(f"| {orders} | {text(statistics.median(entries))} | {text(p99(entries))} "
              f"| {text(statistics.median(closes))} | {text(p99(closes))} | {broker_mb:.0f} MB | {db_mb:.1f} MB |")
    refused = ", ".join(f"{code} {count}" for code, count in trader.refused.items()) or "none"
    print(f"\n{trader.orders} orders counted; refused and not counted: {refused}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--from", dest="start_from", type=int, default=0)
    parser.add_argument("--machine", default="", help="a note for the machine line")
    parser.add_argument("--json", type=pathlib.Path, help="writes every figure there too")
    arguments = parser.parse_args()
    machine = machine_line()

    say("start")
    broker_start, gateway_start = start_figures(arguments.runs)
    with House(SETTINGS) as house:
        if arguments.start_from:
            say(f"{arguments.start_from} orders before")
            subprocess.run([str(BIN / "fill_ledger"), str(house.home), str(arguments.start_from)], check=True)
        house.start(wait=120)
        house.advance("10m")
        broker_pid = house.broker.pid
        with McpClient(house.home, "--toolsets", "all") as client:
            wire = Wire(client)
            floor, sync = in_runs(pipe_floor(arguments.calls), arguments.runs), sync_cost(house.home)
            say("reads")
            ping, price = read_figures(house, wire, arguments.runs, arguments.calls)
            say("orders")
            growth, after_rest, trader = order_figures(house, wire, broker_pid, arguments.orders, arguments.start_from)
            sync += sync_cost(house.home)
            memory = resident_mb(client.process.pid), resident_mb(broker_pid)
        verified = house.cli("audit", "verify", check=False)
        if verified.returncode != 0:
            raise RuntimeError(f"audit verify: {verified.stdout}")

    entries = in_runs([value for row in growth for value in row[1]], arguments.runs)
    closes = in_runs([value for row in growth for value in row[2]], arguments.runs)
    def row(name, figures, how=""):
        return (name, f"median {text(figures.median)}, p99 {text(figures.p99)}",
                f"{len(figures.runs)} runs, {figures.count} calls{how}")

    def start_row(name, taken):
        return name, f"median {text(statistics.median(taken))}, worst {text(max(taken))}", f"{len(taken)} starts"

    rows = [
        row("a line to `cat` and back", floor, ": pipes and client alone"),
        row("`ping`", ping, ", answered by the gateway"),
        row("`fetch_live_price`", price, " through both programs, counted by the broker"),
        row("`place_paper_order`", entries, ": checked, filled, its stop placed, durable"),
        row("the same, first after a rest", in_runs(after_rest, arguments.runs), ": with cold caches"),
        row("`close_paper_position`", closes, ": stop withdrawn, filled, durable"),
        row(f"fdatasync of a {SYNC_BYTES // 1024} KB append", in_runs(sync, arguments.runs), " on the same disk"),
        start_row("gateway, start to first answer", gateway_start),
        start_row("broker, start to open door", broker_start),
        ("gateway, resident memory", f"{memory[0]:.0f} MB", "after all of the above"),
        ("broker, resident memory", f"{memory[1]:.0f} MB", "after all of the above"),
    ]
    print_page(arguments.machine, machine, rows, growth, trader, sync)
    if arguments.json:
        arguments.json.write_text(json.dumps({
            "machine": machine, "rows": rows, "refused": trader.refused, "fdatasync_us": sync,
            "growth": [{"orders": g[0], "entry_us": g[1], "close_us": g[2], "broker_mb": g[3], "ledger_mb": g[4]}
                       for g in growth]}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(f"gateway_bench: {error}")
