#!/usr/bin/env python3
"""A scripted agent trades a recorded month, and every paisa of it is computed a second time.

    python3 tests/end_to_end/replay_month.py [--month 2024-03] [--days N] [--keep DIR] [--seed N] [--once]
                                              [--broken-up] [--kill-inside]

TCS's recorded 5-minute bars are replayed through the real programs: mcp_gateway (one session for the whole month),
execution_broker, and approval_cli for the clock. The agent uses every order type, both directions, both products,
modifies, cancels, closes, and asks again with the same request_id. Its choices depend on the replies alone, so the same
programs must give the same journal: the month is played twice in new homes and both canonical exports must be equal
byte for byte. The second time the broker is killed every now and then with SIGKILL, right before or right after a step of
the clock, and started again on what is open. check_replay.py then recomputes the journal from the bars and the audit log,
and proves on planted faults that it would have noticed.

--kill-inside plays once more and kills right after a commit in the middle of the clock's advance. What the broker then
finds still to be done it does at the time it had promised, the end of that advance: of such lines the time may be that one,
and a number may be passed over, of an order that was kept and not sent. What else differs is told as a failure: a stop that
is placed at the promised time does not meet the prints before it.

--broken-up plays a third time, with every step of the clock cut in two and the broker stopped and started now and then
(also by SIGKILL): neither may change the journal. --once plays it once, and kills nothing.

Exit 0: all equal. 1: a difference, or the month had too little trading in it. 77: the recorded data is not there.
"""

import argparse
import concurrent.futures
import csv
import datetime
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from kill_broker import build_shim, with_shim
from mcp_client import House, McpClient, ROOT

HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(os.environ.get("TRADING_MCP_DATA", ROOT.parent / "shared" / "data")) / "TCS_nse_5m.csv"
SYMBOL = "TCS"
TICK = 5  # paise
SKIPPED = 77

# What a month must hold to prove anything; a shorter run is held to its share.
WANTED = {"orders of the agent": 200, "stops": 30, "targets": 30, "partial_fills": 10, "refused modifications": 6}
FULL_MONTH = 19

KILL_EVERY = 23           # steps of the clock; no divisor of the slots of a day: each time of the day comes
LONGEST_WAY_TO_DIE = 8    # commits
LEAST_KILLS = 20          # of a full month

MESSAGES_A_SECOND = 9
# The limits are set so wide that the agent's plan decides, not they: what they refuse has tests of its own.
SETTINGS = {
    "MARKET_DATA": "csv",
    "SIM_SPEED": "step",
    "PAPER_STARTING_CAPITAL": "1000000000",
    "MIN_RISK_REWARD_RATIO": "0",
    "MAX_ORDER_VALUE": "500000000",
    "MAX_ORDER_QUANTITY": "145000",
    "MAX_POSITION_SIZE_PERCENT": "100",
    "MAX_RISK_PER_TRADE_PERCENT": "50",
    "MAX_VOLUME_SHARE_PERCENT": "100",
    "MAX_DEPTH_SHARE_PERCENT": "100",
    "MAX_SECTOR_EXPOSURE_PERCENT": "100",
    "MAX_GROSS_EXPOSURE_PERCENT": "500",
    "MAX_OPEN_ENTRIES_PERCENT": "100",
    "MIN_MARGIN_HEADROOM_RATIO": "1",
    "MIN_SAME_ORDER_INTERVAL_SECONDS": "1",
    "MAX_REPEATS_IN_DIRECTION": "1000",
    "MAX_ENTRIES_PER_MINUTE": "1000",
    "MAX_ENTRIES_PER_DAY": "10000",
    "MAX_MESSAGES_PER_SECOND": str(MESSAGES_A_SECOND),
    "MAX_MODIFICATIONS_PER_ENTRY": "1000",
    "MAX_REJECTS_IN_FIVE_MINUTES": "1000",
    "MAX_DAILY_LOSS_PERCENT": "100",
    "HALT_DAILY_LOSS_PERCENT": "100",
    "MAX_WEEKLY_LOSS_PERCENT": "100",
    "MAX_DRAWDOWN_PERCENT": "100",
    "MAX_CONSECUTIVE_LOSSES": "1000",
    "MAX_DAILY_TURNOVER_PERCENT": "10000",
    "MAX_PRICE_COLLAR_PERCENT": "5",
}


