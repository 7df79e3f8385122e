#!/usr/bin/env python3
"""Was a stale price ever used as fresh? Told from the audit log alone, held against what somebody saw at the exchange.

    check_prices.py AUDIT_LOG CHRONICLE [--json]

AUDIT_LOG is storage/trade_logs.jsonl. CHRONICLE is written by whoever stood beside the exchange: one JSON line for each
look, {"at_us": machine time, "now_us": exchange time, "symbol", "last_e4", "bid_e4", "ask_e4"}, and lines
{"at_us", "cut": true|false} when the market stream was cut and let up again.

What counts as using a price: an entry that passed the checklist (its `.checked` record carries the quote), and every fill
(its record carries the print). A refusal uses none. For each of them:

  evidence   the record says what it rested on: exchange time, line, age
  age        at the machine time of the record, the exchange's own clock is at most 3 s (whole seconds: and a bit) past the
             exchange time of the price
  line       the price did not come over a line that an earlier record says was lost
  truth      the price paid, and the quote decided on, lie within what the exchange showed in the seconds before

Nothing of the project is imported. Exit 0: clean; 1: a stale price was used; 2: the files prove nothing.
"""

import argparse
import bisect
import json
import sys

MOST_AGE_US = 3_000_000 + 1_500_000  # the rule, the exchange's whole seconds, and the time between two looks
WINDOW_US = 6_000_000                # how far back the exchange's own prices are looked at, in machine time
SLACK_BPS = 10                       # between two looks a print may lie a little outside


class Chronicle:
    def __init__(self, lines):
        self.looks = {}
        for line in lines:
            if "symbol" in line:
                self.looks.setdefault(line["symbol"], []).append(line)
        self.times = {symbol: [look["at_us"] for look in looks] for symbol, looks in self.looks.items()}

    def exchange_now(self, symbol, at_us):
        """The exchange's clock at a machine time, from the newest look at or before it; None where there was none."""
        index = bisect.bisect_right(self.times.get(symbol, []), at_us) - 1
        return self.looks[symbol][index]["now_us"] if index >= 0 else None

    def prices(self, symbol, from_us, until_us):
        times = self.times.get(symbol, [])
        begin = max(0, bisect.bisect_left(times, from_us) - 1)
        looks = self.looks.get(symbol, [])[begin:bisect.bisect_right(times, until_us) + 1]
        return [price for look in looks for price in (look["last_e4"], look["bid_e4"], look["ask_e4"]) if price > 0]


def uses(records):
    """(record, symbol, price evidence, prices that have to be true)"""
    symbols = {}
    for record in records:
        body = record.get("body") or {}
        if record["type"].endswith(".submitting") and "symbol" in body:
            symbols[body["order_id"]] = body["symbol"]
    for record in records:
        body = record.get("body") or {}
        if record["type"] == "fill":
            yield record, body["symbol"], body.get("print"), [body["price_e4"]]
        elif record["type"].endswith(".checked") and body.get("class") == "entry":
            quote = body.get("quote")
            yield record, (quote or {}).get("symbol") or symbols.get(record["subject"]), quote, \
                [quote[key] for key in ("last_e4", "bid_e4", "ask_e4") if key in quote] if quote else []


def check(records, chronicle):
    findings, used = [], 0
    by_line = {"stream": 0, "request": 0}
    lost = {}
    events = sorted(records, key=lambda record: record["seq"])
    boots = [record["boot"] for record in events]
    for record, symbol, evidence, prices in uses(events):
        used += 1
        where = f"seq {record['seq']} {record['type']} {record['subject']} {symbol}"
        if not evidence or "exchange_us" not in evidence or "line" not in evidence:
            findings.append(f"evidence: {where} does not say what it rested on")
            continue
        by_line["stream" if evidence["line"] > 0 else "request"] += 1
        if evidence.get("stale"):
            findings.append(f"evidence: {where} rested on a quote that its own source called stale")
        now_us = chronicle.exchange_now(symbol, record["ts"])
        if now_us is None:
            findings.append(f"evidence: nobody looked at the exchange before {where}")
            continue
        age = now_us - evidence["exchange_us"]
        if age > MOST_AGE_US:
            findings.append(f"age: {where} used a price {age / 1e6:.1f} s old")
        for other in events[:events.index(record)]:
            if other["type"] == "market.stream_lost" and other["boot"] == record["boot"] and \
                    (other.get("body") or {}).get("line") == evidence["line"] and evidence["line"] > 0:
                # A print that came before the loss may be settled after it; a quote is looked at now.
                if record["type"] == "fill" and evidence["ts_us"] <= other["body"]["at_us"] + 1_000:
                    continue
                findings.append(f"line: {where} used line {evidence['line']}, lost at seq {other['seq']}")
        seen = chronicle.prices(symbol, record["ts"] - WINDOW_US, record["ts"])
        for price in prices:
            slack = price * SLACK_BPS // 10_000
            if not seen or not min(seen) - slack <= price <= max(seen) + slack:
                findings.append(f"truth: {where} has {price / 1e4:.2f}, the exchange showed "
                                f"{min(seen, default=0) / 1e4:.2f} to {max(seen, default=0) / 1e4:.2f}")
    return {"used": used, "by_line": by_line, "stream_lost": sum(r["type"] == "market.stream_lost" for r in events),
            "boots": len(set(boots)), "findings": findings}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("audit_log")
    parser.add_argument("chronicle")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with open(arguments.audit_log, encoding="utf-8") as file:
        records = [record for record in map(json.loads, file) if record.get("type") != "checkpoint"]
    with open(arguments.chronicle, encoding="utf-8") as file:
        chronicle = Chronicle([json.loads(line) for line in file])
    report = check(records, chronicle)
    if arguments.json:
        print(json.dumps(report))
    else:
        print(f"{report['used']} uses of a price ({report['by_line']['stream']} by the stream, {report['by_line']['request']} by a "
              f"request), {report['stream_lost']} losses of the stream, {len(report['findings'])} findings")
        print("".join(f"  {finding}\n" for finding in report["findings"]), end="")
    if report["used"] == 0:
        return 2
    return 1 if report["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
