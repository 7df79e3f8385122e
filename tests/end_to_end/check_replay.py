#!/usr/bin/env python3
"""Computes a replayed month a second time: nothing of the project is linked or imported.

    check_replay.py --csv TCS_nse_5m.csv --export export.jsonl --log trade_logs.jsonl [--key audit.pub] [--heard heard.json]
                    [--least orders=200 ...] [--self-test]

Inputs: the recorded bars, the canonical export of the ledger (`approval_cli ledger export --canonical`), the audit log,
and what the agent heard. From docs/ledger_format.md, docs/audit_format.md and the charge rates below, written down here a
second time, it recomputes every journal line, every balance, every fill's place in its bar, every order's quantity, the
contract notes, the settlements and the marked equity, and holds the agent's replies against them.

--self-test plants faults in copies and fails unless each is found.

Exit 0: all equal. 1: differences, the first ones printed. 2: usage.
"""

import argparse
import bisect
import collections
import copy
import csv
import datetime
import decimal
import hashlib
import json
import pathlib
import subprocess
import sys

RUPEE = 10_000  # all amounts are integers in 1/10,000 rupee
IST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
BAR_US = 300 * 1_000_000
TICK_E4 = 500
KINDS = ("brokerage", "stt", "transaction", "sebi", "ipft", "stamp", "dp", "gst")
SHOWN = 20


# --- arithmetic -----------------------------------------------------------------------------------------------------