# --- the recorded days ----------------------------------------------------------------------------------------------

def sessions_of(path, month):
    """[(date, [bar starts])] of the month's recorded days, as datetimes."""
    days = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["ts"].startswith(month):
                start = datetime.datetime.fromisoformat(row["ts"])
                days.setdefault(start.date(), []).append(start)
    return sorted(days.items())


# --- the house and its clock ----------------------------------------------------------------------------------------

class Stage:
    """The programs, market time, and a record of what the agent asked and heard."""

    def __init__(self, home, data_folder, start, is_broken_up=False, killer=None):
        skips = {"SIM_SKIP_CLOSED": "1" if is_broken_up else "0"}
        self.house = House({**SETTINGS, **skips, "MARKET_DATA_DIR": str(data_folder), "SIM_START": start.isoformat()},
                           home=home)
        self.is_broken_up = is_broken_up
        self.killer = killer   # (dice, the shim of die_at_write.c to die inside an advance or None)
        self.kills = {"before": 0, "inside": 0, "after": 0}
        self.interrupted = []  # (from, to) of advances in which the broker died, in microseconds
        self.now = start
        self.heard = []        # of the agent; the checker holds it against the journal
        self.messages = []     # steady times at which an order may have left for the exchange
        self.orders_seen = 0
        self.restarts = 0
        self.start_broker()
        self.agent = McpClient(home, "--toolsets", "all")

    def close(self):
        self.agent.close()
        self.house.close()

    def start_broker(self):
        shim = self.killer[1] if self.killer else None
        self.house.start(env=with_shim(shim, self.die_order) if shim else None)

    @property
    def die_order(self):
        return self.house.home / "die"

    def call(self, tool, **arguments):
        reply, is_error = self.agent.try_call(tool, **arguments)
        self.heard.append({"tool": tool, "arguments": arguments, "reply": reply, "is_error": is_error})
        return reply, is_error

    def pace(self):
        """Waits until an entry meets no message limit: it counts messages by the machine's clock, and a refusal more or
        less would make two runs of the same month differ."""
        orders = self.agent.call("fetch_paper_orders", limit=1)["total"]
        now = time.monotonic()
        self.messages += [now] * (orders - self.orders_seen)
        self.orders_seen = orders
        self.messages = [t for t in self.messages if now - t < 1.1]
        while len(self.messages) >= MESSAGES_A_SECOND:
            time.sleep(max(0.0, self.messages[0] + 1.1 - time.monotonic()))
            self.messages.pop(0)

    def go_to(self, when):
        """Moves market time to `when`, after a look at the book as it stands."""
        if when <= self.now:
            return
        self.call("fetch_paper_portfolio")
        if self.is_broken_up:
            self.maybe_restart()
            while self.now.date() < when.date():  # closed hours are skipped: no span leads to a time, small steps do
                self.step(180)
            self.step(int((when - self.now).total_seconds() * 3 / 7))
        if self.killer:
            self.maybe_kill(when)
        self.step(int((when - self.now).total_seconds()))
        if self.now != when:
            raise RuntimeError(f"the clock was to reach {when} and stands at {self.now}")

    def step(self, seconds):
        if seconds > 0:
            reply = json.loads(self.house.advance(f"{seconds}s"))
            self.now = datetime.datetime.fromisoformat(reply["market_time"])

    def finish(self, last_bar):
        """Past the last day's contract note, wherever the clock is."""
        if self.is_broken_up:
            while self.now < last_bar + datetime.timedelta(minutes=35):
                self.step(180)
                if self.now.date() > last_bar.date():
                    break
        self.call("fetch_paper_portfolio")

    def maybe_restart(self):
        """Every 40th step: a stop and a start in the middle of whatever is open; every second one without a word."""
        self.restarts += 1
        if self.restarts % 40:
            return
        self.house.stop(signal.SIGKILL if self.restarts % 80 == 0 else signal.SIGTERM)
        self.house.start()

    def maybe_kill(self, when):
        """Now and then the broker dies before the step to `when`, after it or, with the shim, after one of its commits on the
        way; where there are too few of them, after it. The clock then stands somewhere on the way."""
        self.restarts += 1
        if self.restarts % KILL_EVERY:
            return
        dice, shim = self.killer
        if shim:
            draft = self.die_order.with_suffix(".draft")
            draft.write_text(f"commit:{dice.randint(1, LONGEST_WAY_TO_DIE)}")
            draft.rename(self.die_order)
        has_stepped = shim or dice.random() < 0.5
        arrived = True
        if has_stepped:
            span = f"{int((when - self.now).total_seconds())}s"
            arrived = self.house.cli("clock", "advance", span, check=not shim).returncode == 0
        self.kills["before" if not has_stepped else "after" if arrived else "inside"] += 1
        if arrived:
            self.house.broker.kill()
        else:
            self.interrupted.append((round(self.now.timestamp() * 1e6), round(when.timestamp() * 1e6)))
        self.house.broker.wait(20)
        self.die_order.unlink(missing_ok=True)
        self.start_broker()
        self.now = datetime.datetime.fromisoformat(json.loads(self.house.cli("status", "--json").stdout)["market_time"])


