#!/usr/bin/env python3
"""Kills the broker with SIGKILL under load, starts it again on the same home, and checks that nothing was lost or doubled.

Agents place, modify, cancel and close paper orders through gateways while market time is stepped. A kill comes at a
random moment, right after an answer, or (die_at_write.c, loaded into the broker) right after the Nth commit, inside the
Nth transaction, in a checkpoint or in the middle of an audit line. After each kill a copy of the ledger is read as the
crash left it; after the restart a second copy, of the reconciled ledger. The live file is never opened.

    kill_broker.py [--kills N] [--seed N] [--keep]     random kills under load
    kill_broker.py --every-step [--share]              each command, or a few, killed after each of its commits in turn
    kill_broker.py --self-test                         planted faults must be found, a broker's own among them
    kill_broker.py --broker PROGRAM ...                of another broker than build/bin/execution_broker

Exit: 0 nothing found, 1 something found, 77 cannot run here.
"""

import argparse
import collections
import copy as copy_module
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from mcp_client import BIN, House, McpClient, ToolError

HERE = pathlib.Path(__file__).resolve().parent
BROKER = BIN / "execution_broker"
ANSWERS_EARLY = BIN.parent / "tests" / "execution_broker_answers_early"   # see answers_before_commit.cpp
AGENTS = 3
KILLS_OF_A_HOME = 40          # then a fresh one: the checks read the whole ledger each time
LONGEST_LOAD_S = 1.0
DIED_AT_START_S = 10.0

# Wide limits: here the ledger is tested, and what the checklist refuses does not reach it.
SETTINGS = {
    "SIM_SPEED": "step", "PAPER_STARTING_CAPITAL": 1_000_000_000, "MAX_ORDER_VALUE": 1_000_000_000,
    "MAX_ORDER_QUANTITY": 1_000_000, "MAX_POSITION_SIZE_PERCENT": 100, "MAX_RISK_PER_TRADE_PERCENT": 100,
    "MAX_VOLUME_SHARE_PERCENT": 100, "MAX_DEPTH_SHARE_PERCENT": 100, "MAX_OPEN_POSITIONS": 1000,
    "MAX_SECTOR_EXPOSURE_PERCENT": 100, "MAX_GROSS_EXPOSURE_PERCENT": 500, "MAX_OPEN_ENTRIES_PERCENT": 100,
    "MIN_SAME_ORDER_INTERVAL_SECONDS": 1, "MAX_REPEATS_IN_DIRECTION": 1000, "MAX_ENTRIES_PER_MINUTE": 1000,
    "MAX_ENTRIES_PER_DAY": 10000, "MAX_MESSAGES_PER_SECOND": 9, "MAX_MODIFICATIONS_PER_ENTRY": 1000,
    "MAX_REJECTS_IN_FIVE_MINUTES": 1000, "MAX_DAILY_LOSS_PERCENT": 100, "HALT_DAILY_LOSS_PERCENT": 100,
    "MAX_WEEKLY_LOSS_PERCENT": 100, "MAX_DRAWDOWN_PERCENT": 100, "MAX_CONSECUTIVE_LOSSES": 1000,
    "MAX_DAILY_TURNOVER_PERCENT": 10000, "MIN_RISK_REWARD_RATIO": 0, "ENTRY_CUTOFF_MINUTES": 16,
    "ENTRY_CUTOFF_MINUTES_CLOSING_AUCTION": 11, "MAX_PRICE_COLLAR_PERCENT": 5,
}
LAST_ENTRY_TIME = "14:55"     # from here on a home goes to the next morning
# The gateway's words for "the answer did not come": what was asked may have happened or not.
UNANSWERED = {"BROKER_UNAVAILABLE", "BROKER_TIMEOUT", "BROKER_NOT_RUNNING", "CALL_CANCELLED", "BROKER_WRONG_UID"}
ENDED = {"REFUSED", "REJECTED", "NOT_SENT", "FILLED", "CANCELLED", "REJECTED_LATE", "EXPIRED", "VOID", "WITHDRAWN"}
AT_WORK = ("OPEN", "TRIGGER_PENDING", "PARTIAL")
DURABLE_STEPS = (
    "entry kept, not sent", "entry sent, not kept", "exit kept, not sent", "exit sent, not kept",
    "stop kept, not sent", "stop sent, not kept", "modify kept, not sent", "modify sent, not kept",
    "cancel kept, not sent", "cancel sent, not kept", "fill not applied", "other event not applied",
    "filled, its stop not placed", "call unanswered", "audit line torn")
# Which command makes a step, and among how many of its commits: an aimed kill seeks the step that was seen least.
AIMED_AT = {
    "entry": ("place_paper_order", 6), "stop": ("place_paper_order", 7), "fill": ("place_paper_order", 4),
    "filled,": ("place_paper_order", 5), "exit": ("close_paper_position", 7), "modify": ("modify_paper_order", 4),
    "cancel": ("cancel_paper_order", 4), "other": ("cancel_paper_order", 4)}


def e4(rupees):
    return None if rupees is None else round(rupees * 10_000)


# --- what the clients know -------------------------------------------------------------------------------------------

class Known:
    """What replies have promised. Whatever is in here must be in the ledger for ever."""

    def __init__(self):
        self.lock = threading.Lock()
        self.orders = {}       # order id -> dict: the order's terms and state as last told
        self.requests = {}     # request id -> (day, tool, arguments, order id told)
        self.unanswered = []   # (agent, day, tool, arguments)
        self.latest = ""       # the latest market time in any reply
        self.acknowledged = 0
        self.die_at = None     # (acknowledged, what to do at once when there are so many)

    def copy(self):
        other = Known()
        for name in ("orders", "requests", "unanswered", "latest"):
            setattr(other, name, copy_module.deepcopy(getattr(self, name)))
        return other

    def saw_time(self, reply):
        stamp = (reply or {}).get("as_of")
        if isinstance(stamp, str):
            with self.lock:
                self.latest = max(self.latest, stamp)

    def answered(self, tool, arguments, reply):
        self.saw_time(reply)
        order_id = reply.get("order_id")
        if not order_id or "status" not in reply:
            return
        with self.lock:
            self.acknowledged += 1
            order = self.orders.setdefault(order_id, {"uncertain": False, "filled_quantity": 0, "modified": False})
            for name in ("symbol", "side", "product_type", "status", "order_type", "quantity", "price", "trigger_price"):
                order[name] = reply.get(name)
            order["filled_quantity"] = max(order["filled_quantity"], reply["filled_quantity"])
            if tool == "modify_paper_order":
                order["modified"] = True
            elif tool == "place_paper_order":
                order.update(stop_loss=reply.get("stop_loss"), target=reply.get("target"))
            # A refused modification leaves its id free: asked again, it is decided again.
            if tool != "modify_paper_order" or not reply.get("denials"):
                self.requests[arguments["request_id"]] = (reply["as_of"][:10], tool, arguments, order_id)
            if self.die_at is not None and self.acknowledged >= self.die_at[0]:
                self.die_at[1]()

    def not_answered(self, agent, tool, arguments):
        with self.lock:
            self.unanswered.append((agent, self.latest[:10], tool, arguments))
            if tool == "modify_paper_order" and arguments["order_id"] in self.orders:
                self.orders[arguments["order_id"]]["uncertain"] = True


# --- the agents ------------------------------------------------------------------------------------------------------

