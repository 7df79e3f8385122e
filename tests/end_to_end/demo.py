"""One paper trade, told step by step. See scripts/demo."""

import json
import shutil
import subprocess
import sys
import tempfile
import pathlib

from mcp_client import BIN, House, McpClient

SYMBOL = "RELIANCE"


def say(step, text):
    print(f"\n== {step}\n{text}", flush=True)


def rupees(value):
    return f"{value:,.2f}"


def main():
    home = pathlib.Path(tempfile.mkdtemp(prefix="trading-mcp-demo-")) / "home"
    house = House({"SIM_SPEED": "step", "SIM_SEED": "1"}, home=home)
    try:
        house.start()
        house.advance("45m")
        with McpClient(home, "--toolsets", "all") as agent:
            server = agent.initialize_result["serverInfo"]
            tools = agent.request("tools/list")["tools"]
            say("an agent connects", f"{server['name']} {server['version']}, {len(tools)} tools in its list")

            status = agent.call("fetch_market_status")
            say("market status", json.dumps(status)[:300])

            price = agent.call("fetch_live_price", symbol=SYMBOL)
            say("price", f"{SYMBOL} {rupees(price['last_price'])}  bid {rupees(price['bid'])}  ask {rupees(price['ask'])}  "
                         f"source {price['source']}  as of {price['as_of']}")

            bars = agent.call("fetch_historical_data", symbol=SYMBOL, timeframe="FIVE_MINUTE", max_rows=3)
            say("history", json.dumps(bars)[:400])

            tick = agent.call("fetch_symbol_metadata", symbol=SYMBOL)["tick"]
            on_tick = lambda value: round(round(value / tick) * tick, 2)
            entry = price["ask"]
            stop, target = on_tick(entry * 0.996), on_tick(entry * 1.010)
            size = agent.call("calculate_position_size", capital=500000, risk_percent=0.2, entry_price=entry, stop_loss=stop)
            quantity = min(int(size["quantity"]), 100)
            say("sizing", f"risk 0.2 % of 5,00,000 with a stop at {rupees(stop)}: {size['quantity']} shares; the demo takes {quantity}")

            order = dict(symbol=SYMBOL, side="BUY", quantity=quantity, product_type="INTRADAY", stop_loss=stop, target=target,
                         strategy="demo")
            preview = agent.call("preview_order", **order)
            if not preview["would_pass"] and preview["largest_passing_quantity"] > 0:
                say("preview", f"refused by {preview['denials'][0]['code']}; {preview['largest_passing_quantity']} shares would pass")
                order["quantity"] = preview["largest_passing_quantity"]
                preview = agent.call("preview_order", **order)
            say("preview", json.dumps({key: preview[key] for key in
                                       ("would_pass", "order_value", "charges_round_trip", "worst_loss", "reward_risk", "break_even_price")}))

            placed = agent.call("place_paper_order", **order, request_id="demo-1")
            again = agent.call("place_paper_order", **order, request_id="demo-1")
            say("a bracket order", f"{placed['order_id']} {placed['status']} {placed['filled_quantity']} @ {rupees(placed['average_price'])}"
                                   f"  charges {rupees(placed['charges'])}; asked again with the same request_id: {again['order_id']}, no second order")

            naked, was_refused = agent.try_call("place_paper_order", symbol="TCS", side="BUY", quantity=1, product_type="INTRADAY")
            say("an entry without a stop", f"refused: {was_refused}, {naked['error']['code']}")

            for _ in range(40):
                house.advance("10m")
                if not agent.call("fetch_paper_portfolio")["books"][0]["positions"]:
                    break
            trades = agent.call("fetch_paper_trades")["trades"]
            say("stop or target", "\n".join(
                f"{trade['time']}  {trade['side']:4} {trade['quantity']:4} @ {rupees(trade['price'])}  {trade['reason']:10} "
                f"charges {rupees(trade['charges'])}" for trade in reversed(trades)))

            report = agent.call("generate_paper_trading_report")
            say("report", report["report_markdown"][:1500])

        house.advance("8h")  # square-off, close, contract note
        say("what the human sees", house.cli("status").stdout)
        verified = house.cli("audit", "verify", check=False)
        say("audit verify", verified.stdout.strip() + f"  (exit {verified.returncode})")
        if verified.returncode != 0:
            return 1
        house.stop()

        query = """
          SELECT o.order_id, o.class, o.purpose, o.symbol, o.side, o.quantity, o.state, f.quantity AS filled,
                 printf('%.4f', f.price_e4 / 10000.0) AS price,
                 printf('%.4f', (f.brokerage_e4 + f.stt_e4 + f.transaction_e4 + f.sebi_e4 + f.ipft_e4 + f.stamp_e4 + f.dp_e4
                                 + f.gst_e4) / 10000.0) AS charges
          FROM orders o JOIN fill f USING (order_seq) ORDER BY f.fill_id"""
        rows = subprocess.run(["sqlite3", "-header", "-column", str(home / "storage" / "paper.db"), query],
                              capture_output=True, text=True, check=True).stdout
        say("the ledger, read by sqlite3", rows)
        return 0 if rows.strip() else 1
    finally:
        house.close()
        shutil.rmtree(home.parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