# --- the agent ------------------------------------------------------------------------------------------------------

def on_tick(paise):
    return round(paise / TICK) * TICK


def rupees(paise):
    return paise / 100


class Trader:
    """Walks through the session slot by slot. At each slot: look after what waits, look after what is held, and when
    nothing is, enter by the next recipe of the list."""

    def __init__(self, stage):
        self.stage = stage
        self.slot = 0
        self.recipe = 0
        self.requests = 0
        self.plan = {}         # of the pending entry: what to do with it, and how often it was looked at
        self.trade = {}        # of the open intraday position: what to do with it
        self.day = 0
        self.overreached = set()  # days on which a pending order was to become far too large

    # Looks.

    def quote(self):
        price, is_error = self.stage.call("fetch_live_price", symbol=SYMBOL)
        if is_error:
            raise RuntimeError(f"no price: {price}")
        return {key: round(price[key] * 100) for key in ("last_price", "bid", "ask") if price.get(key)} | {
            "bid_quantity": price.get("bid_quantity") or 0, "ask_quantity": price.get("ask_quantity") or 0}

    def positions(self):
        book = self.stage.agent.call("fetch_paper_portfolio")["books"][0]
        return {position["product_type"]: position for position in book["positions"]}

    def pending(self, purpose="entry"):
        working = self.stage.agent.call("fetch_paper_orders", status="working")["orders"]
        return [order for order in working if order["purpose"] == purpose]

    # Orders.

    def request_id(self):
        self.requests += 1
        return f"r-{self.requests}"

    def place(self, **order):
        """Asks first what would pass, and sends that: refusals beyond twenty a minute of the machine's clock are counted
        and not kept, so that a run with many of them would number its orders otherwise than the next."""
        self.stage.pace()
        preview = self.stage.agent.call("preview_order", symbol=SYMBOL, **order)
        if not preview["would_pass"]:
            if not preview["largest_passing_quantity"]:
                return None
            order["quantity"] = preview["largest_passing_quantity"]
        order["request_id"] = self.request_id()
        reply, is_error = self.stage.call("place_paper_order", symbol=SYMBOL, **order)
        if is_error:
            raise RuntimeError(f"preview_order passed {order}, place_paper_order refused it: {reply}")
        # Every fifth is asked again word for word, every fifteenth with other words.
        if self.requests % 5 == 0:
            self.stage.call("place_paper_order", symbol=SYMBOL, **order)
        if self.requests % 15 == 0:
            self.stage.call("place_paper_order", symbol=SYMBOL, **{**order, "quantity": order["quantity"] + 1})
        return reply

    def bracket(self, side, entry, away_bps, target_bps=None):
        """Stop and target around an entry price in paise."""
        sign = 1 if side == "BUY" else -1
        stop = on_tick(entry - sign * max(entry * away_bps / 10_000, 4 * TICK))
        target = on_tick(entry + sign * max(entry * (target_bps or away_bps) / 10_000, 4 * TICK))
        return {"stop_loss": rupees(stop), "target": rupees(target)}

    def enter(self, recipe, side):
        quote = self.quote()
        if "bid" not in quote or "ask" not in quote:
            return
        near, far = (quote["bid"], quote["ask"]) if side == "BUY" else (quote["ask"], quote["bid"])
        shown = quote["ask_quantity"] if side == "BUY" else quote["bid_quantity"]
        sign = 1 if side == "BUY" else -1
        base = {"side": side, "product_type": "INTRADAY", "strategy": recipe}
        self.trade = {"recipe": recipe, "age": 0, "entry": None}
        if recipe == "market":
            order = {**base, "quantity": 100 + 37 * (self.slot % 11), **self.bracket(side, far, 16)}
        elif recipe == "market_large":  # eats through the levels of the book
            order = {**base, "quantity": max(1, shown * 2), **self.bracket(side, far, 20, 22)}
        elif recipe == "limit_touch":   # takes the touch, the rest waits at its price
            order = {**base, "order_type": "LIMIT", "price": rupees(far), "quantity": max(2, shown + shown // 2),
                     **self.bracket(side, far, 18)}
            self.plan = {"do": "cancel", "age": 0}
        elif recipe == "limit_rest":    # waits below the market, larger than a print gives
            price = on_tick(near - sign * near * 4 / 10_000)
            order = {**base, "order_type": "LIMIT", "price": rupees(price), "quantity": 21_000 + 1_111 * (self.slot % 7),
                     **self.bracket(side, price, 30, 30)}
            self.plan = {"do": "chase", "age": 0}
        elif recipe == "limit_wait":
            price = on_tick(near - sign * near * 8 / 10_000)
            order = {**base, "order_type": "LIMIT", "price": rupees(price), "quantity": 1_500 + self.slot % 300,
                     **self.bracket(side, price, 15)}
            self.plan = {"do": "cancel", "age": 0}
        elif recipe == "breakout":      # stop-limit
            trigger = on_tick(far + sign * far * 5 / 10_000)
            limit = on_tick(trigger + sign * trigger * 6 / 10_000)
            order = {**base, "order_type": "SL", "trigger_price": rupees(trigger), "price": rupees(limit),
                     "quantity": 2_000 + 501 * (self.slot % 9), **self.bracket(side, trigger, 20, 26)}
            self.plan = {"do": "move", "age": 0}
        elif recipe == "breakout_market":  # stop-market
            trigger = on_tick(far + sign * far * 4 / 10_000)
            order = {**base, "order_type": "SL-M", "trigger_price": rupees(trigger), "quantity": 777 + self.slot,
                     **self.bracket(side, trigger, 18)}
            self.plan = {"do": "cancel", "age": 0}
        reply = self.place(**order)
        if reply:
            self.trade["entry"] = reply["order_id"]

    def tend_pending(self, order):
        """An entry that waits: one more look, then its plan."""
        self.plan["age"] = self.plan.get("age", 0) + 1
        quote = self.quote()
        side, sign = order["side"], 1 if order["side"] == "BUY" else -1
        what = self.plan.get("do", "cancel")
        if self.day % 3 == 0 and self.day not in self.overreached:  # refused, asked again too; the order stands as it was
            self.overreached.add(self.day)
            change = {"order_id": order["order_id"], "quantity": 5_000_000, "request_id": self.request_id()}
            for _ in range(2):
                self.stage.call("modify_paper_order", **change)
        if self.plan["age"] >= 3 or (what == "cancel" and self.plan["age"] >= 2):
            self.stage.call("cancel_paper_order", order_id=order["order_id"], request_id=self.request_id())
            return
        if what == "chase" and "ask" in quote:  # to the front of the queue, without taking
            price = quote["bid"] if side == "BUY" else quote["ask"]
            if order["stop_loss"] is not None and (price - round(order["stop_loss"] * 100)) * sign > 0 \
                    and (round(order["target"] * 100) - price) * sign > 0:
                self.stage.call("modify_paper_order", order_id=order["order_id"], price=rupees(price),
                                quantity=order["quantity"] + 500, request_id=self.request_id())
        elif what == "move" and order["filled_quantity"] == 0 and order["status"] == "TRIGGER_PENDING":
            trigger = round(order["trigger_price"] * 100) - sign * 3 * TICK
            if (trigger - quote["last_price"]) * sign > 0:
                self.stage.call("modify_paper_order", order_id=order["order_id"], trigger_price=rupees(trigger),
                                request_id=self.request_id())

    def tend_position(self, position):
        """An open intraday position: most wait for stop or target, some are helped out."""
        self.trade["age"] = self.trade.get("age", 0) + 1
        held, age, kind = position["quantity"], self.trade["age"], self.slot % 12
        side = "SELL" if held > 0 else "BUY"
        sign = 1 if held > 0 else -1
        quote = self.quote()
        if "bid" not in quote or "ask" not in quote:
            return
        resting_exit = self.pending("exit")
        if resting_exit:  # withdrawn at the next look: the stop grows back over the whole
            self.stage.call("cancel_paper_order", order_id=resting_exit[0]["order_id"], request_id=self.request_id())
            return
        if age == 1 and kind == 3 and abs(held) > 10:    # a part leaves by a limit in the book, the stop is cut by it
            price = on_tick((quote["ask"] if held > 0 else quote["bid"]) + sign * quote["last_price"] * 6 / 10_000)
            self.place(side=side, quantity=abs(held) // 3, order_type="LIMIT", price=rupees(price), product_type="INTRADAY")
        elif age == 1 and kind == 5 and abs(held) > 10:  # a part leaves at the market
            self.place(side=side, quantity=abs(held) // 2, product_type="INTRADAY")
        elif age == 1 and kind == 8 and self.trade.get("entry"):  # the stop follows
            stop = round(position["stop_loss"] * 100)
            closer = on_tick((stop * 2 + quote["last_price"]) / 3)
            if (quote["last_price"] - closer) * sign > 0 and (closer - stop) * sign > 0:
                self.stage.call("modify_paper_order", order_id=self.trade["entry"], stop_loss=rupees(closer),
                                request_id=self.request_id())
        elif age == 2 and kind == 6:                     # more of the same
            entry_side = "BUY" if held > 0 else "SELL"
            far = quote["ask"] if held > 0 else quote["bid"]
            reply = self.place(side=entry_side, quantity=max(1, abs(held) // 4), product_type="INTRADAY", strategy="add",
                               **self.bracket(entry_side, far, 18))
            if reply:
                self.trade["entry"] = reply["order_id"]
        elif age == 3 and kind in (1, 7):
            self.stage.call("close_paper_position", symbol=SYMBOL, product_type="INTRADAY", request_id=self.request_id())
        elif age == 4 and kind == 2:
            price = on_tick(quote["bid"] if held > 0 else quote["ask"])
            self.stage.call("close_paper_position", symbol=SYMBOL, product_type="INTRADAY", price=rupees(price),
                            request_id=self.request_id())

    def tend_delivery(self, position, day):
        """Bought on every third day, topped up, sold in parts on later ones; its stop and target may take it before."""
        if position is None and day % 3 == 0:
            quote = self.quote()
            if "ask" in quote:
                self.place(side="BUY", quantity=211 + day, product_type="DELIVERY", strategy="swing",
                           **self.bracket("BUY", quote["ask"], 90, 160))
        elif position is not None and day % 3 == 1:
            if day % 2:
                quote = self.quote()
                if "ask" in quote:
                    self.place(side="BUY", quantity=67, product_type="DELIVERY", strategy="swing",
                               **self.bracket("BUY", quote["ask"], 120, 180))
            self.place(side="SELL", quantity=max(1, position["quantity"] // 3), product_type="DELIVERY")
        elif position is not None and day % 3 == 2:
            self.place(side="SELL", quantity=max(1, position["quantity"] // 2), product_type="DELIVERY")
            if day % 2 == 0:
                self.stage.call("close_paper_position", symbol=SYMBOL, product_type="DELIVERY", request_id=self.request_id())

    def nonsense(self):
        """What must be refused, and must leave no trace in the journal."""
        self.stage.call("place_paper_order", symbol=SYMBOL, side="BUY", quantity=10, product_type="INTRADAY")
        self.stage.call("place_paper_order", symbol=SYMBOL, side="SELL", quantity=5_000_000, product_type="DELIVERY")
        self.stage.call("cancel_paper_order", order_id="P-999999")

    RECIPES = ("market", "limit_rest", "breakout", "market_large", "limit_touch", "market", "breakout_market", "limit_wait",
               "market", "limit_rest", "market_large")

    def session(self, day, bars):
        """One day: a look every eight minutes while a bar runs, then out by the broker's own square-off."""
        first, last = bars[0], bars[-1] + datetime.timedelta(minutes=5)
        slot = first + datetime.timedelta(minutes=5)
        is_first = True
        while slot < last - datetime.timedelta(minutes=1):
            # Times between the prints, so that what is fresh and what rests meet all four of them.
            offset = datetime.timedelta(seconds=(0, 40, 130, 250)[self.slot % 4])
            if any(bar <= slot < bar + datetime.timedelta(minutes=5) for bar in bars):
                self.stage.go_to(slot + offset)
                self.look(day, is_first)
                is_first = False
            slot += datetime.timedelta(minutes=8)
        # The evening: square-off, close and contract note are behind, the next day's opening is ahead.
        if not self.stage.is_broken_up:
            self.stage.go_to(datetime.datetime.combine(first.date(), datetime.time(20, 0), first.tzinfo))

    def look(self, day, is_first):
        self.slot += 1
        self.day = day
        positions = self.positions()
        if is_first:
            self.tend_delivery(positions.get("DELIVERY"), day)
            if day % 4 == 1:
                self.nonsense()
        pending = self.pending()
        if pending:
            self.tend_pending(pending[0])
        elif "INTRADAY" in positions:
            self.tend_position(positions["INTRADAY"])
        else:
            self.recipe += 1
            self.enter(self.RECIPES[self.recipe % len(self.RECIPES)], "BUY" if self.recipe % 3 else "SELL")


# --- a run ----------------------------------------------------------------------------------------------------------

def play(folder, sessions, is_broken_up=False, killer=None):
    """Plays the sessions in a new home below `folder`; returns where what is left of it lies."""
    began = time.monotonic()
    folder.mkdir()
    data_folder = folder / "data"
    data_folder.mkdir()
    shutil.copy(DATA, data_folder)
    stage = Stage(folder / "home", data_folder, sessions[0][1][0], is_broken_up, killer)
    try:
        trader = Trader(stage)
        for day, (_, bars) in enumerate(sessions):
            trader.session(day, bars)
        stage.finish(sessions[-1][1][-1])
        (folder / "export.jsonl").write_text(stage.house.cli("ledger", "export", "--canonical").stdout)
        proof = json.loads(stage.house.cli("ledger", "verify", "--json").stdout)
        verified = stage.house.cli("audit", "verify", "--json", check=False)
        (folder / "interrupted.json").write_text(json.dumps(stage.interrupted))
        heard = {"settings": SETTINGS, "calls": stage.heard, "ledger_verify": proof,
                 "audit_verify": json.loads(verified.stdout), "now": stage.now.isoformat()}
        (folder / "heard.json").write_text(json.dumps(heard))
    finally:
        stage.close()
    shutil.copy(folder / "home" / "storage" / "trade_logs.jsonl", folder / "trade_logs.jsonl")
    shutil.copy(folder / "home" / "keys" / "audit.pub", folder / "audit.pub")
    killed = f", killed {stage.kills}" if killer else ""
    print(f"{folder.name} run: {len(sessions)} sessions from {sessions[0][0]} in {time.monotonic() - began:.1f} s{killed}", flush=True)
    if killer and len(sessions) >= FULL_MONTH and sum(stage.kills.values()) < LEAST_KILLS:
        raise RuntimeError(f"only {stage.kills} kills: the run proves too little")
    return folder


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check(folder, days, *more):
    """The checker's exit code; it prints its own findings."""
    # A few days alone may be quiet: they are held to half of their share.
    share = 1 if days >= FULL_MONTH else days / FULL_MONTH / 2
    wanted = [f"--least={key}={int(number * share)}" for key, number in WANTED.items()]
    return subprocess.run([sys.executable, str(HERE / "check_replay.py"), "--csv", str(DATA),
                           "--export", str(folder / "export.jsonl"), "--log", str(folder / "trade_logs.jsonl"),
                           "--key", str(folder / "audit.pub"), "--heard", str(folder / "heard.json"), *wanted, *more]).returncode


def first_difference(one, other):
    a, b = one.read_text().splitlines(), other.read_text().splitlines()
    for number, (left, right) in enumerate(zip(a, b), 1):
        if left != right:
            return f"line {number}:\n  {left}\n  {right}"
    return f"{len(a)} lines and {len(b)} lines"


def compare_with_killed(one, other, interrupted):
    """(what the kills left in the second journal, the first difference that they do not explain or None).

    Two traces are allowed: lines whose time is the end of an interrupted advance, and order numbers passed over, one a kill
    at most: an intent that was kept and not sent is never sent afterwards, the broker makes a new order."""
    a, b = ([json.loads(line) for line in path.read_text().splitlines()] for path in (one, other))
    late, numbers = 0, {0: 0}
    for number, (left, right) in enumerate(zip(a, b), 1):
        seq = numbers.setdefault(left["order_seq"], right["order_seq"])
        is_on_time = left["market_ts"] == right["market_ts"]
        if {**left, "market_ts": 0, "order_seq": seq} != {**right, "market_ts": 0} or not (is_on_time or any(
                begin <= left["market_ts"] <= end == right["market_ts"] for begin, end in interrupted)):
            return "", f"line {number}:\n  {left}\n  {right}"
        late += not is_on_time
    passed_over = [right - left for left, right in sorted(numbers.items())]
    if len(a) != len(b):
        return "", f"{len(a)} lines and {len(b)} lines"
    if passed_over != sorted(passed_over) or passed_over[-1] > len(interrupted):
        return "", f"order numbers {numbers}"
    return f"{late} lines later, {passed_over[-1]} order numbers passed over", None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--month", default="2024-03", help="recorded month, YYYY-MM")
    parser.add_argument("--days", type=int, default=0, help="only its first N sessions")
    parser.add_argument("--keep", type=pathlib.Path, help="leave exports, logs and homes in this folder, which must not exist")
    parser.add_argument("--seed", type=int, default=1, help="of the kills in the second run")
    parser.add_argument("--once", action="store_true", help="do not play it a second time")
    parser.add_argument("--kill-inside", action="store_true", help="play it once more and kill inside the clock's advance")
    parser.add_argument("--broken-up", action="store_true", help="play it once more in other steps and with restarts")
    options = parser.parse_args()

    if options.kill_inside and shutil.which("cc") is None:
        print("SKIPPED: no C compiler for die_at_write.c, which --kill-inside needs", file=sys.stderr)
        return SKIPPED
    if not DATA.is_file():
        print(f"SKIPPED: the recorded bars are not there: {DATA}\n"
              "Nothing was replayed and nothing was proven. Put TCS_nse_5m.csv there, or name its folder in TRADING_MCP_DATA.",
              file=sys.stderr)
        return SKIPPED
    sessions = sessions_of(DATA, options.month)
    if options.days:
        sessions = sessions[:options.days]
    if not sessions:
        print(f"no recorded session in {options.month}", file=sys.stderr)
        return 1

    if options.keep:
        options.keep.mkdir(parents=True)
    base = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="trading-mcp-replay-"))
    failures = []
    try:
        runs = [("first", False, None)]
        if not options.once:
            runs.append(("killed", False, (random.Random(options.seed), None)))
        if options.broken_up:
            runs.append(("broken-up", True, None))
        if options.kill_inside:
            runs.append(("killed-inside", False, (random.Random(options.seed), build_shim(base))))
        # Side by side: each has a home of its own, and waits more than it computes.
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            folders = list(pool.map(lambda run: play(base / run[0], sessions, *run[1:]), runs))
        first = folders[0]
        if check(first, len(sessions)) != 0:
            failures.append("the journal is not what the bars and the audit log give")
        for (name, *_), folder in zip(runs, folders):
            print(f"sha256 {digest(folder / 'export.jsonl')}  {name} run", flush=True)
            interrupted = json.loads((folder / "interrupted.json").read_text())
            if interrupted:
                traces, difference = compare_with_killed(first / "export.jsonl", folder / "export.jsonl", interrupted)
                print(f"{name} run: {len(interrupted)} interrupted advances left: {traces or 'another journal'}")
                if difference:
                    failures.append(f"the {name} run has another journal: {difference}")
                continue
            if digest(folder / "export.jsonl") != digest(first / "export.jsonl"):
                failures.append(f"the {name} run has another journal: "
                                + first_difference(first / "export.jsonl", folder / "export.jsonl"))
        if not failures and check(first, len(sessions), "--self-test") != 0:
            failures.append("the checker missed a planted fault")
    finally:
        if not options.keep:
            shutil.rmtree(base, ignore_errors=True)
    for failure in failures:
        print("FAILED: " + failure, file=sys.stderr)
    print("replay_month: " + ("FAILED" if failures else "ok"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