class Agent:
    def __init__(self, number, home, known, seed):
        self.number, self.known, self.home = number, known, home
        self.dice = random.Random(f"{seed}/{number}")
        self.client = McpClient(home, "--toolsets", "all")
        self.counter = 0
        self.mine = []         # order ids it knows of
        self.codes = collections.Counter()
        self.aim = None        # (tool, what to do right before it is called), once

    def ask(self, tool, **arguments):
        """The structured content; None when no answer came. Errors with an answer are answers."""
        if tool in ("place_paper_order", "modify_paper_order", "cancel_paper_order", "close_paper_position"):
            self.counter += 1
            arguments["request_id"] = f"a{self.number}-{self.counter}"
        if self.aim and self.aim[0] == tool:
            (_, now), self.aim = self.aim, None
            now()
        try:
            reply, is_error = self.client.try_call(tool, **arguments)
        except RuntimeError as ended:
            raise RuntimeError(f"a gateway ended: {ended}")
        code = (reply.get("error") or {}).get("code") if is_error else None
        self.codes[code or "ok"] += 1
        if code == "QUOTA_EXCEEDED":
            time.sleep(0.05)
        if code == "ORDER_NOT_WORKING" and arguments["order_id"] in self.mine:
            self.mine.remove(arguments["order_id"])
        if code in UNANSWERED:
            if "request_id" in arguments and code != "BROKER_NOT_RUNNING":
                self.known.not_answered(self.number, tool, arguments)
            return None
        self.known.answered(tool, arguments, reply)
        return reply

    def run(self, symbols, until):
        while not until.is_set():
            if self.step(symbols) is None:
                return

    def step(self, symbols):
        choice = self.dice.random()
        open_ones = [o for o in self.mine[-12:] if self.known.orders.get(o, {}).get("status") in AT_WORK]
        if self.aim:   # what it takes to get there
            wanted = self.aim[0]
            choice = {"modify_paper_order": 0.0, "cancel_paper_order": 0.5, "close_paper_position": 0.6}.get(wanted, 1.0)
            if wanted in ("modify_paper_order", "cancel_paper_order") and not open_ones:
                choice = 1.0
            if wanted == "close_paper_position" and self.dice.random() < 0.2:
                choice = 1.0
        if choice < 0.35 and open_ones:
            return self.modify(self.dice.choice(open_ones))
        if choice < 0.40 and self.mine:
            return self.move_levels(self.dice.choice(self.mine[-6:]))
        if choice < 0.55 and open_ones:
            return self.ask("cancel_paper_order", order_id=self.dice.choice(open_ones))
        if choice < 0.68:
            return self.close_one()
        return self.enter(self.dice.choice(list(symbols)), symbols)

    def price_of(self, symbol):
        price = self.ask("fetch_live_price", symbol=symbol)
        return price if price and price.get("bid") else None

    def enter(self, symbol, symbols):
        price = self.price_of(symbol)
        if price is None:
            return None
        tick = symbols[symbol]
        on = lambda value: round(round(value / tick) * tick, 2)
        buys = self.dice.random() < 0.7
        sign = 1 if buys else -1
        mid = (price["bid"] + price["ask"]) / 2
        # Narrow levels are reached within minutes: stops turn into targets and back, and fill.
        order = dict(symbol=symbol, side="BUY" if buys else "SELL",
                     product_type="INTRADAY" if not buys or self.dice.random() < 0.8 else "DELIVERY",
                     quantity=self.dice.choice([1, 7, 25, 100, price["ask_quantity"] + 50]),
                     stop_loss=on(mid * (1 - sign * self.dice.choice([0.002, 0.004, 0.01]))),
                     target=on(mid * (1 + sign * self.dice.choice([0.0015, 0.003, 0.01]))), strategy="kill")
        if self.dice.random() < 0.6:
            order.update(order_type="LIMIT", price=on(mid * (1 - sign * self.dice.choice([0.0, 0.0005, 0.001]))))
        return self.remember(self.ask("place_paper_order", **order))

    def modify(self, order_id):
        order = self.known.orders[order_id]
        if order.get("price") is None:
            return self.ask("fetch_paper_orders", order_id=order_id)
        change = {}
        if self.dice.random() < 0.7:
            price = self.price_of(order["symbol"])
            if price is None:
                return None
            # Sometimes to where it fills at once.
            change["price"] = self.dice.choice([price["bid"], price["ask"]])
        if self.dice.random() < 0.5 or not change:
            change["quantity"] = max(order["filled_quantity"] + 1, order["quantity"] + self.dice.choice([-3, 5, 40]))
        return self.ask("modify_paper_order", order_id=order_id, **change)

    def move_levels(self, order_id):
        order = self.known.orders.get(order_id, {})
        if order.get("status") != "FILLED" or not order.get("stop_loss") or not order.get("target"):
            return {}
        level = order["target"]
        return self.ask("modify_paper_order", order_id=order_id,
                        target=round(level + (1 if order["side"] == "BUY" else -1), 2))

    def close_one(self):
        portfolio = self.ask("fetch_paper_portfolio")
        if portfolio is None:
            return None
        held = portfolio["books"][0]["positions"] if "books" in portfolio else []
        if not held:
            return {}
        position = self.dice.choice(held)
        limit = {}
        if self.dice.random() < 0.5:
            price = self.price_of(position["symbol"])
            if price is None:
                return None
            limit["price"] = price["ask"] if position["quantity"] > 0 else price["bid"]
        return self.remember(self.ask("close_paper_position", symbol=position["symbol"],
                                      product_type=position["product_type"], **limit))

    def remember(self, reply):
        if reply and reply.get("order_id"):
            self.mine.append(reply["order_id"])
        return reply

    def close(self):
        self.client.close()


def watch_time(client, known, until):
    """Reads market time as fast as it can: a time once told may never be taken back."""
    while not until.is_set():
        try:
            reply, is_error = client.try_call("fetch_market_status")
        except (RuntimeError, OSError):
            return
        if is_error:
            return
        known.saw_time(reply)


def step_time(house, dice, until):
    while not until.is_set():
        span = dice.choice(["5s", "20s", "1m", "3m"])
        house.cli("clock", "advance", span, check=False)
        time.sleep(dice.random() * 0.03)


# --- the checks ------------------------------------------------------------------------------------------------------

