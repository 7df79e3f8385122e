#!/usr/bin/env python3
"""`execution_broker --import-bhavcopy` on both forms that NSE publishes, and what a broker without any key then serves.

The files are written here, column by column as the exchange's headers name them: the older form (until July 2024) and the
UDiFF form (since). Rows that are not a share's series, and files that are none, are among them.
"""

import subprocess
import sys
import tempfile
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sandbox_exchange"))

from exchange_client import Exchange  # noqa: E402
from mcp_client import BIN, House, McpClient  # noqa: E402

LEGACY = """SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,
SBIN,EQ,847.4,860.5,845.05,859.65,859.4,846.5,15712345,13412345678.9,05-JUL-2024,245678,INE062A01020,
SBIN,N2,10900,10910,10890,10900,10900,10895,12,130800,05-JUL-2024,3,INE062A08140,
TCS,EQ,4011,4025,3990.1,4017.75,4019,4016.9,1712345,6872345678,05-JUL-2024,98765,INE467B01029,
"""
UDIFF_HEADER = ("TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,"
                "FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,"
                "TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4\n")


def udiff(day, rows):
    return UDIFF_HEADER + "".join(
        f"{day},{day},CM,NSE,STK,{token},{isin},{symbol},{series},,,,,{symbol} LTD,{o},{h},{low},{c},{c},{o},,{c},,,{volume},1.0,1,F1,1,,,,,\n"
        for token, isin, symbol, series, o, h, low, c, volume in rows)


def expect(condition, what=""):
    if not condition:
        raise AssertionError(what)


def run(home, *files):
    return subprocess.run([str(BIN / "execution_broker"), "--home", str(home), "--import-bhavcopy", *map(str, files)],
                          capture_output=True, text=True, timeout=60)


def main():
    with Exchange(str(BIN / "sandbox_exchange"), "--start", "2024-07-10T10:00:00+05:30", "--clock", "machine") as x, \
            tempfile.TemporaryDirectory() as folder, \
            House({"MARKET_DATA": "smartapi", "SMARTAPI_REST_URL": x.ready["rest_url"], "SMARTAPI_STREAM_URL": x.ready["stream_url"],
                   "SMARTAPI_ORDER_STREAM_URL": x.ready["order_stream_url"],
                   "SMARTAPI_INSTRUMENTS_URL": x.ready["instruments_url"]}) as house:
        folder = pathlib.Path(folder)
        older, newer, none, cut = folder / "cm05JUL2024bhav.csv", folder / "BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv", folder / "x.html", \
            folder / "cut.csv"
        older.write_text(LEGACY)
        newer.write_text(udiff("2024-07-08", [("3045", "INE062A01020", "SBIN", "EQ", 859, 861.9, 850.2, 853.2, 9123456),
                                              ("11536", "INE467B01029", "TCS", "EQ", 4010, 4020, 3985, 3994.5, 1123456)]))
        none.write_text("<html><title>Request Rejected</title></html>")
        cut.write_text(newer.read_text()[:-60])

        done = run(house.home, newer, older)
        expect(done.returncode == 0, done.stderr)
        expect(done.stdout.split("\n")[:2] == ["2024-07-08 2 symbols", "2024-07-05 2 symbols"], done.stdout)
        for wrong in (none, folder / "nowhere.csv"):
            refused = run(house.home, wrong)
            expect(refused.returncode == 1 and refused.stderr.strip(), f"{wrong}: {refused}")
        expect("BHAVCOPY_INVALID" in run(house.home, none).stderr, "says what it is not")
        # A row that ends in the middle is left out and told, or the file is refused: never half a price.
        partly = run(house.home, cut)
        expect(partly.returncode == 1 or "left out" in partly.stderr, partly)
        expect(run(house.home).returncode == 2, "no file named")
        # The same file again changes nothing.
        expect(run(house.home, newer).returncode == 0)

        house.start()
        with McpClient(house.home, "--toolsets", "all") as client:
            bars = client.call("fetch_historical_data", symbol="SBIN", timeframe="ONE_DAY", start_date="2024-07-01",
                               end_date="2024-07-09")
            rows = bars["columns"]
            expect(rows["c"] == [859.65, 853.2], bars)
            expect(rows["o"] == [847.4, 859], bars)
            expect(rows["v"] == [15712345, 9123456], bars)
            quote, is_error = client.try_call("fetch_live_price", symbol="SBIN")
            expect(is_error, f"no key, no price: {quote}")
            funds, is_error = client.try_call("fetch_broker_funds")
            expect(is_error and funds["error"]["code"] == "NO_BROKER_ACCOUNT", funds)
        # While the broker runs, its store is its own.
        busy = run(house.home, newer)
        print("import beside a running broker:", busy.returncode, busy.stderr.strip()[:120])
    print("both forms were imported and served")
    return 0


if __name__ == "__main__":
    sys.exit(main())
