#!/usr/bin/env python3
"""A day of paper trading on the sandbox exchange's prices, with everything that goes wrong in one: the sockets dropped, the
stream refused, REST failing, silence on an open line, the token expired, the rate limits met, midnight, a holiday.

    paper_day.py [--self-test] [--keep]

Real processes. Somebody stands beside the exchange and writes down what it shows; check_prices.py then says from the audit
log whether a stale price was ever used as fresh. --self-test runs a broker with a planted fault instead, one that calls
every price fresh, and fails unless the checker finds it.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sandbox_exchange"))

from exchange_client import Exchange  # noqa: E402
from mcp_client import BIN, House, McpClient, ToolError  # noqa: E402

SYMBOLS = ["SBIN", "TCS"]


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Observer:
    """Looks at the exchange itself some twenty times a second; its line cannot be cut."""

    def __init__(self, x, file):
        self.x, self.file, self.lock, self.stop = x, file, threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def look(self):
        for symbol in SYMBOLS:
            now_us = self.x.now()
            tape = self.x.control("/market", {"symbol": symbol + "-EQ"})
            self.write({"symbol": symbol, "now_us": now_us, "last_e4": tape["last_e4"], "bid_e4": tape["best_buy_e4"],
                        "ask_e4": tape["best_sell_e4"]})

    def write(self, line):
        with self.lock:
            self.file.write(json.dumps({"at_us": time.time_ns() // 1000, **line}) + "\n")

    def run(self):
        while not self.stop.wait(0.04):
            self.look()

    def close(self):
        self.stop.set()
        self.thread.join()
        self.look()
        self.file.flush()


class Day:
    def __init__(self, x, house, client, observer):
        self.x, self.house, self.client, self.observer = x, house, client, observer
        self.refused, self.count = {}, 0

    def price(self, symbol):
        return self.x.control("/market", {"symbol": symbol + "-EQ"})["last_e4"] / 1e4

    def jump(self, symbol, percent):
        """The market moves by hand; nobody who did not hear of it may trade at the old price."""
        tape = self.x.control("/market", {"symbol": symbol + "-EQ"})
        price = round(tape["last_e4"] / 1e4 * (1 + percent / 100) * 20) / 20
        low, high = tape["lower_circuit_e4"] / 1e4 * 1.01, tape["upper_circuit_e4"] / 1e4 * 0.99
        self.x.control("/market", {"symbol": symbol + "-EQ", "price": f"{min(max(price, low), high):.1f}", "quantity": 500})
        self.observer.look()
        return self.price(symbol)

    def enter(self, symbol, quantity=5, **terms):
        """An intraday entry at the market; (reply, is it refused)."""
        price = self.price(symbol)
        self.count += 1
        wish = {"symbol": symbol, "side": "BUY", "quantity": quantity + self.count % 9, "product_type": "INTRADAY",
                "stop_loss": round(price * 0.985, 1), "target": round(price * 1.06, 1), **terms}
        reply, is_error = self.client.try_call("place_paper_order", **wish)
        if is_error:
            code = reply["error"]["code"]
            self.refused[code] = self.refused.get(code, 0) + 1
        return reply, is_error

    def enter_soon(self, symbol, seconds=12, **terms):
        """The same, asked again until it is taken: prices come back some time after their line does."""
        until = time.monotonic() + seconds
        while True:
            reply, is_error = self.enter(symbol, **terms)
            if not is_error:
                return reply
            expect(time.monotonic() < until, f"no entry in {symbol} in {seconds} s: {reply['error']}")
            time.sleep(0.5)

    def close(self, symbol):
        until = time.monotonic() + 12
        while self.held(symbol):
            reply, is_error = self.client.try_call("close_paper_position", symbol=symbol, product_type="INTRADAY")
            time.sleep(0.3)
            expect(time.monotonic() < until, f"{symbol} does not close: {reply}")

    def held(self, symbol):
        books = self.client.call("fetch_paper_portfolio")["books"]
        return sum(p["quantity"] for p in books[0]["positions"] if p["symbol"] == symbol)

    def wait(self, what, condition, seconds=15):
        until = time.monotonic() + seconds
        while not condition():
            expect(time.monotonic() < until, "not within {} s: {}".format(seconds, what))
            time.sleep(0.1)

    def cut(self, refuses=True):
        if refuses:
            self.x.arm("Q39", "market_stream_connect", 10_000)
        self.x.control("/sockets", {"drop": "all"})
        self.observer.write({"cut": True})

    def mend(self):
        self.x.control("/faults", method="DELETE")
        self.observer.write({"cut": False})

    def streams(self):
        return len(self.x.control("/state")["market_stream"].get("connections", []))


def step(name):
    print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)


def play(day):
    x, client = day.x, day.client
    step("open: entries by the stream")
    reply = day.enter_soon("SBIN")
    expect(reply["status"] == "FILLED", reply)
    day.wait("the stop rests", lambda: any(o["purpose"] == "stop" for o in client.call("fetch_paper_orders", status="working")["orders"]))

    step("stream dropped and refused, REST failing: no price, no entry, no fill")
    x.arm("Q08", "quote", 10_000, http=503, kind="empty")
    day.cut()
    day.jump("SBIN", -0.9)  # above the stop; TCS without anybody hearing of it
    day.jump("TCS", 3)
    for _ in range(2):
        reply, is_error = day.enter("TCS")
        expect(is_error or day.is_planted, f"an entry without a price: {reply}")
        reply, is_error = day.enter("SBIN")
        expect(is_error or day.is_planted, f"an entry on the price before the cut: {reply}")
        time.sleep(0.4)

    step("REST back, stream still refused: stops trigger on requested prices")
    x.control("/faults", method="DELETE")
    x.arm("Q39", "market_stream_connect", 10_000)
    time.sleep(2.5)
    day.jump("SBIN", -2.5)
    day.wait("the stop is done by a requested price", lambda: day.held("SBIN") == 0)

    step("stream back: entries again, over a new line")
    day.mend()
    day.wait("the stream is back", lambda: day.streams() > 0, 40)
    day.enter_soon("TCS", seconds=40)
    day.close("TCS")

    step("silence on an open line: prices grow stale by themselves")
    x.arm("Q38", "market_stream", 1, kind="all")  # strikes with the next subscription
    client.try_call("fetch_live_price", symbol="INFY")
    x.arm("Q08", "quote", 10_000, http=502, kind="html")
    time.sleep(0.3)
    day.jump("TCS", -3)
    time.sleep(4.0)
    reply, is_error = day.enter("TCS")
    expect(is_error or day.is_planted, f"an entry on a silent line: {reply}")
    day.mend()
    day.enter_soon("TCS", seconds=40)

    step("token expired, sessions killed, sockets dropped")
    x.arm("Q01", "*", 3, code="AG8002")
    day.client.try_call("fetch_broker_funds")
    x.control("/sessions", {"kill": "all"})
    day.cut(refuses=False)
    x.control("/clock", {"advance": "31s"})  # one-time passwords are used once
    time.sleep(1.0)
    x.control("/clock", {"advance": "31s"})
    day.wait("the account can be read again", lambda: not day.client.try_call("fetch_broker_positions")[1], 45)
    day.mend()
    day.close("TCS")
    day.enter_soon("SBIN", seconds=40)

    step("rate limits: refusals of every kind, and the service's own")
    x.arm("Q03", "quote", 2)
    x.arm("Q03", "getRMS", 1)
    x.arm("Q05", "getCandleData", 1)
    for symbol in ["ITC", "LT"]:
        client.try_call("fetch_live_price", symbol=symbol)
        client.try_call("fetch_historical_data", symbol=symbol, timeframe="FIVE_MINUTE")
    client.try_call("fetch_broker_funds")
    day.close("SBIN")
    day.enter_soon("SBIN", seconds=40)

    step("square-off, close, midnight, a holiday, and the next trading day")
    x.control("/clock", {"to": "2026-11-23T15:04:30+05:30"})
    time.sleep(1.0)
    x.control("/clock", {"to": "2026-11-23T15:10:05+05:30"})
    day.wait("squared off", lambda: day.held("SBIN") == 0 and day.held("TCS") == 0, 30)
    x.control("/clock", {"to": "2026-11-23T23:59:55+05:30"})
    time.sleep(6.0)
    reply, is_error = day.enter("SBIN")
    expect(is_error, f"an entry on a holiday's night: {reply}")
    x.control("/clock", {"to": "2026-11-25T09:16:00+05:30"})
    time.sleep(1.0)
    day.enter_soon("SBIN", seconds=45)
    day.close("SBIN")


def settings_of(ready):
    return {"TRADING_MODE": "paper", "MARKET_DATA": "smartapi", "MARKET_CLOCK": "exchange",
            "SMARTAPI_REST_URL": ready["rest_url"], "SMARTAPI_STREAM_URL": ready["stream_url"],
            "SMARTAPI_ORDER_STREAM_URL": ready["order_stream_url"], "SMARTAPI_INSTRUMENTS_URL": ready["instruments_url"],
            "BROKER_API_KEY": ready["api_key"], "BROKER_CLIENT_CODE": ready["client_code"],
            "BROKER_PASSWORD": ready["pin"], "BROKER_TOTP_SECRET": ready["totp_secret"],
            # Many small entries a minute are this day's purpose, not what it looks at.
            "MAX_ENTRIES_PER_MINUTE": "60", "MAX_ENTRIES_PER_DAY": "500", "MAX_REPEATS_IN_DIRECTION": "1000", "MAX_CONSECUTIVE_LOSSES": "1000", "MIN_SAME_ORDER_INTERVAL_SECONDS": "1",
            "MIN_RISK_REWARD_RATIO": "1.5"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    program = str(BIN.parent / "tests" / "execution_broker_calls_it_fresh") if arguments.self_test else "execution_broker"
    sandbox = str(BIN / "sandbox_exchange")
    with Exchange(sandbox, "--start", "2026-11-23T09:20:00+05:30", "--prints", "4") as x, \
            House(settings_of(x.ready), keep=arguments.keep) as house:
        chronicle = house.home / "chronicle.jsonl"
        with open(chronicle, "w", encoding="utf-8") as file:
            observer = Observer(x, file)
            house.start(program=program)
            failed = None
            try:
                with McpClient(house.home, "--toolsets", "all") as client:
                    day = Day(x, house, client, observer)
                    day.is_planted = arguments.self_test
                    play(day)
                    print("refused:", json.dumps(day.refused))
            except (AssertionError, ToolError) as error:
                # With the planted fault the day need not go well; what the checker says is what counts.
                failed = error
                if not arguments.self_test:
                    raise
            finally:
                observer.close()
                state = x.control("/state")
                print("faults met:", json.dumps(state["fault_hits"]))
                house.stop()
                if failed is None and not arguments.self_test and arguments.keep:
                    print("kept:", house.home)
        checked = subprocess.run([sys.executable, str(HERE / "check_prices.py"), str(house.home / "storage" / "trade_logs.jsonl"),
                                  str(chronicle), "--json"], capture_output=True, text=True)
        report = json.loads(checked.stdout)
        print(json.dumps({key: value for key, value in report.items() if key != "findings"}))
        for finding in report["findings"][:20]:
            print(" ", finding)
        if arguments.self_test:
            kinds = {finding.split(":")[0] for finding in report["findings"]}
            expect(checked.returncode == 1 and {"line", "truth"} <= kinds,
                   f"the checker let a broker pass that calls every price fresh (found only {kinds}; the day: {failed})")
            print("the planted fault was found")
            return 0
        expect(checked.returncode == 0, "a stale price was used as fresh, or nothing was proven")
        expect(report["by_line"]["request"] > 0 and report["by_line"]["stream"] > 0, "both kinds of price were used")
        hits = state["fault_hits"]
        for fault in ("Q01", "Q03", "Q05", "Q08", "Q38", "Q39"):
            expect(hits.get(fault, 0) > 0, f"{fault} was never met")
        verified = house.cli("audit", "verify", "--log", str(house.home / "storage" / "trade_logs.jsonl"), check=False)
        expect(verified.returncode in (0, 3), verified.stdout + verified.stderr)
        log = house.log_text() + (house.home / "storage" / "trade_logs.jsonl").read_text()
        for secret in (x.ready["api_key"], x.ready["totp_secret"]):
            expect(secret not in log, "a secret stands in a log")
    return 0


if __name__ == "__main__":
    sys.exit(main())