class LedgerCopy:
    """A copy of the ledger and its write-ahead log, opened as SQLite recovers it after a crash."""

    def __init__(self, home):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ledger-copy-"))
        for name in ("paper.db", "paper.db-wal"):
            source = home / "storage" / name
            if source.exists():
                shutil.copy(source, self.folder / name)
        self.db = sqlite3.connect(self.folder / "paper.db")
        self.db.row_factory = sqlite3.Row

    def rows(self, query, *values):
        return self.db.execute(query, values).fetchall()

    def one(self, query, *values):
        row = self.db.execute(query, values).fetchone()
        return None if row is None else row[0]

    def counter(self, name):
        return self.one("SELECT value FROM counter WHERE name = ?", name) or 0

    def forget_guards(self):
        """For planted faults only: without the triggers a row can be falsified."""
        for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.db.execute(f"DROP TRIGGER {row[0]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def check_always(copy, known):
    """What holds at every instant, also in the ledger that a crash left."""
    found = []
    say = found.append
    if copy.one("PRAGMA integrity_check") != "ok":
        say("DATABASE_DAMAGED: " + copy.one("PRAGMA integrity_check"))
    kept = {row["order_id"]: row for row in copy.rows("SELECT * FROM orders")}
    for order_id, told in known.orders.items():
        row = kept.get(order_id)
        if row is None:
            say(f"ACKNOWLEDGED_ORDER_LOST: {order_id} {told['status']} was told to a client and is not in the ledger")
            continue
        for column, field in (("symbol", "symbol"), ("side", "side"), ("product", "product_type"), ("order_type", "order_type")):
            if row[column] != told[field]:
                say(f"ACKNOWLEDGED_TERMS_CHANGED: {order_id} {column} {told[field]} -> {row[column]}")
        if not told["uncertain"] and told["status"] != "REFUSED":
            for column, value in (("quantity", told["quantity"]), ("limit_e4", e4(told["price"])), ("trigger_e4", e4(told["trigger_price"]))):
                if row[column] != value:
                    say(f"ACKNOWLEDGED_TERMS_CHANGED: {order_id} {column} {value} -> {row[column]}")
            if not told["modified"] and "stop_loss" in told and (row["stop_e4"], row["target_e4"]) != (e4(told["stop_loss"]), e4(told["target"])):
                say(f"ACKNOWLEDGED_TERMS_CHANGED: {order_id} stop or target")
        if row["filled"] < told["filled_quantity"]:
            say(f"ACKNOWLEDGED_FILL_LOST: {order_id} {told['filled_quantity']} -> {row['filled']}")
        if told["status"] in ENDED and row["state"] != told["status"]:
            say(f"ACKNOWLEDGED_STATE_TAKEN_BACK: {order_id} {told['status']} -> {row['state']}")
    for row in copy.rows("SELECT request_id, uid, count(*) n FROM orders WHERE request_id <> '' GROUP BY 1, 2 HAVING n > 1"):
        say(f"REQUEST_DOUBLED: {row['request_id']} made {row['n']} orders")
    for row in copy.rows("SELECT ordertag, count(*) n FROM exchange_order GROUP BY 1 HAVING n > 1"):
        say(f"ORDERTAG_DOUBLED: {row['ordertag']} stands {row['n']} times in the exchange's book")
    for row in copy.rows("SELECT ordertag FROM exchange_order WHERE ordertag NOT IN (SELECT ordertag FROM orders WHERE ordertag IS NOT NULL)"):
        say(f"SENT_WITHOUT_INTENT: {row['ordertag']} is in the exchange's book and not in the ledger")

    applied = copy.counter("applied_exchange_seq")
    for row in copy.rows(
            "SELECT e.seq, e.quantity q, e.price_e4 p, count(f.fill_id) n, sum(f.quantity) fq, sum(f.price_e4) fp, "
            "o.order_seq os, min(f.order_seq) fos FROM exchange_event e LEFT JOIN fill f ON f.exchange_seq = e.seq LEFT JOIN orders o "
            "ON o.ordertag = e.ordertag WHERE e.kind = 'fill' GROUP BY e.seq"):
        if row["seq"] > applied:
            if row["n"]:
                say(f"FILL_AHEAD_OF_COUNTER: event {row['seq']} is applied, the counter stands at {applied}")
        elif row["n"] != 1 or row["fq"] != row["q"] or row["fp"] != row["p"] or row["os"] != row["fos"]:
            say(f"FILL_NOT_ONCE: event {row['seq']} ({row['q']} @ {row['p']}) has {row['n']} fills of {row['fq']}")
    for row in copy.rows("SELECT fill_id FROM fill WHERE exchange_seq NOT IN (SELECT seq FROM exchange_event WHERE kind = 'fill')"):
        say(f"FILL_WITHOUT_EVENT: fill {row['fill_id']}")
    for row in copy.rows("SELECT o.order_id, o.filled, COALESCE(sum(f.quantity), 0) s FROM orders o LEFT JOIN fill f USING (order_seq) GROUP BY o.order_seq HAVING o.filled <> s"):
        say(f"ORDER_IS_NOT_ITS_FILLS: {row['order_id']} says {row['filled']}, its fills {row['s']}")
    sums = {(r[0], r[1]): r[2] for r in copy.rows(
        "SELECT symbol, product, sum(CASE side WHEN 'BUY' THEN quantity ELSE -quantity END) FROM fill WHERE epoch = "
        "(SELECT value FROM counter WHERE name = 'epoch') GROUP BY 1, 2")}
    held = {(r[0], r[1]): r[2] for r in copy.rows("SELECT symbol, product, quantity FROM position")}
    for key in sums.keys() | held.keys():
        if sums.get(key, 0) != held.get(key, 0):
            say(f"POSITION_IS_NOT_ITS_FILLS: {key[0]} {key[1]} {held.get(key, 0)}, fills sum to {sums.get(key, 0)}")
    for row in copy.rows("SELECT txn, sum(amount_e4) s FROM journal GROUP BY txn HAVING s <> 0"):
        say(f"JOURNAL_NOT_ZERO: transaction {row['txn']} sums to {row['s']}")
    for row in copy.rows("SELECT account, sum(amount_e4) s, (SELECT amount_e4 FROM balance b WHERE b.account = j.account) b FROM journal j GROUP BY account HAVING s IS NOT COALESCE(b, 0)"):
        say(f"BALANCE_IS_NOT_ITS_LINES: {row['account']} {row['b']}, lines sum to {row['s']}")
    for row in copy.rows("SELECT fill_id, txn FROM fill WHERE txn NOT IN (SELECT txn FROM txn WHERE kind = 'fill')"):
        say(f"FILL_WITHOUT_POSTING: fill {row['fill_id']}")

    # The exchange's own sums, applied to the ledger or not: its resting exits never exceed what is held there.
    at_exchange = {(r[0], r[1]): r[2] for r in copy.rows(
        "SELECT o.symbol, o.product, sum(CASE o.side WHEN 'BUY' THEN filled ELSE -filled END) FROM exchange_order o GROUP BY 1, 2")}
    resting = collections.Counter()
    for row in copy.rows(
            "SELECT x.symbol, x.product, x.side, x.quantity - x.filled AS rest FROM exchange_order x JOIN orders o USING (ordertag) "
            "WHERE x.state IN ('OPEN', 'TRIGGER_PENDING', 'PARTIAL') AND o.class IN ('exit', 'protection')"):
        sign = 1 if row["side"] == "SELL" else -1
        resting[row["symbol"], row["product"], sign] += row["rest"]
    for (symbol, product, sign), rest in resting.items():
        position = at_exchange.get((symbol, product), 0) * sign
        if rest > max(position, 0):
            say(f"EXITS_ABOVE_HELD: {symbol} {product} has exits of {rest} resting on {position} held")
    return found


def check_settled(copy, known, bands=None):
    """What holds once the broker has started again and reconciled. bands: symbol -> the day's lowest and highest price."""
    found = check_always(copy, known)
    say = found.append
    for row in copy.rows("SELECT order_id, state FROM orders WHERE state IN ('NEW', 'CHECKED', 'SUBMITTING', 'UNKNOWN', 'ACKED', 'FOUND')"):
        say(f"LEFT_IN_DOUBT: {row['order_id']} is {row['state']} after the restart")
    if copy.counter("applied_exchange_seq") != (copy.one("SELECT max(seq) FROM exchange_event") or 0):
        say("EVENTS_NOT_APPLIED: after the restart")
    for row in copy.rows(
            "SELECT o.order_id, o.state s, o.quantity q, o.filled f, o.order_type t, o.limit_e4 l, o.trigger_e4 g, x.state xs, x.quantity xq, "
            "x.filled xf, x.order_type xt, x.limit_e4 xl, x.trigger_e4 xg FROM orders o JOIN exchange_order x USING (ordertag)"):
        if row["f"] != row["xf"] or (row["s"] in AT_WORK or row["xs"] in AT_WORK) and (
                (row["s"] in AT_WORK) != (row["xs"] in AT_WORK) or
                (row["q"], row["t"], row["l"], row["g"]) != (row["xq"], row["xt"], row["xl"], row["xg"])):
            say(f"LEDGER_IS_NOT_THE_BOOK: {dict(row)}")
        # A purpose and an order type that contradict each other are kept by no reply, yet decide what protection does next.
    for row in copy.rows("SELECT order_id, purpose, order_type FROM orders WHERE state IN ('OPEN', 'TRIGGER_PENDING', 'PARTIAL') AND class = 'protection'"):
        purpose, kind = row["purpose"], row["order_type"]
        if (purpose == "stop") != (kind in ("SL-M", "SL")) or (purpose == "target") != (kind == "LIMIT"):
            say(f"PURPOSE_IS_NOT_THE_ORDER: {row['order_id']} is kept as {purpose} and works as {kind}")
    for row in copy.rows("SELECT name, reason FROM latch WHERE name LIKE '%incident%'"):
        say(f"INCIDENT: {row['reason']}")
    # 09:15 to 15:00 IST of the ledger's own time; the stops of closed hours are placed at the next open.
    minute = (copy.counter("market_us") // 60_000_000 + 330) % 1440
    if 555 <= minute < 900:
        for row in copy.rows(
                "SELECT p.symbol, p.product, p.stop_e4, abs(p.quantity) held, COALESCE((SELECT sum(o.quantity - o.filled) FROM orders o WHERE "
                "o.symbol = p.symbol AND o.product = p.product AND o.class IN ('exit', 'protection') AND o.state IN "
                "('OPEN', 'TRIGGER_PENDING', 'PARTIAL')), 0) covered FROM position p WHERE p.stop_e4 IS NOT NULL AND p.quantity <> 0"):
            # The stop of deliveries may lie outside the day's band: it cannot rest there today, the broker watches it.
            low, high = (bands or {}).get(row["symbol"], (0, 1 << 62))
            may_rest = row["product"] == "INTRADAY" or low <= row["stop_e4"] <= high
            if may_rest and row["covered"] < row["held"]:
                say(f"UNPROTECTED: {row['symbol']} {row['product']} holds {row['held']}, exits cover {row['covered']}")
    return found


def steps_in_flight(copy, home, known):
    """Which durable steps the kill found half done."""
    steps = set()
    for row in copy.rows("SELECT o.class, x.number FROM orders o LEFT JOIN exchange_order x USING (ordertag) WHERE o.state = 'SUBMITTING'"):
        name = "stop" if row["class"] == "protection" else row["class"]
        steps.add(f"{name} {'kept, not sent' if row['number'] is None else 'sent, not kept'}")
    waiting = {row[0] for row in copy.rows("SELECT kind FROM exchange_event WHERE seq > ?", copy.counter("applied_exchange_seq"))}
    if "fill" in waiting:
        steps.add("fill not applied")
    if waiting - {"fill"}:
        steps.add("other event not applied")
    for verb, event in (("modify", "modified"), ("cancel", "cancelled")):
        last = copy.one("SELECT type FROM audit WHERE type LIKE ? ORDER BY seq DESC LIMIT 1", verb + "_order.%")
        last_boot = copy.one("SELECT boot FROM audit WHERE type LIKE ? ORDER BY seq DESC LIMIT 1", verb + "_order.%")
        # An older boot's half is not this kill's.
        if last == verb + "_order.submitting" and last_boot == copy.one("SELECT boot FROM audit ORDER BY seq DESC LIMIT 1"):
            steps.add(f"{verb} {'sent, not kept' if event in waiting else 'kept, not sent'}")
    if copy.rows("SELECT 1 FROM position p WHERE p.quantity <> 0 AND p.stop_e4 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM orders o WHERE "
                 "o.symbol = p.symbol AND o.product = p.product AND o.class IN ('exit', 'protection') AND o.state IN "
                 "('SUBMITTING', 'ACKED', 'OPEN', 'TRIGGER_PENDING', 'PARTIAL'))"):
        steps.add("filled, its stop not placed")
    if known.unanswered:
        steps.add("call unanswered")
    log = home / "storage" / "trade_logs.jsonl"
    if log.exists() and log.stat().st_size:
        with open(log, "rb") as file:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                steps.add("audit line torn")
    return steps


# --- one home under fire ---------------------------------------------------------------------------------------------

class Range:
    """A home, its broker, its agents, and what they have been told."""

    def __init__(self, seed, shim, report, keep=False, template=None, broker=None):
        self.seed, self.shim, self.report, self.keep = seed, shim, report, keep
        self.broker = broker or BROKER
        self.dice = random.Random(f"{seed}")
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="kill-broker-")) / "home"
        self.house = House(SETTINGS if template is None else None, home=self.home)
        self.known = Known() if template is None else template.known.copy()
        if template is not None:
            shutil.copytree(template.home, self.home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
        self.boot(None)
        if template is None:
            self.house.advance("30m")
        self.agents = [Agent(number, self.home, self.known, seed) for number in range(AGENTS if template is None else 1)]
        if template is not None:
            self.agents[0].counter = 1000      # its request ids are its own
            self.agents[0].mine = list(template.agents[0].mine)
            self.symbols, self.watcher = template.symbols, None
            return
        self.watcher = McpClient(self.home)
        metadata = self.agents[0].client
        names = [row["symbol"] for row in metadata.call("search_instruments", query="a", limit=50)["instruments"]
                 if row["has_intraday_data"] and row["series"] == "EQ"]
        self.symbols = {name: metadata.call("fetch_symbol_metadata", symbol=name)["tick"] for name in names[:24]}

    def order_death(self, die_at):
        """Tells the running broker's shim, or the next one's, where to end; None takes the order back."""
        order = self.home / "die"
        if die_at is None:
            order.unlink(missing_ok=True)
            return
        draft = self.home.parent / "die.draft"
        draft.write_text(die_at)
        draft.rename(order)

    def boot(self, die_at):
        """Starts the broker; False when it died (as it was told to) before it answered."""
        self.order_death(die_at)
        environment = with_shim(self.shim, self.home / "die")
        log = open(self.home.parent / "home.log", "ab")
        self.house.log = log
        self.house.broker = subprocess.Popen([str(self.broker), "--home", str(self.home)], env=environment,
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + DIED_AT_START_S
        while time.monotonic() < deadline:
            if self.house.broker.poll() is not None:
                if self.house.broker.returncode == -signal.SIGKILL and die_at:
                    return False
                raise RuntimeError("the broker does not start again:\n" + self.house.log_text()[-600:])
            if self.house.agent_socket.exists() and self.house.cli("status", "--json", check=False).returncode == 0:
                return True
            time.sleep(0.01)
        raise RuntimeError("the broker does not answer after the restart: " + self.house.log_text()[-600:])

    def load_until_dead(self, seconds, answers=None):
        """Agents and clock at work; the broker is dead at the end: after so many answers, or seconds."""
        until = threading.Event()
        if answers is not None:
            # By the client that has just been told, before anything else happens: what it was told must be in the ledger.
            self.known.die_at = (self.known.acknowledged + answers, self.house.broker.kill)
        threads = [threading.Thread(target=agent.run, args=(self.symbols, until)) for agent in self.agents]
        threads.append(threading.Thread(target=step_time, args=(self.house, random.Random(self.dice.random()), until)))
        threads.append(threading.Thread(target=watch_time, args=(self.watcher, self.known, until)))
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + seconds
        while self.house.broker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        self.die()
        until.set()
        for thread in threads:
            thread.join(60)
        self.known.die_at = None

    def die(self):
        if self.house.broker.poll() is None:
            self.house.broker.send_signal(signal.SIGKILL)
        self.house.broker.wait()
        self.report["kills"] += 1

    def one_kill(self):
        """A kill under load, perhaps some in the recovery, a restart, the checks. Ends with a running broker."""
        dice, report = self.dice, self.report
        how = dice.choices(["aimed", "answer", "moment", "commit", "sync", "write", "db", "log"], [45, 8, 5, 20, 5, 10, 3, 4])[0]
        most = {"aimed": 0, "answer": 20, "moment": 0, "commit": 80, "sync": 20, "write": 90, "db": 40, "log": 4}[how]
        if how == "aimed":
            step = min((s for s in DURABLE_STEPS if s.split()[0] in AIMED_AT), key=lambda s: report["steps"][s])
            tool, commits = AIMED_AT[step.split()[0]]
            self.dice.choice(self.agents).aim = (tool, lambda: self.order_death(f"commit:{dice.randint(1, commits)}"))
            self.load_until_dead(LONGEST_LOAD_S)
            for agent in self.agents:
                agent.aim = None
        elif how == "moment":
            self.load_until_dead(dice.uniform(0.02, 0.6))
        elif how == "answer":
            self.load_until_dead(LONGEST_LOAD_S, dice.randint(1, most))
        else:
            self.order_death(f"{how}:{dice.randint(1, most)}")
            self.load_until_dead(LONGEST_LOAD_S)
        report["how"][how] += 1
        self.after_kill("the kill")
        while dice.random() < 0.25:
            # Recovery is killed as well: at each of its own few commits.
            if self.boot(f"commit:{dice.randint(1, 8)}"):
                self.die()
            else:
                report["kills"] += 1
            report["how"]["in recovery"] += 1
            self.after_kill("a kill in recovery")
        status = self.recover()
        if status["market_time"][11:16] >= LAST_ENTRY_TIME:
            self.next_morning()

    def recover(self):
        """A start, and the checks of the ledger it has reconciled."""
        before = self.known.latest
        self.boot(None)
        status = json.loads(self.house.cli("status", "--json").stdout)
        if status["market_time"] < before:
            self.found(f"TIME_WENT_BACK: {before} was told, after the restart it is {status['market_time']}")
            self.known.latest = status["market_time"]   # found once, not at every later kill
        self.ask_again(status["market_time"][:10])
        self.settled()
        return status

    def after_kill(self, when):
        with LedgerCopy(self.home) as copy:
            if not copy.rows("SELECT 1 FROM sqlite_master WHERE name = 'orders'"):
                return
            for step in steps_in_flight(copy, self.home, self.known):
                self.report["steps"][step] += 1
            for finding in check_always(copy, self.known):
                self.found(f"{finding} (as {when} left it)")

    def ask_again(self, today):
        """Unanswered calls are repeated, and some answered ones: one order for each request_id, the recorded answer."""
        known = self.known
        waiting, known.unanswered = known.unanswered, []
        for number, day, tool, arguments in waiting:
            if day != today:
                continue    # an id counts for its day
            client = self.agents[number].client
            reply, is_error = client.try_call(tool, **arguments)
            self.report["repeated unanswered"] += 1
            code = (reply.get("error") or {}).get("code")
            known.answered(tool, arguments, reply)
            if not reply.get("is_repeated"):
                if "order_id" in arguments and arguments["order_id"] in known.orders and not is_error:
                    known.orders[arguments["order_id"]]["uncertain"] = False
                continue
            self.report["repeated, recorded"] += 1
            if is_error:
                continue
            order_id = arguments.get("order_id")
            if tool == "cancel_paper_order" and reply["status"] in AT_WORK:
                self.found(f"REPEAT_ANSWERS_WITHOUT_EFFECT: the repeated cancel of {order_id} answers ok as recorded, the order is {reply['status']} and no cancel is under way")
            if tool == "modify_paper_order":
                known.orders[order_id]["uncertain"] = False
                wrong = [f for f in ("quantity", "price") if f in arguments and reply.get(f) != arguments[f]]
                if wrong and reply["status"] in AT_WORK:
                    self.found(f"REPEAT_ANSWERS_WITHOUT_EFFECT: the repeated modify of {order_id} answers ok as recorded, its {', '.join(wrong)} was never changed: asked {arguments}, "
                               f"told {dict((f, reply.get(f)) for f in ('status', 'quantity', 'filled_quantity', 'price', 'as_of'))}")
        same_day = [entry for entry in list(known.requests.values())[-40:] if entry[0] == today]
        for day, tool, arguments, order_id in self.dice.sample(same_day, min(4, len(same_day))):
            reply, _ = self.agents[0].client.try_call(tool, **arguments)
            self.report["repeated answered"] += 1
            code = (reply.get("error") or {}).get("code")
            known.answered(tool, arguments, reply)
            if code == "QUOTA_EXCEEDED":
                continue
            if tool != "modify_paper_order" and reply.get("order_id") != order_id:
                self.found(f"REPEAT_IS_ANOTHER_ORDER: {tool} {arguments['request_id']} was {order_id}, now {str(reply)[:300]}")
            elif not reply.get("is_repeated"):
                self.found(f"REPEAT_IS_DONE_ANEW: {tool} {arguments['request_id']} of {order_id} was answered; repeated with the same arguments it "
                           f"is no recorded answer: {code or reply.get('status')}")

    def settled(self):
        client = self.agents[0].client
        portfolio, _ = client.try_call("fetch_paper_portfolio")
        bands = {}
        for position in (portfolio.get("books") or [{}])[0].get("positions", []):
            price, is_error = client.try_call("fetch_live_price", symbol=position["symbol"])
            if not is_error and price.get("lower_circuit"):
                bands[position["symbol"]] = (e4(price["lower_circuit"]), e4(price["upper_circuit"]))
        # A stopped process writes nothing: the copy is one moment's.
        self.house.broker.send_signal(signal.SIGSTOP)
        try:
            with LedgerCopy(self.home) as copy:
                for finding in check_settled(copy, self.known, bands):
                    self.found(f"{finding} (after the restart)")
        finally:
            self.house.broker.send_signal(signal.SIGCONT)
        for verb in ("ledger", "audit"):
            result = self.house.cli(verb, "verify", "--json", check=False)
            if result.returncode != 0:
                self.found(f"{verb.upper()}_VERIFY: exit {result.returncode}: {result.stdout}{result.stderr}")

    def next_morning(self):
        self.house.advance("20h")
        status = json.loads(self.house.cli("status", "--json").stdout)
        for _ in range(8):
            if "09:30" <= status["market_time"][11:16] < "14:00" and status["phase"] == "continuous":
                return
            self.house.advance("45m")
            status = json.loads(self.house.cli("status", "--json").stdout)

    def found(self, text):
        # Numbers change from home to home; the code and the shape are what is counted.
        self.report["findings"][text.split(":")[0]] += 1
        self.report["findings_of_home"] += 1
        kinds = self.report["examples"].setdefault(text.split(":")[0], [])
        if len(kinds) < 4:
            kinds.append(f"[{self.seed}, kill {self.report['kills']}] {text}")

    def end(self):
        for agent in self.agents:
            self.report["acknowledged"] = self.report.get("acknowledged", 0)
            self.report["codes"].update(agent.codes)
            agent.close()
        self.report["acknowledged"] += self.known.acknowledged
        self.report["orders"] += len(self.known.orders)
        if self.watcher is not None:
            self.watcher.close()
        if self.house.broker is not None and self.house.broker.poll() is None:
            self.house.stop()
        if self.keep and self.report["findings_of_home"]:
            print("kept", self.home, flush=True)
        else:
            shutil.rmtree(self.home.parent, ignore_errors=True)


def new_report():
    return {"kills": 0, "acknowledged": 0, "orders": 0, "repeated unanswered": 0, "repeated, recorded": 0, "repeated answered": 0,
            "how": collections.Counter(), "steps": collections.Counter(), "findings": collections.Counter(),
            "codes": collections.Counter(), "examples": {}, "findings_of_home": 0}


def build_shim(folder):
    shim = pathlib.Path(folder) / "die_at_write.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(shim), str(HERE / "die_at_write.c"), "-ldl", "-lpthread"], check=True)
    return shim


def with_shim(shim, order_file):
    """The environment of a broker that dies where the file says. Where it is built with the address sanitizer, that wants
    to be loaded first, and need not."""
    options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
    return {**os.environ, "LD_PRELOAD": str(shim), "DIE_ORDER": str(order_file), "ASAN_OPTIONS": options}


def bombard(kills, seconds, seed, shim, keep):
    report = new_report()
    began = time.monotonic()
    home_number = 0
    while report["kills"] < kills and time.monotonic() - began < seconds:
        report["findings_of_home"] = 0
        range_ = Range(f"{seed}/{home_number}", shim, report, keep)
        end_at = min(kills, report["kills"] + KILLS_OF_A_HOME)
        try:
            while report["kills"] < end_at and time.monotonic() - began < seconds:
                range_.one_kill()
        except RuntimeError as error:
            # The worst finding: this ledger trades no more, and nothing protects what it holds.
            range_.found(f"BROKER_DOES_NOT_RECOVER: {short(error)}")
        finally:
            range_.end()
        home_number += 1
        print(f"  {report['kills']} kills, {report['acknowledged']} answers, {sum(report['findings'].values())} findings, "
              f"{time.monotonic() - began:.0f} s", flush=True)
    report["seconds"] = time.monotonic() - began
    return report


# --- every command, killed after each of its commits -------------------------------------------------------------------

SYMBOL = "RELIANCE"
MOST_STEPS = 90


class Commands:
    """What is done to a home; the numbers are relative to the market, so that they mean the same at each seed."""

    def __init__(self, range_):
        self.range, self.agent = range_, range_.agents[0]
        self.tick = range_.symbols.get(SYMBOL) or self.agent.client.call("fetch_symbol_metadata", symbol=SYMBOL)["tick"]
        # Asked before the order to die is given: a read commits its line of the audit log too.
        self.price = self.agent.client.call("fetch_live_price", symbol=SYMBOL)

    def on(self, value):
        return round(round(value / self.tick) * self.tick, 2)

    def enter(self, quantity=100, limit=None, stop=0.01, target=0.02, product="INTRADAY"):
        price = self.price
        order = dict(symbol=SYMBOL, side="BUY", quantity=quantity, product_type=product, stop_loss=self.on(price["bid"] * (1 - stop)),
                     target=self.on(price["ask"] * (1 + target)))
        if limit is not None:
            order.update(order_type="LIMIT", price=self.on(price["ask"] * (1 + limit)))
        return self.agent.remember(self.agent.ask("place_paper_order", **order))

    def modify(self, limit=None, **change):
        if limit is not None:
            change["price"] = self.on(self.price["ask"] * (1 + limit))
        return self.agent.ask("modify_paper_order", order_id=self.agent.mine[-1], **change)

    def tighten_stop(self):
        return self.agent.ask("modify_paper_order", order_id=self.agent.mine[-1], stop_loss=self.on(self.price["bid"] * 0.995))

    def cancel(self):
        return self.agent.ask("cancel_paper_order", order_id=self.agent.mine[-1])

    def close(self, limit=None):
        more = {} if limit is None else {"price": self.on(self.price["ask"] * (1 + limit))}
        return self.agent.remember(self.agent.ask("close_paper_position", symbol=SYMBOL, product_type="INTRADAY", **more))

    def reset(self):
        return self.agent.client.try_call("reset_paper_account", confirm=True)

    def clock(self, span):
        return self.range.house.cli("clock", "advance", span, check=False)

    def clock_to(self, hour, minute):
        status = json.loads(self.range.house.cli("status", "--json").stdout)["market_time"]
        left = hour * 60 + minute - int(status[11:13]) * 60 - int(status[14:16])
        return self.clock(f"{left}m")

    def operator(self, *verb):
        return self.range.house.cli(*verb, check=False)


COMMANDS = {
    # name: (what is done before, what is killed)
    "entry at the market": (lambda c: None, lambda c: c.enter()),
    "entry that rests": (lambda c: None, lambda c: c.enter(limit=-0.004)),
    "entry of deliveries": (lambda c: None, lambda c: c.enter(product="DELIVERY")),
    "modify of a price": (lambda c: c.enter(limit=-0.004), lambda c: c.modify(limit=-0.003)),
    "modify to more": (lambda c: c.enter(limit=-0.004), lambda c: c.modify(quantity=150)),
    "modify to less": (lambda c: c.enter(limit=-0.004), lambda c: c.modify(quantity=50)),
    "modify to where it fills": (lambda c: c.enter(limit=-0.004), lambda c: c.modify(limit=0.0005)),
    "modify to more, where it fills": (lambda c: c.enter(limit=-0.004), lambda c: c.modify(limit=0.0005, quantity=150)),
    "modify of the stop of a position": (lambda c: c.enter(), lambda c: c.tighten_stop()),
    "cancel": (lambda c: c.enter(limit=-0.004), lambda c: c.cancel()),
    "close at the market": (lambda c: c.enter(), lambda c: c.close()),
    "close by a limit": (lambda c: c.enter(), lambda c: c.close(limit=0.004)),
    "modify of an exit": (lambda c: (c.enter(), c.close(limit=0.004)), lambda c: c.modify(limit=0.003)),
    "cancel of an exit": (lambda c: (c.enter(), c.close(limit=0.004)), lambda c: c.cancel()),
    "clock: the target is met": (lambda c: c.enter(target=0.0015, stop=0.02), lambda c: c.clock("4h")),
    "clock: the stop is met": (lambda c: c.enter(target=0.03, stop=0.001), lambda c: c.clock("4h")),
    "clock: square-off": (lambda c: (c.enter(stop=0.05, target=0.08), c.clock_to(15, 4)), lambda c: c.clock("10m")),
    "clock: the night": (lambda c: (c.enter(product="DELIVERY", stop=0.05, target=0.08), c.clock_to(15, 13)), lambda c: c.clock("18h")),
    "operator halts": (lambda c: c.enter(limit=-0.004), lambda c: c.operator("halt", "a test")),
    "operator flattens": (lambda c: (c.enter(), c.close(limit=0.004)), lambda c: c.operator("flatten", "--all", "--yes")),
    "operator resumes": (lambda c: (c.enter(limit=-0.004), c.operator("halt", "a test")), lambda c: c.operator("resume", "--yes", "--reason", "a test")),
    "reset of the account": (lambda c: (c.enter(), c.close(limit=0.004)), lambda c: c.reset()),
}


# What every test run plays: one command of each kind.
SHARE = ("entry at the market", "modify of a price", "cancel", "close at the market", "clock: the stop is met")

MOST_PASSES = 4
EXPECTED = {
    "entry": {"entry kept, not sent", "entry sent, not kept"}, "modify of the stop": {"modify kept, not sent", "modify sent, not kept"},
    "modify": {"modify kept, not sent", "modify sent, not kept"}, "cancel": {"cancel kept, not sent", "cancel sent, not kept"},
    "close": {"exit kept, not sent", "exit sent, not kept"}, "clock: the target": {"modify kept, not sent", "modify sent, not kept", "fill not applied"},
    "clock: the stop": {"fill not applied"}, "clock: square-off": {"modify kept, not sent", "modify sent, not kept"},
    "operator halts": {"cancel kept, not sent", "cancel sent, not kept"}, "operator flattens": {"cancel sent, not kept", "exit sent, not kept"},
}


def one_pass(name, act, template, shim, report, keep):
    """(commits killed, what the undisturbed command answered)."""
    for step in range(1, MOST_STEPS + 1):
        # Each begins from the same home, as it was before the command.
        report["findings_of_home"] = 0
        range_ = Range(f"{name}, after commit {step}", shim, report, keep, template)
        try:
            commands = Commands(range_)
            time.sleep(0.12)         # the lines of those reads are committed
            range_.order_death(f"commit:{step}")
            reply = act(commands)
            time.sleep(0.15)         # what the tick commits belongs to it as well
            if range_.house.broker.poll() is None:
                return step - 1, reply
            report["kills"] += 1
            report["how"]["after a commit"] += 1
            range_.after_kill("the kill")
            range_.recover()
        except RuntimeError as error:
            range_.found(f"BROKER_DOES_NOT_RECOVER: {short(error)}")
        finally:
            range_.end()
    return MOST_STEPS, None


def short(error):
    """The broker's own last words, without the time and the folder of this run."""
    lines = [line for line in str(error).splitlines() if "event=st" not in line] or str(error).splitlines()
    return re.sub(r"/tmp/[^ ]*?/home", "HOME", " ".join(lines)).replace("execution_broker: ", "")[:300]


def every_step(seed, shim, keep, names):
    report = new_report()
    began = time.monotonic()
    for name in names:
        before, act = COMMANDS[name]
        template = Range(f"{seed}/{name}", shim, new_report())
        before(Commands(template))
        template.house.stop()
        steps = 0
        at_first = dict(report["findings"])
        expected = next((hit for begin, hit in EXPECTED.items() if name.startswith(begin)), set())
        for _ in range(MOST_PASSES):
            hits_before = collections.Counter(report["steps"]) if steps == 0 else hits_before
            more, reply = one_pass(name, act, template, shim, report, keep)
            steps += more
            # A tick that commits meanwhile shifts the count: then a step was passed over.
            if all(report["steps"][hit] > hits_before[hit] for hit in expected):
                break
        else:
            range_name = f"{name}: never killed at {sorted(hit for hit in expected if report['steps'][hit] == hits_before[hit])}"
            report["findings"]["STEP_NOT_HIT"] += 1
            report["examples"].setdefault("STEP_NOT_HIT", []).append(range_name)
        template.end()
        new = {code: count - at_first.get(code, 0) for code, count in report["findings"].items() if count > at_first.get(code, 0)}
        # What became of it undisturbed tells that the command is the one that was meant.
        told = reply if isinstance(reply, dict) else {}
        undisturbed = (told.get("error") or {}).get("code") or " ".join(
            str(told[key]) for key in ("status", "quantity", "price", "filled_quantity") if told.get(key) is not None)
        print(f"  {name:34} {steps:3} commits killed  {new or 'clean'}  [undisturbed: {undisturbed or 'done'}]", flush=True)
    report["seconds"] = time.monotonic() - began
    return report


def show(report):
    print(f"\nkills {report['kills']}: " + ", ".join(f"{count} {how}" for how, count in report["how"].most_common()))
    print(f"answers acknowledged {report['acknowledged']}, orders {report['orders']}; calls repeated after a kill: "
          f"{report['repeated unanswered']} unanswered ({report['repeated, recorded']} had been kept), {report['repeated answered']} answered")
    print("\nin flight at a kill              kills")
    for step in DURABLE_STEPS:
        print(f"  {step:30} {report['steps'][step]:5}")
    print("\nwhat the agents were told: " + ", ".join(f"{code} {count}" for code, count in report["codes"].most_common(14)))
    print(f"time {report.get('seconds', 0):.0f} s")
    if report["findings"]:
        print("\nFOUND")
        for code, count in report["findings"].most_common():
            print(f"  {code} {count}")
            for example in report["examples"][code]:
                print(f"    {example}")
    else:
        print("\nnothing lost, nothing doubled")


# --- self-test: planted faults must be found -------------------------------------------------------------------------

def plant(copy, name):
    """Falsifies a copy as a broken broker would have left it."""
    run = copy.db.execute
    copy.forget_guards()
    run("PRAGMA foreign_keys = OFF")
    last_fill = copy.rows("SELECT * FROM fill ORDER BY fill_id DESC LIMIT 1")[0]
    if name == "an acknowledged order is lost":
        run("DELETE FROM orders WHERE order_seq = (SELECT min(order_seq) FROM orders WHERE request_id <> '' AND state = 'REFUSED' OR class = 'entry')")
    elif name == "an acknowledged order's price is changed":
        run("UPDATE orders SET limit_e4 = limit_e4 + 500 WHERE request_id <> '' AND limit_e4 IS NOT NULL AND state <> 'REFUSED'")
    elif name == "an acknowledged fill is taken back":
        run("UPDATE orders SET filled = 0, state = 'OPEN' WHERE request_id <> '' AND state = 'FILLED'")
    elif name == "a fill is applied twice":
        columns = [key for key in last_fill.keys() if key not in ("fill_id", "exchange_seq")]
        run(f"INSERT INTO fill (exchange_seq, {', '.join(columns)}) SELECT exchange_seq + 100000, {', '.join(columns)} FROM fill WHERE fill_id = ?", (last_fill["fill_id"],))
    elif name == "a fill is not applied":
        run("DELETE FROM fill WHERE fill_id = ?", (last_fill["fill_id"],))
    elif name == "a journal line is changed":
        run("UPDATE journal SET amount_e4 = amount_e4 + 1 WHERE line = (SELECT max(line) FROM journal)")
    elif name == "a whole transaction is changed in balance":
        run("UPDATE journal SET amount_e4 = amount_e4 + 7 WHERE line = (SELECT min(line) FROM journal WHERE txn = (SELECT max(txn) FROM txn))")
        run("UPDATE journal SET amount_e4 = amount_e4 - 7 WHERE line = (SELECT max(line) FROM journal WHERE txn = (SELECT max(txn) FROM txn))")
    elif name == "a request makes two orders":
        run("UPDATE orders SET request_id = (SELECT request_id FROM orders WHERE request_id <> '' LIMIT 1) WHERE order_seq = (SELECT max(order_seq) FROM orders WHERE request_id <> '')")
    elif name == "an order is sent without an intent":
        run("INSERT INTO exchange_order SELECT number + 100000, 'X' || ordertag, symbol, side, quantity, filled, product, order_type, limit_e4, trigger_e4, is_triggered, state, last_event_seq, placed_us FROM exchange_order LIMIT 1")
    elif name == "a position is not its fills":
        run("INSERT OR REPLACE INTO position (symbol, product, quantity, cost_e4, realized_e4, settled, entry_seq, strategy, opened_us) VALUES ('RELIANCE', 'DELIVERY', 12345, 0, 0, 0, 1, '', 0)")
    elif name == "exits rest above what is held":
        # A stop that went on resting after its position was closed.
        run("UPDATE exchange_order SET state = 'TRIGGER_PENDING', quantity = quantity + 100000 WHERE ordertag = (SELECT ordertag FROM orders WHERE class = 'protection' LIMIT 1)")
    elif name == "an order stays in doubt":
        run("UPDATE orders SET state = 'SUBMITTING' WHERE order_seq = (SELECT max(order_seq) FROM orders WHERE state IN ('FILLED', 'CANCELLED'))")
    else:
        raise ValueError(name)
    copy.db.commit()


PLANTED = {
    "an acknowledged order is lost": "ACKNOWLEDGED_ORDER_LOST",
    "an acknowledged order's price is changed": "ACKNOWLEDGED_TERMS_CHANGED",
    "an acknowledged fill is taken back": "ACKNOWLEDGED_FILL_LOST",
    "a fill is applied twice": "FILL_WITHOUT_EVENT",
    "a fill is not applied": "FILL_NOT_ONCE",
    "a journal line is changed": "JOURNAL_NOT_ZERO",
    "a whole transaction is changed in balance": "BALANCE_IS_NOT_ITS_LINES",
    "a request makes two orders": "REQUEST_DOUBLED",
    "an order is sent without an intent": "SENT_WITHOUT_INTENT",
    "a position is not its fills": "POSITION_IS_NOT_ITS_FILLS",
    "exits rest above what is held": "EXITS_ABOVE_HELD",
    "an order stays in doubt": "LEFT_IN_DOUBT",
}


def self_test(seed, shim):
    """Every planted fault must be found by the check that is made for it; the unspoilt ledger must be clean."""
    report = new_report()
    range_ = Range(f"{seed}/self-test", shim, report)
    missed = []

    def expect(name, code, findings):
        hit = any(finding.startswith(code) for finding in findings)
        print(f"  {'found ' if hit else 'MISSED'} {name:45} {code}")
        if not hit:
            missed.append(name)

    try:
        range_.load_until_dead(3.0)
        range_.known.unanswered.clear()
        range_.boot(None)
        range_.house.stop()
        with LedgerCopy(range_.home) as copy:
            clean = check_settled(copy, range_.known)
            print(f"  unspoilt: {len(clean)} findings, {len(range_.known.orders)} orders known", *clean[:5], sep="\n    ")
            if clean:
                missed.append("the unspoilt ledger is not clean")
        for name, code in PLANTED.items():
            with LedgerCopy(range_.home) as copy:
                plant(copy, name)
                expect(name, code, check_settled(copy, range_.known))
        # The audit log as a hand with write access would leave it.
        range_.boot(None)
        log = range_.home / "storage" / "trade_logs.jsonl"
        range_.house.cli("audit", "verify")
        for name, exit_code, edit in (
                ("one byte of an audit record is changed", 10, lambda lines: [*lines[:4], lines[4].replace('"type":"', '"type":"x', 1), *lines[5:]]),
                ("the audit log is cut", 11, lambda lines: lines[:len(lines) // 2]),
                ("an audit record is taken out", 13, lambda lines: [*lines[:4], *lines[5:]])):
            spoilt = range_.home.parent / "spoilt.jsonl"
            spoilt.write_text("\n".join(edit(log.read_text().splitlines())) + "\n")
            code = range_.house.cli("audit", "verify", "--log", str(spoilt), check=False).returncode
            expect(name, "exit", ["exit"] if code in (exit_code, 10, 11, 13) else [])
        # A disk that lies: answers are given for commits that never were. This one is a running broker's fault, not an edit.
        range_.house.stop()
        range_.boot(None)
        range_.order_death("lie:40")
        range_.load_until_dead(5.0)
        range_.known.unanswered.clear()
        with LedgerCopy(range_.home) as copy:
            findings = check_always(copy, range_.known)
            expect("answers before the commit (a lying disk)", "ACKNOWLEDGED_", findings)
    finally:
        range_.end()
    for finding in early_answers(seed, shim):
        print("    " + finding)
        break
    else:
        print("  MISSED a broker that answers before the commit")
        missed.append("a broker that answers before the commit")
    return missed


MOST_EARLY_KILLS = 80  # one in about ten comes between an answer and its commit


def early_answers(seed, shim):
    """What a broker is caught with that is built to answer before it commits; it has that one fault."""
    if not ANSWERS_EARLY.exists():
        raise RuntimeError(f"{ANSWERS_EARLY} is not built: build the whole tree")
    report = new_report()
    range_ = Range(f"{seed}/answers early", shim, report, broker=ANSWERS_EARLY)
    try:
        for kill in range(1, MOST_EARLY_KILLS + 1):
            range_.load_until_dead(LONGEST_LOAD_S, range_.dice.randint(1, 10))
            with LedgerCopy(range_.home) as copy:
                found = [finding for finding in check_always(copy, range_.known) if finding.startswith("ACKNOWLEDGED_")]
            if found:
                print(f"  found  {'a broker that answers before the commit':45} kill {kill}, {len(found)} findings")
                return found
            range_.known.unanswered.clear()
            range_.boot(None)
        return []
    finally:
        range_.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--seconds", type=int, default=1 << 30, help="end after so long, however many kills there were")
    parser.add_argument("--keep", action="store_true", help="keep the homes in which something was found")
    parser.add_argument("--every-step", nargs="?", const="", metavar="COMMAND", help="only the commands whose name begins so")
    parser.add_argument("--share", action="store_true", help="with --every-step: one command of each kind")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--broker", type=pathlib.Path, default=BROKER)
    arguments = parser.parse_args()
    globals()["BROKER"] = arguments.broker.resolve()
    if shutil.which("cc") is None:
        print("SKIPPED: no C compiler for die_at_write.c; the exact steps cannot be hit", file=sys.stderr)
        return 77
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="kill-broker-shim-") as folder:
        shim = build_shim(folder)
        if arguments.self_test:
            missed = self_test(arguments.seed, shim)
            print("self-test:", "every planted fault was found" if not missed else f"MISSED {missed}")
            return 1 if missed else 0
        if arguments.every_step is not None:
            names = [name for name in COMMANDS if name.startswith(arguments.every_step) and (not arguments.share or name in SHARE)]
            report = every_step(arguments.seed, shim, arguments.keep, names)
        else:
            report = bombard(arguments.kills, arguments.seconds, arguments.seed, shim, arguments.keep)
    show(report)
    return 1 if report["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
