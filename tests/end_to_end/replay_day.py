"""A paper day by the real programs, replayed: the recorded book, slice by slice, must give the same fills.

    replay_day.py PATH/TO/replay_home

Orders of every kind are placed one process a call (mcp_gateway --call), two days pass with their square-off, and the
stopped broker's home is replayed twice: against its own market, which must give every fill again, and against another
seed's, which must not.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from mcp_client import BIN, House

SEED = 7
OTHER_SEED = 8
FEWEST_FILLS = 12


def call(home, tool, **arguments):
    """(structured content, is_error) of one call in a process of its own."""
    result = subprocess.run([str(BIN / "mcp_gateway"), "--home", str(home), "--call", tool, json.dumps(arguments)],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if result.returncode not in (0, 1):
        raise RuntimeError(f"{tool}: exit {result.returncode}: {result.stderr}")
    return json.loads(result.stdout), result.returncode == 1


def enter(home, symbol, side, quantity, away=0.004, product="INTRADAY", **more):
    """An entry with stop and target around the market; None when the checklist refuses it."""
    price, _ = call(home, "fetch_live_price", symbol=symbol)
    facts, _ = call(home, "fetch_symbol_metadata", symbol=symbol)
    tick = facts["tick"]
    direction = 1 if side == "BUY" else -1
    on_tick = lambda value: round(round(value / tick) * tick, 2)
    if more.get("order_type") == "LIMIT":
        more["price"] = on_tick(price["last_price"] * (1 - direction * 0.001))
    reply, is_error = call(home, "place_paper_order", symbol=symbol, side=side, quantity=quantity, product_type=product,
                           stop_loss=on_tick(price["last_price"] * (1 - direction * away)),
                           target=on_tick(price["last_price"] * (1 + direction * 4 * away)), **more)
    if is_error:
        print(f"refused: {symbol} {side} {quantity}: {reply['error']['code']}", flush=True)
        return None
    print(f"{reply['order_id']} {symbol} {side} {quantity}: {reply['status']}", flush=True)
    return reply["order_id"]


def trade(house):
    home = house.home
    for day in range(2):
        house.advance("45m")
        enter(home, "RELIANCE", "BUY", 40)
        enter(home, "SBIN", "SELL", 60)
        resting = enter(home, "TCS", "BUY", 15, order_type="LIMIT")
        enter(home, "INFY", "BUY", 25, product="DELIVERY", away=0.01)
        house.advance("20m")
        if resting:
            call(home, "modify_paper_order", order_id=resting, quantity=10)
        house.advance("1h")
        call(home, "close_paper_position", symbol="SBIN", product_type="INTRADAY")
        never = enter(home, "ITC", "BUY", 10, order_type="LIMIT")
        if never:
            call(home, "cancel_paper_order", order_id=never)
        enter(home, "HDFCBANK", "SELL", 20)
        house.advance("22h15m")  # square-off, close, the night, the next open
    house.advance("30m")


def replayed(program, home, seed):
    result = subprocess.run([program, str(home), "simulated", str(seed)], capture_output=True, text=True, timeout=120)
    print(f"seed {seed}: exit {result.returncode} {result.stdout.strip()} {result.stderr.strip()}", flush=True)
    return result


def main():
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).exists():
        print("usage: replay_day.py PATH/TO/replay_home", file=sys.stderr)
        return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="trading-mcp-replay-"))
    house = House({"SIM_SPEED": "step", "SIM_SEED": str(SEED)}, home=folder / "home")
    try:
        house.start()
        trade(house)
        recorded = house.cli("ledger", "export", "--canonical").stdout
        fills, _ = call(house.home, "fetch_paper_trades", limit=200)
        house.stop()
        told = len(fills["trades"])
        same = replayed(sys.argv[1], house.home, SEED)
        other = replayed(sys.argv[1], house.home, OTHER_SEED)
        if same.returncode != 0:
            return 1
        seen = json.loads(same.stdout)
        if seen["first_difference"] is not None or seen["fills"] != told or told < FEWEST_FILLS:
            print(f"the gateway told {told} fills, the replay gives {seen}; at least {FEWEST_FILLS} are wanted")
            return 1
        if not recorded.strip():
            print("the ledger is empty")
            return 1
        if other.returncode == 0:
            print("another market gave the same fills: the replay looks at nothing")
            return 1
        return 0
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