def half_up(numerator, denominator):
    """Half away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def toward_zero(numerator, denominator):
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * (abs(numerator) // abs(denominator))


def e4(text):
    value = decimal.Decimal(str(text)) * RUPEE
    if value != value.to_integral_value():
        raise ValueError(f"{text} has more than four places")
    return int(value)


def date_of(us):
    return datetime.datetime.fromtimestamp(us / 1_000_000, IST).date()


def us_of(moment):
    return round(moment.timestamp()) * 1_000_000


def day(text):
    return datetime.date.fromisoformat(text)


# --- charges --------------------------------------------------------------------------------------------------------
# Parts of the turnover in 1e-9, newest last: (since, delivery buy, delivery sell, intraday buy, intraday sell).
# A crore is 10 million rupees: Rs 325 a crore are 32,500e-9.

RATES = {
    "stt": [(day("2012-07-01"), 1_000_000, 1_000_000, 0, 250_000)],            # 0.1 % both; 0.025 % of intraday sells
    "transaction": [(day("2023-04-01"), 32_500, 32_500, 32_500, 32_500),       # Rs 325 a crore
                    (day("2024-04-01"), 32_200, 32_200, 32_200, 32_200),       # Rs 322
                    (day("2024-10-01"), 29_700, 29_700, 29_700, 29_700),       # Rs 297
                    (day("2026-03-01"), 30_699, 30_699, 30_699, 30_699)],      # 0.0030699 %
    "ipft": [(day("2023-04-01"), 1_000, 1_000, 1_000, 1_000),                  # Rs 10 a crore
             (day("2026-03-01"), 1, 1, 1, 1)],                                 # 0.0000001 %
    "sebi": [(day("2021-04-01"), 1_000, 1_000, 1_000, 1_000)],                 # Rs 10 a crore
    "stamp": [(day("2020-07-01"), 150_000, 0, 30_000, 0)],                     # 0.015 % and 0.003 % of buys
}
# (since, {product: (cap, part in 1e-9, minimum)}): of an executed order, however many fills it took.
BROKERAGE = [
    (day("2021-04-01"), {"DELIVERY": (0, 0, 0), "INTRADAY": (20 * RUPEE, 2_500_000, 0)}),
    (day("2024-11-01"), {"DELIVERY": (20 * RUPEE, 1_000_000, 5 * RUPEE), "INTRADAY": (20 * RUPEE, 1_000_000, 5 * RUPEE)}),
]
DP_E4 = 20 * RUPEE
GST_PERCENT = 18


def in_force(table, date):
    rows = [row for row in table if row[0] <= date]
    if not rows:
        raise ValueError(f"no rate for {date}")
    return rows[-1]


def brokerage_of_order(date, product, turnover):
    if turnover == 0:
        return 0
    cap, part, minimum = in_force(BROKERAGE, date)[1][product]
    return max(min(half_up(turnover * part, 10**9), cap), minimum)


def charges_of(date, side, product, turnover, executed_before, is_first_delivery_sale):
    column = {"DELIVERY": {"BUY": 1, "SELL": 2}, "INTRADAY": {"BUY": 3, "SELL": 4}}[product][side]
    lines = {kind: half_up(turnover * in_force(RATES[kind], date)[column], 10**9) for kind in RATES}
    lines["brokerage"] = (brokerage_of_order(date, product, executed_before + turnover)
                          - brokerage_of_order(date, product, executed_before))
    lines["dp"] = DP_E4 if is_first_delivery_sale else 0
    taxed = sum(lines[kind] for kind in ("brokerage", "transaction", "sebi", "ipft", "dp"))
    lines["gst"] = half_up(taxed * GST_PERCENT, 100)
    return lines


def on_contract_note(kind, accrued):
    """What the note asks for: STT and stamp in whole rupees, the rest in paise."""
    unit = RUPEE if kind in ("stt", "stamp") else 100
    return half_up(accrued, unit) * unit


# --- the recorded bars ----------------------------------------------------------------------------------------------

Bar = collections.namedtuple("Bar", "ts open high low close volume")
Print = collections.namedtuple("Print", "ts price came_from volume bar")


class Tape:
    """The bars, and the four prints into which each is walked: open, the nearer extreme by the bar's colour, the other
    one, close; at 0, 1/3, 2/3 of the bar and one second before its end."""

    def __init__(self, path):
        self.bars, self.prints = {}, []
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                ts = us_of(datetime.datetime.fromisoformat(row["ts"]))
                self.bars[ts] = Bar(ts, *(e4(row[key]) for key in ("open", "high", "low", "close")), int(row["volume"]))
        for bar in self.bars.values():
            rises = bar.close >= bar.open
            prices = (bar.open, bar.low if rises else bar.high, bar.high if rises else bar.low, bar.close)
            times = (0, BAR_US // 3, BAR_US // 3 * 2, BAR_US - 1_000_000)
            for k in range(4):
                volume = bar.volume * (k + 1) // 4 - bar.volume * k // 4
                self.prints.append(Print(bar.ts + times[k], prices[k], prices[k - 1] if k else None, volume, bar))
        self.prints.sort()
        self.times = [p.ts for p in self.prints]

    def at(self, us):
        """The print in force."""
        return self.prints[bisect.bisect_right(self.times, us) - 1]

    def exactly_at(self, us):
        found = self.at(us)
        return found if found.ts == us else None

    def between(self, after, until):
        """Prints in force from `after` to `until`, the one standing at `after` first."""
        return self.prints[max(0, bisect.bisect_right(self.times, after) - 1):bisect.bisect_right(self.times, until)]


# --- the books ------------------------------------------------------------------------------------------------------

class Position:
    def __init__(self):
        self.quantity = 0
        self.cost = 0
        self.settled = 0
        self.stop = None
        self.target = None

    def in_holdings(self):
        return toward_zero(self.cost * self.settled, self.quantity) if self.settled and self.quantity else 0


class Order:
    def __init__(self, seq, order_id, order_class):
        self.seq, self.order_id, self.order_class = seq, order_id, order_class
        self.terms = None        # in force at the exchange
        self.asked = None        # sent, not yet answered
        self.since = None        # when the terms came into force
        self.armed = None        # when the present trigger did: a stop that went off stays so when only its quantity changes
        self.filled = 0
        self.value = 0
        self.charges = 0
        self.fills = []          # (market_ts, quantity, price, charges)
        self.purposes = set()
        self.is_over = False

    def is_working(self):
        return self.terms is not None and not self.is_over and self.filled < self.terms["quantity"]


class Check:
    """One pass over the audit log in its order. Each record that moves money must be met by the export's next
    transaction, so that neither can hold anything that the other does not."""

    def __init__(self, tape, export_lines, log_lines, heard=None):
        self.tape = tape
        self.heard = heard or {"calls": []}
        self.differences = []
        self.balances = collections.Counter()
        self.positions = collections.defaultdict(Position)
        self.orders = {}
        self.by_id = {}
        self.counts = collections.Counter()
        self.note_days = []
        self.sold_on = set()           # (symbol, date) of delivery sales
        self.accrued_days = set()      # days whose charges are on no contract note yet
        self.share_used = collections.Counter()
        self.refused_calls = set()
        self.stop_orders, self.target_orders = set(), set()
        self.txns = self.read_export(export_lines)
        self.records = self.read_log(log_lines)
        self.next = 0
        self.looks = self.read_looks()

    def differ(self, where, what):
        self.differences.append(f"{where}: {what}")

    def equal(self, where, name, is_, should):
        if is_ != should:
            self.differ(where, f"{name} is {is_}, computed {should}")

    # Reading.

    def read_export(self, lines):
        txns = []
        head = ("kind", "market_ts", "order_seq", "symbol", "side", "quantity", "price_e4")
        for number, line in enumerate(lines, 1):
            where = f"export line {number}"
            try:
                row = json.loads(line)
            except ValueError:
                self.differ(where, "no JSON")
                continue
            if json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != line:
                self.differ(where, "not canonical")
            if set(row) != {*head, "txn", "account", "amount_e4"}:
                self.differ(where, f"members {sorted(row)}")
                continue
            if not txns or txns[-1]["txn"] != row["txn"]:
                self.equal(where, "transaction number", row["txn"], txns[-1]["txn"] + 1 if txns else 1)
                txns.append({"txn": row["txn"], "lines": [], **{key: row[key] for key in head}})
            for key in head:
                self.equal(where, key, row[key], txns[-1][key])
            if row["amount_e4"] == 0:
                self.differ(where, "a line of zero")
            txns[-1]["lines"].append((row["account"], row["amount_e4"]))
        return txns

    def read_log(self, lines):
        """Records of the one ledger, their chain proven."""
        records, prev = [], "0" * 64
        for number, line in enumerate(lines, 1):
            where = f"log line {number}"
            record = json.loads(line)
            if record["type"] == "checkpoint":
                continue
            self.equal(where, "seq", record["seq"], len(records) + 1)
            self.equal(where, "prev", record["prev"], prev)
            self.equal(where, "body_hash", record["body_hash"], body_hash(record))
            self.equal(where, "hash", record["hash"], record_hash(record))
            prev = record["hash"]
            records.append(record)
        return records

    def read_looks(self):
        """Portfolios that the agent saw just before market time moved on: (market time, book)."""
        looks = []
        for call in self.heard["calls"]:
            if call["tool"] == "fetch_paper_portfolio" and not call["is_error"]:
                at = us_of(datetime.datetime.fromisoformat(call["reply"]["as_of"]))
                looks.append((at, call["reply"]["books"][0]))
        return looks

    # The pass.

    def run(self):
        last_ts = 0
        for record in self.records:
            ts = record["market_ts"]
            if ts is not None:
                if ts < last_ts:
                    self.differ(f"record {record['seq']}", "market time went back")
                last_ts = max(last_ts, ts)
                self.compare_looks(ts)
            self.take(record)
        self.compare_looks(None)
        for left in self.txns[self.next:]:
            self.differ(f"txn {left['txn']}", f"a {left['kind']} without its audit record")
        self.finish()
        return self.differences

    def take(self, record):
        kind, body, where = record["type"], record["body"], f"record {record['seq']} ({record['type']})"
        if kind == "account.opened":
            self.on_capital(where, record)
        elif kind == "fill":
            self.on_fill(where, record)
        elif kind == "contract_note":
            self.on_contract_note(where, record)
        elif kind == "settlement":
            self.on_settlement(where, record)
        elif kind in ("day.open", "day.close"):
            self.on_day(where, record)
        elif kind in ("corporate_action", "reset_paper_account", "incident"):
            self.differ(where, "this month has none")
        elif kind == "modify_paper_order.levels":
            self.on_levels(body)
        elif kind.endswith(".submitting") and kind != "cancel_order.submitting":
            self.on_submitting(where, kind, body)
        elif kind.endswith(".accepted") and kind != "cancel_order.accepted":
            self.on_accepted(where, record)
        elif kind.endswith((".rejected", ".unknown", ".not_sent")):
            self.differ(where, f"the paper exchange did not take it: {body}")
        elif kind == "order_state.cancelled":
            self.orders[body["order_seq"]].is_over = True
        elif kind.endswith(".refused"):
            self.counts["refusals"] += 1

    def next_txn(self, where, kind):
        """The export's next transaction, which must be of this kind."""
        if self.next == len(self.txns):
            self.differ(where, f"the export has no {kind} for it")
            return None
        txn = self.txns[self.next]
        self.next += 1
        if txn["kind"] != kind:
            self.differ(where, f"txn {txn['txn']} is a {txn['kind']}, not a {kind}")
        return txn

    def post(self, where, txn, header, lines):
        """Holds a transaction against its computed lines, and books the computed ones."""
        expected = sorted((account, amount) for account, amount in lines if amount)
        if sum(amount for _, amount in expected):
            self.differ(where, "the computed lines do not sum to zero")
        for account, amount in expected:
            self.balances[account] += amount
        if txn is None:
            return
        where = f"{where}, txn {txn['txn']}"
        total = sum(amount for _, amount in txn["lines"])
        self.equal(where, "sum of its lines", total, 0)
        for key, value in header.items():
            self.equal(where, key, txn[key], value)
        actual = sorted(txn["lines"])
        for line in (collections.Counter(actual) - collections.Counter(expected)).elements():
            self.differ(where, f"line {line[0]} {line[1]} is not computed")
        for line in (collections.Counter(expected) - collections.Counter(actual)).elements():
            self.differ(where, f"line {line[0]} {line[1]} is missing")

    @staticmethod
    def header(record, **values):
        return {"order_seq": 0, "symbol": "", "side": "", "quantity": 0, "price_e4": 0,
                "market_ts": record["market_ts"], **values}

    # Money.

    def on_capital(self, where, record):
        amount = record["body"]["capital_paise"] * 100
        if "settings" in self.heard:
            self.equal(where, "capital", amount, e4(self.heard["settings"]["PAPER_STARTING_CAPITAL"]))
        self.post(where, self.next_txn(where, "capital"), self.header(record), [("cash", amount), ("capital", -amount)])

    def on_fill(self, where, record):
        body, ts = record["body"], record["market_ts"]
        order = self.orders.get(body["order_seq"])
        if order is None or order.terms is None:
            self.differ(where, "a fill of an order that was never accepted")
            return
        self.counts["fills"] += 1
        terms = order.terms
        for key in ("symbol", "side", "product", "purpose"):
            self.equal(where, key, body[key], terms[key])
        self.equal(where, "order_id", body["order_id"], order.order_id)
        symbol, side, product = body["symbol"], body["side"], body["product"]
        quantity, price = body["quantity"], body["price_e4"]
        sign = 1 if side == "BUY" else -1
        turnover = quantity * price

        self.check_price(where, record, order)
        if order.is_over:
            self.differ(where, "the order had ended")
        if order.filled + quantity > terms["quantity"]:
            self.differ(where, f"{order.filled} and {quantity} filled of {terms['quantity']}")

        # Average cost: with the position it adds, against it it realises.
        position = self.positions[symbol, product]
        cost_before, holdings_before, held_before = position.cost, position.in_holdings(), position.quantity
        closed = min(quantity, abs(held_before)) if held_before * sign < 0 else 0
        if order.order_class != "entry" and closed != quantity:
            self.differ(where, f"a {terms['purpose']} of {quantity} against a position of {held_before}: "
                               "the same shares left twice")
        removed = position.cost if closed == abs(held_before) else half_up(position.cost * closed, abs(held_before) or 1)
        removed = removed if closed else 0
        realized = -sign * closed * price - removed
        opened = quantity - closed
        position.quantity += sign * quantity
        position.cost += sign * opened * price - removed
        if not closed:
            self.keep_levels(position, held_before == 0, terms)
        else:
            position.settled -= min(position.settled, closed)
            if opened:
                position.settled = 0
                self.keep_levels(position, True, terms)
        holdings_after = position.in_holdings()

        first_sale = product == "DELIVERY" and side == "SELL" and (symbol, date_of(ts)) not in self.sold_on
        if product == "DELIVERY" and side == "SELL":
            self.sold_on.add((symbol, date_of(ts)))
        charges = charges_of(date_of(ts), side, product, turnover, order.value, first_sale)
        self.accrued_days.add(date_of(ts))

        self.equal(where, "charges", body["charges_e4"], {kind: amount for kind, amount in charges.items() if amount})
        self.equal(where, "realized", body["realized_e4"], realized)
        self.equal(where, "position after", body["position_after"], position.quantity)
        lines = [(f"securities:{symbol}:{product}", position.cost - holdings_after - cost_before + holdings_before),
                 (f"holdings:{symbol}", holdings_after - holdings_before),
                 ("cash", -sign * turnover), ("realized", -realized)]
        for kind in KINDS:
            lines += [(f"charges:{kind}", charges[kind]), (f"charges_payable:{kind}", -charges[kind])]
        txn = self.next_txn(where, "fill")
        if txn is not None:
            self.equal(where, "txn", body["txn"], txn["txn"])
        self.post(where, txn, self.header(record, order_seq=order.seq, symbol=symbol, side=side, quantity=quantity,
                                          price_e4=price), lines)

        order.filled += quantity
        order.value += turnover
        order.charges += sum(charges.values())
        order.fills.append((ts, quantity, price, sum(charges.values())))
        order.purposes.add(terms["purpose"])
        if terms["purpose"] == "stop":
            self.stop_orders.add(order.seq)
        elif terms["purpose"] == "target":
            self.target_orders.add(order.seq)

    def on_contract_note(self, where, record):
        date = date_of(record["market_ts"])
        self.equal(where, "days of its fills", sorted(self.accrued_days), [date])
        self.equal(where, "subject", record["subject"], date.isoformat())
        self.accrued_days.clear()
        self.note_days.append(date)
        lines, note = [], {}
        for kind in KINDS:
            accrued = -self.balances[f"charges_payable:{kind}"]
            asked = on_contract_note(kind, accrued)
            note[kind] = asked // 100
            lines += [(f"charges_payable:{kind}", accrued), ("cash", -asked), ("charges_rounding", asked - accrued)]
        self.equal(where, "lines_paise", record["body"]["lines_paise"], note)
        self.post(where, self.next_txn(where, "contract_note"), self.header(record), lines)

    def on_settlement(self, where, record):
        symbol = record["body"]["symbol"]
        position = self.positions[symbol, "DELIVERY"]
        cost_before, due = position.in_holdings(), position.quantity - position.settled
        self.equal(where, "shares", record["body"]["quantity"], due)
        position.settled = position.quantity
        moved = position.in_holdings() - cost_before
        self.counts["settlements"] += 1
        self.post(where, self.next_txn(where, "settlement"), self.header(record, symbol=symbol, quantity=due),
                  [(f"securities:{symbol}:DELIVERY", -moved), (f"holdings:{symbol}", moved)])

    # Days.

    def payable(self):
        return sum(amount for account, amount in self.balances.items() if account.startswith("charges_payable:"))

    def equity(self, ts):
        last = self.tape.at(ts).price
        return self.balances["cash"] + self.payable() + last * sum(p.quantity for p in self.positions.values())

    def on_day(self, where, record):
        body, ts = record["body"], record["market_ts"]
        self.equal(where, "equity", body.get("purse_e4", body.get("equity_e4")), self.equity(ts))
        if record["type"] == "day.close":
            self.counts["days"] += 1
            self.equal(where, "intraday positions at the close", body["intraday_not_squared_off"],
                       sorted(s for (s, product), p in self.positions.items() if product == "INTRADAY" and p.quantity))
            for order in self.orders.values():
                if order.is_working():
                    self.differ(where, f"{order.order_id} still works after the close")
        else:
            for (symbol, product), position in self.positions.items():
                if product == "DELIVERY" and position.settled != position.quantity:
                    self.differ(where, f"{symbol} bought on an earlier day is not in the holdings")
            if self.accrued_days:
                self.differ(where, f"charges of {sorted(self.accrued_days)} are on no contract note")

    # Orders.

    def on_submitting(self, where, kind, body):
        seq = body["order_seq"]
        order = self.orders.get(seq)
        if kind == "modify_order.submitting":
            if order is None or not order.is_working():
                self.differ(where, "a change of an order that does not work")
                return
            self.counts["modifications"] += 1
            for key in ("quantity", "order_type", "limit_price_e4", "trigger_price_e4", "purpose"):
                self.equal(where, f"{key} before", body["before"].get(key), order.terms.get(key))
        else:
            if order is not None:
                self.differ(where, f"order {seq} was sent before")
            order = self.orders[seq] = self.by_id[body["order_id"]] = Order(seq, body["order_id"], body["class"])
            self.counts["orders of the agent" if body["class"] != "protection" else "orders of the broker"] += 1
            self.counts[f"{body['order_type']} {body['purpose']} {body['side']} {body['product']}"] += 1
        order.asked = body

    def on_accepted(self, where, record):
        order = self.by_id.get(record["subject"])
        if order is None or order.asked is None:
            self.differ(where, "an answer to nothing")
            return
        before, order.terms, order.asked, order.since = order.terms, order.asked, None, record["market_ts"]
        if before is None or any(before.get(key) != order.terms.get(key) for key in ("order_type", "trigger_price_e4")):
            order.armed = order.since
        if order.terms["quantity"] <= order.filled:
            self.differ(where, f"quantity {order.terms['quantity']} with {order.filled} filled")

    @staticmethod
    def keep_levels(position, is_new, terms):
        """The position's stop and target after an entry's fill: of two stops the tighter."""
        stop, target = terms.get("stop_loss_e4"), terms.get("target_e4")
        if is_new:
            position.stop, position.target = stop, target
            return
        if stop is not None and position.stop is not None:
            position.stop = max(stop, position.stop) if position.quantity > 0 else min(stop, position.stop)
        else:
            position.stop = stop if stop is not None else position.stop
        if target is not None:
            position.target = target

    def on_levels(self, body):
        terms = self.orders[body["order_seq"]].terms
        position = self.positions[terms["symbol"], terms["product"]]
        position.stop = body.get("stop_loss_e4", position.stop)
        position.target = body.get("target_e4", position.target)

    # The market.

    def check_price(self, where, record, order):
        """Is this a price that the bar, the order's terms and the print could give?"""
        body, ts, terms = record["body"], record["market_ts"], order.terms
        price, buys = body["price_e4"], body["side"] == "BUY"
        bar = self.tape.bars.get(body["bar_ts"])
        if bar is None:
            self.differ(where, "no bar begins at its bar_ts")
            return
        if not bar.ts <= ts < bar.ts + BAR_US:
            self.differ(where, f"market time {ts} is outside its bar {bar.ts}")
        if not bar.low <= price <= bar.high:
            self.differ(where, f"price {price} is outside its bar, {bar.low} to {bar.high}")
        if price % TICK_E4:
            self.differ(where, f"price {price} is not on the tick")
        limit, trigger = terms.get("limit_price_e4"), terms.get("trigger_price_e4")
        if limit is not None and (price > limit if buys else price < limit):
            self.differ(where, f"price {price} is worse than the limit {limit}")
        is_fresh = ts == order.since
        at = self.tape.exactly_at(ts)
        if not is_fresh and at is None:
            self.differ(where, "a resting order filled between two prints")
            return
        if is_fresh or at is None:
            at = self.tape.at(ts)
        if terms["order_type"] in ("SL", "SL-M"):
            reached = [p for p in self.tape.between(order.armed, ts) if (p.price >= trigger if buys else p.price <= trigger)]
            if not reached:
                self.differ(where, f"the market did not reach the trigger {trigger}")
            elif reached[0].ts == at.ts and (price < trigger if buys else price > trigger):
                self.differ(where, f"a stop at {trigger} filled at a better price, {price}, as it went off")
            is_resting = bool(reached) and not is_fresh and reached[0].ts < at.ts and terms["order_type"] == "SL"
        else:
            is_resting = terms["order_type"] == "LIMIT" and not is_fresh
        if is_resting:
            # What the market traded through pays its limit, or the print where the market jumped over it.
            origin = at.came_from if at.came_from is not None else at.price
            wanted = min(limit, max(origin, at.price)) if buys else max(limit, min(origin, at.price))
            self.equal(where, "price of a resting order", price, wanted)
            self.share_used[at.ts] += body["quantity"]
            if self.share_used[at.ts] > at.volume // 4:
                self.differ(where, f"resting orders took {self.share_used[at.ts]} of a print of {at.volume}")

    # What the agent saw.

    def compare_looks(self, ts):
        """Portfolios seen before `ts` show the book as it now stands."""
        while self.looks and (ts is None or self.looks[0][0] < ts):
            at, book = self.looks.pop(0)
            self.compare_look(f"portfolio seen at {datetime.datetime.fromtimestamp(at / 1e6, IST):%F %T}", at, book)

    def compare_look(self, where, at, book):
        self.counts["portfolios compared"] += 1
        last = self.tape.at(at).price
        should = {
            "cash": self.balances["cash"],
            "equity": self.equity(at),
            "realized_pnl": -self.balances["realized"],
            "charges": sum(v for k, v in self.balances.items() if k.startswith("charges:")) + self.balances["charges_rounding"],
            "unrealized_pnl": sum(last * p.quantity - p.cost for p in self.positions.values()),
            "margin_blocked": self.margin(last),
        }
        for key, value in should.items():
            self.equal(where, key, e4(book[key]), value)
        self.equal(where, "operator_state", book["operator_state"], "open")
        self.compare_cover(where, at)
        seen = {(p["symbol"], p["product_type"]): p for p in book["positions"]}
        held = {key: p for key, p in self.positions.items() if p.quantity}
        self.equal(where, "positions", sorted(seen), sorted(held))
        for key in set(seen) & set(held):
            is_, position = seen[key], held[key]
            self.equal(where, "quantity", is_["quantity"], position.quantity)
            self.equal(where, "average_price", e4(is_["average_price"]), half_up(abs(position.cost), abs(position.quantity)))
            self.equal(where, "last_price", e4(is_["last_price"]), last)
            for name, level in (("stop_loss", position.stop), ("target", position.target)):
                self.equal(where, name, None if is_[name] is None else e4(is_[name]), level)

    def compare_cover(self, where, at):
        """While the market trades, what is held and has a stop is covered by resting exits, exactly."""
        bar = self.tape.at(at).bar
        if not bar.ts <= at < bar.ts + BAR_US:
            return
        for (symbol, product), position in self.positions.items():
            resting = sum(order.terms["quantity"] - order.filled for order in self.orders.values()
                          if order.order_class != "entry" and order.is_working()
                          and (order.terms["symbol"], order.terms["product"]) == (symbol, product))
            self.equal(where, f"shares of {symbol} {product} that resting exits cover", resting,
                       abs(position.quantity) if position.stop is not None else resting)
            self.counts["covers compared"] += 1

    def margin(self, last):
        """A fifth of an intraday position's value, all of a delivery's; waiting entries count at their limit, else their
        trigger, else the market. Each part rounded up."""
        def of(product, value):
            return -(-abs(value) * (2_000 if product == "INTRADAY" else 10_000) // 10_000)
        total = sum(of(product, last * p.quantity) for (_, product), p in self.positions.items())
        for order in self.orders.values():
            if order.order_class == "entry" and order.is_working():
                price = order.terms.get("limit_price_e4") or order.terms.get("trigger_price_e4") or last
                total += of(order.terms["product"], price * (order.terms["quantity"] - order.filled))
        return total

    def compare_replies(self):
        """Each reply to an order tells of the fills that the order had by then."""
        answered = {}
        for number, call in enumerate(self.heard["calls"], 1):
            where = f"call {number} ({call['tool']})"
            reply = call["reply"]
            self.check_refusal(where, call)
            if call["tool"] not in ("place_paper_order", "close_paper_position") or "order_id" not in reply:
                continue
            order = self.by_id.get(reply["order_id"])
            if call["is_error"]:
                if order is not None:
                    self.differ(where, f"refused, and yet {order.order_id} was sent")
                continue
            if order is None:
                self.differ(where, f"{reply['order_id']} was never sent")
                continue
            self.counts["replies compared"] += 1
            at = us_of(datetime.datetime.fromisoformat(reply["as_of"]))
            fills = [fill for fill in order.fills if fill[0] <= at]
            quantity = sum(fill[1] for fill in fills)
            self.equal(where, "filled_quantity", reply["filled_quantity"], quantity)
            self.equal(where, "charges", e4(reply["charges"]), sum(fill[3] for fill in fills))
            self.equal(where, "average_price", None if reply["average_price"] is None else e4(reply["average_price"]),
                       half_up(sum(fill[1] * fill[2] for fill in fills), quantity) if quantity else None)
            # The same request_id on the same day is the same order, however often it is asked.
            key = (date_of(at), call["arguments"].get("request_id"))
            if key[1] is not None:
                if key in answered:
                    self.counts["repeated requests"] += 1
                    self.equal(where, "order of a repeated request", reply["order_id"], answered[key])
                answered[key] = reply["order_id"]

    def check_refusal(self, where, call):
        """Whoever is refused is told so: denials come as an error with the first one's code, also where the order that was to
        be changed goes on as it was."""
        denials = call["reply"].get("denials") or []
        key = (call["tool"], call["reply"].get("as_of"), json.dumps(call["arguments"], default=str, sort_keys=True))
        if not denials and not call["is_error"] and key in self.refused_calls:
            self.differ(where, "refused, and answered as done when asked again at the same time")
        if call["tool"] == "preview_order" or not denials:
            return
        self.refused_calls.add(key)
        if not call["is_error"]:
            self.differ(where, f"denied by {denials[0]['code']}, and the reply is no error")
        else:
            self.equal(where, "code of the refusal", call["reply"]["error"]["code"], denials[0]["code"])
        if call["tool"] == "modify_paper_order":
            self.counts["refused modifications"] += 1

    # The end.

    def finish(self):
        self.equal("the end", "sum of all balances", sum(self.balances.values()), 0)
        if self.accrued_days:
            self.differ("the end", f"charges of {sorted(self.accrued_days)} are on no contract note")
        self.equal("the end", "charges_payable", self.payable(), 0)
        for (symbol, product), position in self.positions.items():
            account = f"securities:{symbol}:{product}"
            self.equal("the end", account, self.balances[account], position.cost - position.in_holdings())
        self.compare_replies()
        partly = [order for order in self.orders.values() if len(order.fills) > 1
                  or (order.fills and order.filled < order.terms["quantity"])]
        self.counts.update({"stops": len(self.stop_orders), "targets": len(self.target_orders),
                            "partial_fills": len(partly), "contract_notes": len(self.note_days),
                            "transactions": len(self.txns), "journal_lines": sum(len(t["lines"]) for t in self.txns)})
        proof = self.heard.get("ledger_verify")
        if proof:
            self.equal("ledger verify", "answer", (proof["ok"], proof["transactions"], proof["journal_lines"], proof["sum"]),
                       (True, len(self.txns), self.counts["journal_lines"], 0))
        if "audit_verify" in self.heard:
            self.equal("audit verify", "ok", self.heard["audit_verify"]["ok"], True)


# --- the audit chain ------------------------------------------------------------------------------------------------

def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def body_hash(record):
    return hashlib.sha256(bytes.fromhex(record["salt"]) + canonical(record["body"])).hexdigest()


def record_hash(record):
    core = {key: value for key, value in record.items() if key not in ("body", "salt", "hash")}
    return hashlib.sha256(b"\0" + canonical(core)).hexdigest()


def chained(records):
    """The records with a chain that fits them, as a forger without the signing key could make it."""
    prev, lines = "0" * 64, []
    for seq, record in enumerate(records, 1):
        record = {**record, "seq": seq, "prev": prev}
        record["body_hash"] = body_hash(record)
        record["hash"] = prev = record_hash(record)
        lines.append(canonical(record).decode())
    return lines


# --- planted faults -------------------------------------------------------------------------------------------------

class Planted:
    """A copy of the export and of the log to spoil."""

    def __init__(self, export_lines, log_lines):
        self.rows = [json.loads(line) for line in export_lines]
        self.log = [record for record in map(json.loads, log_lines) if record["type"] != "checkpoint"]

    def row(self, **wanted):
        """Index of a row in the middle of the file that has these members."""
        found = [i for i, row in enumerate(self.rows) if all(row[key] == value for key, value in wanted.items())]
        return found[len(found) // 2]

    def record(self, kind, **wanted):
        found = [i for i, record in enumerate(self.log) if record["type"] == kind
                 and all(record["body"].get(key) == value for key, value in wanted.items())]
        return found[len(found) // 2]

    def rows_of(self, txn):
        return [row for row in self.rows if row["txn"] == txn]

    def lines(self):
        return [canonical(row).decode() for row in self.rows], chained(self.log)


def one_paisa(planted):
    planted.rows[planted.row(kind="fill", account="cash")]["amount_e4"] += 100


def one_paisa_in_balance(planted):
    row = planted.rows[planted.row(kind="fill", account="realized")]
    row["amount_e4"] += 100
    next(r for r in planted.rows_of(row["txn"]) if r["account"] == "cash")["amount_e4"] -= 100


def charge_in_balance(planted):
    row = planted.rows[planted.row(kind="fill", account="charges:stt")]
    row["amount_e4"] -= 1
    next(r for r in planted.rows_of(row["txn"]) if r["account"] == "charges_payable:stt")["amount_e4"] += 1


def line_removed(planted):
    del planted.rows[planted.row(kind="fill", account="charges:gst")]


def transaction_removed(planted):
    txn = planted.rows[planted.row(kind="fill")]["txn"]
    planted.rows = [{**row, "txn": row["txn"] - (row["txn"] > txn)} for row in planted.rows if row["txn"] != txn]


def fill_without_record(planted):
    del planted.log[planted.record("fill")]


def moved_price(planted, price_of):
    """Another price of a whole fill, told alike by export and log."""
    record = planted.log[planted.record("fill", purpose="entry", side="BUY")]
    body = record["body"]
    price = price_of(body)
    for row in planted.rows_of(body["txn"]):
        if row["account"] == "cash":
            row["amount_e4"] -= (price - body["price_e4"]) * body["quantity"]
        if row["account"].startswith("securities:"):
            row["amount_e4"] += (price - body["price_e4"]) * body["quantity"]
        row["price_e4"] = price
    body["price_e4"] = price


def price_outside_the_bar(planted, tape):
    moved_price(planted, lambda body: tape.bars[body["bar_ts"]].high + TICK_E4)


def price_of_another_tick(planted):
    moved_price(planted, lambda body: body["price_e4"] - TICK_E4)


def filled_above_quantity(planted):
    # The order's last word on its quantity, one share less than what was filled in the end.
    seq = next(seq for seq, filled in planted_totals(planted).items() if filled > 1)
    for record in planted.log:
        if record["type"].endswith(".submitting") and record["body"].get("order_seq") == seq and "quantity" in record["body"]:
            record["body"]["quantity"] = planted_totals(planted)[seq] - 1


def planted_totals(planted):
    totals = collections.Counter()
    for record in planted.log:
        if record["type"] == "fill":
            totals[record["body"]["order_seq"]] += record["body"]["quantity"]
    return totals


def stop_fills_twice(planted):
    at = planted.record("fill", purpose="stop")
    twin = copy.deepcopy(planted.log[at])
    txn = twin["body"]["txn"]
    rows = [{**row, "txn": txn + 1} for row in planted.rows_of(txn)]
    first = next(i for i, row in enumerate(planted.rows) if row["txn"] > txn)
    planted.rows = planted.rows[:first] + rows + [{**row, "txn": row["txn"] + 1} for row in planted.rows[first:]]
    for record in planted.log:
        if record["type"] == "fill" and record["body"]["txn"] > txn:
            record["body"]["txn"] += 1
    twin["body"]["txn"] += 1
    planted.log.insert(at + 1, twin)


def note_rounded_down(planted):
    rows = planted.rows_of(planted.rows[planted.row(kind="contract_note")]["txn"])
    cash = next(row for row in rows if row["account"] == "cash")
    rounding = next(row for row in rows if row["account"] == "charges_rounding")
    cash["amount_e4"] += 100
    rounding["amount_e4"] -= 100


def settlement_forgotten(planted):
    txn = planted.rows[planted.row(kind="settlement")]["txn"]
    planted.rows = [{**row, "txn": row["txn"] - (row["txn"] > txn)} for row in planted.rows if row["txn"] != txn]
    del planted.log[planted.record("settlement")]
    for record in planted.log:
        if record["type"] == "fill" and record["body"]["txn"] > txn:
            record["body"]["txn"] -= 1


FAULTS = [
    ("one paisa more in a cash line", one_paisa, "sum of its lines"),
    ("one paisa from profit to cash, in balance", one_paisa_in_balance, "is not computed"),
    ("a ten-thousandth of STT less, in balance", charge_in_balance, "charges:stt"),
    ("a line removed", line_removed, "is missing"),
    ("a fill's transaction removed", transaction_removed, "txn"),
    ("a fill's audit record removed, the chain mended", fill_without_record, ""),
    ("a price outside its bar, told alike by both", price_outside_the_bar, "outside its bar"),
    ("a price one tick lower, told alike by both", price_of_another_tick, "charges"),
    ("more filled than asked, the chain mended", filled_above_quantity, "filled of"),
    ("a stop that fills twice, told alike by both", stop_fills_twice, "left twice"),
    ("a contract note one paisa short, in balance", note_rounded_down, "contract_note"),
    ("a settlement forgotten by both", settlement_forgotten, "not in the holdings"),
]


def is_heard(tape, export_lines, log_lines, heard):
    """Refused modifications that are told as if they had been done: is each found?"""
    calls = list(heard["calls"])
    refused = [i for i, call in enumerate(calls) if call["tool"] == "modify_paper_order" and call["reply"].get("denials")]
    if not refused:
        print("  not planted: a refused modification told as done: this run has none")
        return True
    first = refused[0]
    # The second of two calls that are the same word for word.
    last = next((i for i in refused if any(calls[j]["arguments"] == calls[i]["arguments"] for j in refused if j < i)), None)
    if last is None:
        print("  not planted: a refused modification asked again: this run has none")
        return True
    as_done = {key: value for key, value in calls[last]["reply"].items() if key not in ("denials", "error")}
    missed = 0
    for name, at, plant, sign in (
            ("a refused modification told as done", first, {"is_error": False}, "the reply is no error"),
            ("a refused modification told as done when asked again", last, {"is_error": False, "reply": as_done}, "asked again")):
        planted = [{**call, **plant} if i == at else call for i, call in enumerate(calls)]
        found = Check(tape, export_lines, log_lines, {**heard, "calls": planted}).run()
        told = [difference for difference in found if sign in difference]
        missed += not told
        print(f"  {'found' if told else 'MISSED'}: {name}: {(told or found)[:1]}")
    return not missed


def self_test(tape, export_lines, log_lines, heard):
    """Every planted fault must be found, and by what is meant to find it."""
    missed = 0
    for name, plant, sign in FAULTS:
        planted = Planted(export_lines, log_lines)
        try:
            plant(planted, tape) if plant is price_outside_the_bar else plant(planted)
        except (IndexError, StopIteration):
            print(f"  not planted: {name}: this run has nothing of the kind")
            continue
        export, log = planted.lines()
        # Without what the agent heard: export and log alone must give it away.
        found = Check(tape, export, log).run()
        told = [difference for difference in found if sign in difference]
        missed += not told
        print(f"  {'found' if told else 'MISSED'}: {name}" + (f": {told[0][:150]}" if told else f" ({found[:1]})"))
    if heard:
        missed += not is_heard(tape, export_lines, log_lines, heard)
    spoiled = list(log_lines)
    middle = next(i for i, line in enumerate(spoiled) if i > len(spoiled) // 2 and '"price_e4":' in line)
    spoiled[middle] = spoiled[middle].replace('"price_e4":4', '"price_e4":5').replace('"price_e4":3', '"price_e4":4')
    found = [d for d in Check(tape, export_lines, spoiled).run() if "body_hash" in d]
    missed += not found
    print(f"  {'found' if found else 'MISSED'}: a byte of the log changed: {found[:1]}")
    return missed


# --- main -----------------------------------------------------------------------------------------------------------

def verify_audit(log, key):
    verifier = pathlib.Path(__file__).resolve().parents[1] / "execution_broker" / "audit" / "verify_audit.py"
    done = subprocess.run([sys.executable, str(verifier), "--key", str(key), str(log)], capture_output=True, text=True)
    return done.returncode, done.stdout.strip() or done.stderr.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--csv", "--export", "--log"):
        parser.add_argument(name, type=pathlib.Path, required=True)
    parser.add_argument("--key", type=pathlib.Path)
    parser.add_argument("--heard", type=pathlib.Path)
    parser.add_argument("--least", action="append", default=[], metavar="NAME=NUMBER", help="least count of a kind")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()

    tape = Tape(options.csv)
    export_lines = options.export.read_text().splitlines()
    log_lines = options.log.read_text().splitlines()
    heard = json.loads(options.heard.read_text(), parse_float=decimal.Decimal) if options.heard else None
    if options.self_test:
        print("planted faults:")
        missed = self_test(tape, export_lines, log_lines, heard)
        print(f"planted faults: {missed} missed")
        return 1 if missed else 0

    check = Check(tape, export_lines, log_lines, heard)
    differences = check.run()
    if options.key:
        code, answer = verify_audit(options.log, options.key)
        if code != 0:
            differences.append(f"verify_audit.py: exit {code}: {answer}")
    for least in options.least:
        name, _, number = least.partition("=")
        if check.counts[name] < int(number):
            differences.append(f"only {check.counts[name]} {name}, {number} are wanted: the run proves too little")

    print("checked: " + ", ".join(f"{check.counts[name]} {name.replace('_', ' ')}" for name in (
        "days", "orders of the agent", "orders of the broker", "stops", "targets", "partial_fills", "fills", "modifications",
        "refused modifications", "refusals", "repeated requests",
        "contract_notes", "settlements", "transactions", "journal_lines", "portfolios compared", "covers compared",
        "replies compared")))
    for name in sorted(name for name in check.counts if name.split()[0] in ("MARKET", "LIMIT", "SL", "SL-M")):
        print(f"  {check.counts[name]:5}  {name}")
    for account in sorted(check.balances):
        if check.balances[account]:
            print(f"  {check.balances[account] / RUPEE:>20,.4f}  {account}")
    for difference in differences[:SHOWN]:
        print("DIFFERENT  " + difference)
    print(f"{len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
