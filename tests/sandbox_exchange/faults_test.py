#!/usr/bin/env python3
"""Every fault of the catalogue, armed and met once: the client sees what the catalogue says, the hit is counted once, the
next request is well again, and what the exchange's own book says of the order is true.

    faults_test.py SANDBOX_EXCHANGE
"""

import gzip
import json
import struct
import sys
import time

from exchange_client import Exchange

CANDLES = {"exchange": "NSE", "symboltoken": "3045", "interval": "FIVE_MINUTE", "fromdate": "2026-11-20 09:15",
           "todate": "2026-11-20 10:15"}
QUOTE = {"mode": "FULL", "exchangeTokens": {"NSE": ["3045", "2885"]}}
SUBSCRIBE = {"correlationID": "abcde12345", "action": 1,
             "params": {"mode": 3, "tokenList": [{"exchangeType": 1, "tokens": ["3045"]}]}}
SEEN = set()


def fault(*names):
    def keep(function):
        function.names = names
        CASES.append(function)
        return function
    return keep


CASES = []


def expect(condition, what=""):
    if not condition:
        raise AssertionError(what)


def orders(x):
    return x.control("/book")["accounts"][0]["orders"]


def writes(x):
    return x.control("/writes")


def strike(x, name, endpoint, run, **options):
    """Arms one strike, runs, and sees it counted exactly once."""
    before = x.hits(name)
    x.arm(name, endpoint, **options)
    result = run()
    expect(x.hits(name) == before + 1, f"{name} on {endpoint}: {x.hits(name) - before} hits instead of 1; {result}")
    x.control("/faults", method="DELETE")
    SEEN.add(name)
    return result


@fault("Q01", "Q02", "Q03", "Q04", "Q05", "Q06", "Q07", "Q08", "Q35", "X03", "X12")
def instead_of_a_reply(x):
    get = lambda: x.call("getRMS")
    r = strike(x, "Q01", "getRMS", get)
    expect(r.json == {"success": False, "message": "Invalid Token", "errorCode": "AG8001", "data": ""}, r)
    expect(strike(x, "Q01", "getRMS", get, code="AG8002").json["message"] == "Token Expired", "AG8002")
    expect(strike(x, "Q02", "getRMS", get).json["errorCode"] == "AG8003", "AG8003")
    r = strike(x, "Q03", "getRMS", get)
    expect((r.status, r.text, r.headers["content-type"]) ==
           (403, "Access denied because of exceeding access rate", "text/plain"), r)
    x.control("/sessions", {"kill": x.ready["client_code"]})
    x.control("/clock", {"advance": "30s"})
    x.log_in()
    expect(strike(x, "Q04", "getRMS", get).status == 403, "the first call")
    x.arm("Q04", "getRMS")
    expect(get().status == 200 and x.hits("Q04") == 1, "Q04 leaves a second call alone")
    x.control("/faults", method="DELETE")
    r = strike(x, "Q05", "getCandleData", lambda: x.call("getCandleData", CANDLES))
    expect((r.status, r.json["errorcode"]) == (200, "AB1021"), r)
    r = strike(x, "Q06", "getRMS", get)
    expect((r.status, r.raw, r.headers.get("content-type")) == (400, b"", None), r)
    r = strike(x, "Q07", "getRMS", get)
    expect(r.status == 200 and "<title>Request Rejected</title>" in r.text, r)
    expect(strike(x, "Q08", "getRMS", get, http=503, kind="empty").status == 503, "503")
    expect(strike(x, "Q35", "getRMS", get).json["errorcode"] == "AB1004", "AB1004")
    x.arm("Q35", "getRMS", ms=400)
    expect([get().json.get("errorcode") for _ in range(3)] == ["AB1004"] * 3, "down for a while")
    time.sleep(0.5)
    expect(get().json["status"] is True, "and well again")
    x.control("/faults", method="DELETE")
    r = strike(x, "X03", "getRMS", get)
    expect((r.status, r.raw) == (200, b""), r)
    expect(strike(x, "X12", "getRMS", get).status == 429, "429")


@fault("Q09", "Q10", "Q11", "Q12", "Q13")
def a_write_whose_reply_lies(x):
    for name, told, effect in [("Q09", "RemoteDisconnected", True), ("Q10", "cut", True), ("Q11", "RemoteDisconnected", False)]:
        tag = "lost" + name
        r = strike(x, name, "placeOrder", lambda tag=tag: x.place(ordertag=tag))
        expect(r.broken in (told, "ConnectionResetError"), f"{name}: {r}")
        x.settle()
        found = [o for o in orders(x) if o["ordertag"] == tag]
        expect(len(found) == (1 if effect else 0), f"{name}: {len(found)} orders in the book")
        [write] = [w for w in writes(x) if w["ordertag"] == tag]
        expect(write["effect"] == ("taken" if effect else "not_taken"), write)
    started = time.monotonic()
    r = strike(x, "Q12", "placeOrder", lambda: x.place(ordertag="late"), ms=700)
    expect(r.status == 200 and time.monotonic() - started >= 0.7, r)
    for shape, check in [("null", lambda d: d is None), ("string", lambda d: d == ""),
                         ("no_orderid", lambda d: "orderid" not in d and d["uniqueorderid"]),
                         ("empty_orderid", lambda d: d["orderid"] == "")]:
        r = strike(x, "Q13", "placeOrder", lambda: x.place(ordertag="noid"), shape=shape)
        expect(r.json["status"] is True and check(r.data), f"{shape}: {r}")
    x.settle()
    expect(len([o for o in orders(x) if o["ordertag"] == "noid"]) == 4, "each of them stands in the book")
    # The same accidents on a cancel and a modify.
    placed = x.place(ordertag="kept").data
    x.settle()
    strike(x, "Q11", "cancelOrder", lambda: x.call("cancelOrder", {"variety": "NORMAL", "orderid": placed["orderid"]}))
    x.settle()
    expect([o["orderstatus"] for o in orders(x) if o["ordertag"] == "kept"] == ["open"], "a cancel that never arrived")
    strike(x, "Q09", "cancelOrder", lambda: x.call("cancelOrder", {"variety": "NORMAL", "orderid": placed["orderid"]}))
    x.settle()
    expect([o["orderstatus"] for o in orders(x) if o["ordertag"] == "kept"] == ["cancelled"], "a cancel whose reply was lost")


@fault("Q14", "Q15", "Q16", "Q17", "Q46")
def a_place_that_goes_on(x):
    for name, words in [("Q14", "Insufficient Funds"), ("Q15", "Adapter is Logged Off")]:
        r = strike(x, name, "placeOrder", lambda: x.place(ordertag=name))
        expect(r.json["status"] is True, r)
        x.settle()
        [order] = [o for o in orders(x) if o["ordertag"] == name]
        expect(order["orderstatus"] == "rejected" and words in order["text"], order)
    in_book = lambda tag: sum(o["ordertag"] == tag for o in x.call("getOrderBook").data)
    strike(x, "Q16", "placeOrder", lambda: x.place(ordertag="hidden"), ms=400, reads=1)
    x.settle()
    expect(in_book("hidden") == 0, "absent at first")
    time.sleep(0.45)
    expect([in_book("hidden"), in_book("hidden")] == [0, 1], "one more reading without it, then it is there")
    strike(x, "Q17", "placeOrder", lambda: x.place(ordertag="twice"))
    expect(in_book("twice") == 2, "two orders of one request")
    x.settle()
    with_socket = x.order_socket()
    with_socket.read()
    started = time.monotonic()
    r = strike(x, "Q46", "placeOrder", lambda: x.place(ordertag="early"), ms=400)
    waited = time.monotonic() - started
    kind, message = with_socket.read(0.05)  # it is there before the reply was
    expect(waited >= 0.4 and json.loads(message)["orderData"]["orderid"] == r.data["orderid"], "the update came first")
    with_socket.close()


@fault("Q18", "Q19", "Q20", "Q21")
def refusals_of_a_write(x):
    r = strike(x, "Q18", "placeOrder", x.place, http=403)
    expect((r.status, r.json["errorCode"], "status" in r.json) == (403, "AG7002", False), r)
    expect(strike(x, "Q18", "createRule", lambda: x.call("createRule", {})).json["errorCode"] == "AG7002", "GTT writes too")
    expect(strike(x, "Q19", "placeOrder", x.place).json["errorcode"] == "AB1007", "AB1007")
    expect(strike(x, "Q20", "placeOrder", x.place).json["errorcode"] == "AB4036", "AB4036")
    r = strike(x, "Q21", "placeOrder", x.place)
    expect(r.json["status"] is False and "Limit Price Protection" in r.json["message"] and r.json["errorcode"] == "", r)


@fault("Q22", "Q23", "Q24")
def fills_that_surprise(x):
    placed = strike(x, "Q22", "placeOrder", lambda: x.place(ordertag="part", price="830", quantity="20"), percent=50).data
    x.settle()
    [order] = [o for o in orders(x) if o["ordertag"] == "part"]
    expect((order["orderstatus"], order["filledshares"]) == ("open", "10"), order)
    x.call("cancelOrder", {"variety": "NORMAL", "orderid": placed["orderid"]})
    x.settle()
    for name, status, state, filled in [("Q23", "not cancelled", "complete", "10"), ("Q24", "cancelled", "cancelled", "5")]:
        placed = x.place(ordertag=name).data
        x.settle()
        r = strike(x, name, "cancelOrder", lambda: x.call("cancelOrder", {"variety": "NORMAL", "orderid": placed["orderid"]}))
        expect(r.json["status"] is True, r)
        x.settle()
        [order] = [o for o in x.call("getOrderBook").data if o["ordertag"] == name]
        expect((order["status"], order["orderstatus"], order["filledshares"]) == (status, state, filled), order)


@fault("Q25", "Q26", "Q27", "Q28", "Q31", "X07", "X09", "X11")
def rows_in_other_clothes(x):
    x.place(ordertag="rows")
    x.settle()
    book = lambda: x.call("getOrderBook")
    plain = book().data
    expect(all(r["status"] == "modified" for r in strike(x, "Q25", "getOrderBook", book).data), "Q25")
    row = strike(x, "Q26", "getOrderBook", book).data[0]
    expect((type(row["orderid"]), row["symboltoken"], row["ordertag"]) == (int, None, None), row)
    row = strike(x, "Q27", "getOrderBook", book).data[-1]
    expect((row["price"], row["quantity"], row["orderid"]) == ("780", 10, int(plain[-1]["orderid"])), row)
    expect(strike(x, "Q31", "getOrderBook", book, rows=2).data == plain[2:], "the oldest are missing")
    book()
    x.place(ordertag="newer")
    x.settle()
    expect(strike(x, "Q31", "getOrderBook", book, kind="stale").data == plain, "as it was before")
    expect(len(book().data) == len(plain) + 1, "and as it is")
    x.place(ordertag="held", price="830")
    x.settle()
    position = strike(x, "Q28", "getPosition", lambda: x.call("getPosition")).data[0]
    expect(position["netvalue"].startswith("- "), position)
    expect(strike(x, "X07", "getRMS", lambda: x.call("getRMS")).json["status"] == "true", "X07")
    r = strike(x, "X09", "getRMS", lambda: x.call("getRMS")).json
    expect(r["success"] is True and "status" not in r and r["data"]["net"], r)
    expect("x_new_in_this_release" in strike(x, "X11", "getRMS", lambda: x.call("getRMS")).json, "X11")


@fault("Q29", "Q30")
def nothing_in_every_kind(x):
    for kind, value in [("null", None), ("array", []), ("string", "")]:
        expect(strike(x, "Q29", "getHolding", lambda: x.call("getHolding"), kind=kind).data == value, kind)
    expect("data" not in strike(x, "Q29", "getHolding", lambda: x.call("getHolding"), kind="missing").json, "missing")
    expect(strike(x, "Q29", "getOrderBook", lambda: x.call("getOrderBook"), kind="array", always=1).data == [], "a lie")
    for endpoint, code in [("getOrderBook", "AB1013"), ("getTradeBook", "AB1014"), ("getHolding", "AB1015"), ("getPosition", "AB1016")]:
        r = strike(x, "Q30", endpoint, lambda endpoint=endpoint: x.call(endpoint), always=1)
        expect((r.json["status"], r.json["errorcode"]) == (False, code), r)


@fault("Q32", "Q33", "Q34")
def prices_that_are_none(x):
    quote = lambda: x.call("quote", QUOTE)
    data = strike(x, "Q32", "quote", quote).data
    expect((len(data["fetched"]), data["unfetched"][0]["symbolToken"]) == (1, "3045"), data)
    expect(strike(x, "Q32", "quote", quote, tokens=0).data["fetched"] == [], "all of them")
    row = strike(x, "Q33", "quote", quote).data["fetched"][0]
    expect((row["ltp"], row["depth"]["buy"][0]["price"]) == (0, 0), row)
    row = strike(x, "Q33", "quote", quote, kind="stale").data["fetched"][0]
    expect(row["exchFeedTime"].startswith("22-Nov-2026"), row["exchFeedTime"])
    row = strike(x, "Q33", "quote", quote, kind="crossed").data["fetched"][0]
    expect(row["depth"]["buy"][0]["price"] > row["depth"]["sell"][0]["price"], "crossed")
    ask = lambda: x.call("getCandleData", CANDLES)
    plain = ask().data
    changed = {kind: strike(x, "Q34", "getCandleData", ask, kind=kind).data
               for kind in ["gap", "bad_bar", "negative_volume", "null", "duplicate", "unordered", "future", "truncated"]}
    expect(len(changed["gap"]) == len(plain) - 1, "gap")
    expect(any(high < low for _, _, high, low, _, _ in changed["bad_bar"]), "bad bar")
    expect(any(bar[5] < 0 for bar in changed["negative_volume"]), "negative volume")
    expect(any(bar[4] is None for bar in changed["null"]), "null")
    expect(changed["duplicate"][-1] == changed["duplicate"][-2], "duplicate")
    expect([b[0] for b in changed["unordered"]] != sorted(b[0] for b in changed["unordered"]), "unordered")
    expect(changed["future"][-1][0] > "2026-11-24", "future")
    expect(changed["truncated"] == plain[len(plain) // 2:], "truncated")


@fault("Q36", "Q37", "Q50")
def sessions_that_end(x):
    r = strike(x, "Q36", "getRMS", lambda: x.call("getRMS"))
    expect(r.json["errorCode"] == "AG8001" and x.call("getRMS").json["errorCode"] == "AG8001", "gone for good")
    x.control("/clock", {"advance": "30s"})
    expect(strike(x, "Q37", "loginByPassword", x.log_in).json["errorcode"] == "AB1050", "AB1050 once")
    # A server whose clock is off refuses this moment's code.
    r = strike(x, "Q50", "loginByPassword", x.log_in, seconds=90)
    expect(r.json["errorcode"] == "AB1050", r)
    expect(x.log_in().json["status"] is True, "the right moment")


@fault("Q38", "Q39", "Q40", "Q41", "Q42", "Q43", "X10")
def market_stream(x):
    try:
        tick = lambda price="812": x.control("/market", {"symbol": "SBIN-EQ", "price": price})
        refused = strike(x, "Q39", "market_stream_connect", x.market_socket, message="Invalid Header - Invalid Auth token")
        expect((refused.status, refused.headers["x-error-message"]) == (401, "Invalid Header - Invalid Auth token"), refused.status)
        for endpoint, connect in [("market_stream_connect", x.market_socket), ("order_stream_connect", x.order_socket)]:
            expect(strike(x, "Q43", endpoint, connect).status == 429, "Q43")
        silent = x.market_socket()

        def subscribe_in_vain():
            silent.send(json.dumps(SUBSCRIBE))
            silent.send("ping")
            return silent.read(0.3)
        expect(strike(x, "Q38", "market_stream", subscribe_in_vain, kind="all") is None, "silence")
        silent.close()
        stream = x.market_socket()
        stream.send(json.dumps(SUBSCRIBE))
        kind, good = stream.read()
        expect((kind, len(good)) == ("binary", 379), "a good frame first")
        next_frame = lambda: (tick(), stream.read())[1]
        sizes = {k: strike(x, "Q40", "market_stream", next_frame, kind=k) for k in ["short", "long", "mode", "token", "empty", "text"]}
        expect([len(sizes[k][1]) for k in ["short", "long", "mode", "token", "empty"]] == [372, 387, 379, 379, 0], sizes)
        expect((sizes["mode"][1][0], sizes["token"][1][2:27], sizes["text"][0]) == (9, b"8" * 25, "text"), sizes)
        sequence = lambda frame: struct.unpack_from("<q", frame, 27)[0]
        at = lambda frame: struct.unpack_from("<q", frame, 35)[0]
        before = next_frame()[1]
        expect(sequence(strike(x, "Q41", "market_stream", next_frame, kind="sequence")[1]) < sequence(before), "sequence")
        expect(at(strike(x, "Q41", "market_stream", next_frame, kind="time")[1]) < at(before), "time")
        first = strike(x, "Q41", "market_stream", next_frame, kind="duplicate")[1]
        expect(stream.read()[1] == first, "twice")
        index = {"action": 1, "params": {"mode": 1, "tokenList": [{"exchangeType": 1, "tokens": ["99926000"]}]}}

        def frozen_index():
            stream.send(json.dumps(index))
            return stream.read()
        expect(at(strike(x, "Q42", "market_stream", frozen_index)[1]) < at(before), "a frozen index")

        def dropped():
            tick()
            try:
                return stream.read()
            except ConnectionError:
                return "dropped"
        expect(strike(x, "X10", "market_stream", dropped) == "dropped", "X10")
    finally:
        x.control("/sockets", {"drop": "all"})


@fault("Q44", "Q45", "Q47")
def order_stream(x):
    stream = x.order_socket()
    expect(json.loads(stream.read()[1])["order-status"] == "AB00", "greeting")

    def codes(**changes):
        x.place(**changes)
        x.settle()
        seen = []
        while (frame := stream.read(0.15)) is not None:
            seen.append((json.loads(frame[1])["order-status"], json.loads(frame[1])["orderData"]["orderstatus"]))
        return seen
    plain = codes()
    expect(plain == [("AB09", "open pending"), ("AB01", "open")], plain)
    expect(strike(x, "Q44", "order_stream", lambda: codes(quantity="90000")) == [("AB00", "rejected")], "Q44")
    expect(strike(x, "Q45", "order_stream", codes) == [("AB01", "open")], "the first is missing")
    expect(strike(x, "Q47", "order_stream", codes, kind="duplicate") == [plain[0], plain[0], plain[1]], "twice")
    expect(strike(x, "Q47", "order_stream", codes, kind="reorder") == [plain[1], plain[0]], "in the wrong order")
    stream.close()


@fault("Q48")
def instrument_file(x):
    rows = {row["token"]: row for row in x.instruments().json if row["exch_seg"] == "NSE"}
    get = lambda: x.instruments()
    read = lambda kind: strike(x, "Q48", "instruments", get, kind=kind)
    expect(read("truncated").broken == "cut", "truncated")
    expect(strike(x, "Q48", "instruments", lambda: x.instruments(0.5), kind="stalled", ms=2000).broken == "timeout", "stalled")
    expect(read("empty").raw == b"", "empty")
    expect(read("not_json").text.startswith("token,"), "not json")
    expect("<html>" in read("html").text, "html")
    expect([r["token"] for r in read("two_rows").json if r["symbol"] == "SBIN-EQ"] == ["3046", "3045"], "two rows of a symbol")
    by_symbol = lambda reply: {row["symbol"]: row for row in reply.json if row["exch_seg"] == "NSE"}
    expect(by_symbol(read("tick_changed"))["SBIN-EQ"]["tick_size"] != rows["3045"]["tick_size"], "tick")
    expect(by_symbol(read("token_moved"))["SBIN-EQ"]["token"] == "99999", "token")
    expect("x_new_field" in by_symbol(read("unknown_fields"))["SBIN-EQ"], "unknown fields")
    expect("SBIN-EQ" not in by_symbol(read("missing_rows")), "missing rows")


@fault("Q49", "Q51", "Q52", "X01", "X02", "X04", "X05", "X06", "X08", "X13", "X14")
def odd_bytes(x):
    get = lambda: x.call("getRMS")
    r = strike(x, "Q49", "getRMS", get, location="http://127.0.0.1:1/elsewhere")
    expect((r.status, r.headers["location"]) == (302, "http://127.0.0.1:1/elsewhere"), r)
    r = strike(x, "Q49", "getRMS", get, kind="gzip")
    expect(r.headers["content-encoding"] == "gzip" and json.loads(gzip.decompress(r.raw))["status"] is True, r)
    expect(strike(x, "Q51", "ruleList", lambda: x.call("ruleList", {"status": ["NEW"], "page": 1, "count": 5})).json["errorcode"] == "AB1004", "Q51")
    expect(strike(x, "Q52", "getRMS", get, kind="null").data["net"] is None, "Q52")
    started = time.monotonic()
    strike(x, "X01", "getRMS", get, ms=300)
    expect(time.monotonic() - started >= 0.3, "X01")
    expect(strike(x, "X02", "getRMS", get).broken == "cut", "X02")
    tags = lambda: [o["ordertag"] for o in orders(x)]
    r = strike(x, "X04", "placeOrder", lambda: x.place(ordertag="x04"))
    x.settle()
    expect(r.status == 0 and "x04" in tags() and writes(x)[-1]["reply"] == "reset", "X04")
    r = strike(x, "X05", "placeOrder", lambda: x.place(ordertag="x05"))
    expect(r.status == 0 and "x05" not in tags(), "X05")
    expect(strike(x, "X06", "getRMS", get, ms=1).json["status"] is True, "X06")
    try:
        strike(x, "X08", "getRMS", get).json
        raise AssertionError("X08 was whole")
    except json.JSONDecodeError:
        pass
    expect(len(strike(x, "X13", "getRMS", get, megabytes=8).raw) > 8 << 20, "X13")
    expect(strike(x, "X14", "getRMS", get, depth=5000).text.count("[") == 5000, "X14")


def a_fault_without_effect_is_kept(x):
    """A hit is a fault that the client met: what would change nothing waits for its chance."""
    x.control("/clock", {"to": "2026-11-25T00:01:00+05:30"})
    x.log_in()
    x.arm("Q28", "getPosition")
    x.arm("Q26", "getOrderBook")
    x.arm("Q30", "getHolding")
    x.control("/account", {"holding": {"symbol": "TCS-EQ", "quantity": 3, "average": "3000.50"}})
    before = {name: x.hits(name) for name in ["Q28", "Q26", "Q30"]}
    expect(x.call("getPosition").data is None and x.call("getOrderBook").data is None)
    expect(x.call("getHolding").data[0]["tradingsymbol"] == "TCS-EQ", "no lie about what is there")
    expect({name: x.hits(name) for name in before} == before, "nothing was met")
    x.control("/account", {"holding": {"symbol": "TCS-EQ", "quantity": 0, "average": "1"}})
    expect(x.call("getHolding").json["errorcode"] == "AB1015", "but nothing is told as nothing")
    x.control("/faults", method="DELETE")
    print("ok a fault without effect is kept")


def arming_is_checked(x):
    for request in [{"name": "Q99"}, {"name": "Q37", "endpoint": "getRMS"}, {"name": "Q03", "count": "many"},
                    {"name": "Q03", "endpoint": "getrms"}, {"name": "Q03", "sometimes": 1}]:
        try:
            x.control("/faults", request)
        except AssertionError as refused:
            expect("FAULT_" in str(refused), str(refused))
        else:
            raise AssertionError(f"armed {request}")
    x.control("/faults", {"name": "Q03", "endpoint": "getRMS", "count": 2, "skip": 1})
    expect([x.call("getRMS").status for _ in range(4)] == [200, 403, 403, 200], "skip and count")
    x.control("/faults", {"name": "Q03", "endpoint": "getRMS", "count": -1, "probability": 0.5})
    statuses = [x.call("getRMS").status for _ in range(60)]
    expect(10 < statuses.count(403) < 50, f"{statuses.count(403)} of 60 by chance")
    x.control("/faults", method="DELETE")
    print("ok arming is checked")


def main():
    with Exchange(sys.argv[1], "--speed", "step", "--start", "2026-11-23T10:00:00+05:30", "--seed", "3") as x:
        x.control("/limits", {"is_on": False})
        expect(x.log_in().json["status"] is True, "log-in")
        for case in CASES:
            if "Q36" not in case.names and x.call("getRMS").json.get("errorCode"):
                x.control("/clock", {"advance": "30s"})
                x.log_in()
            case(x)
            print(f"ok {case.__name__}: {' '.join(case.names)}")
        a_fault_without_effect_is_kept(x)
        arming_is_checked(x)
        names = {row["name"] for row in x.control("/faults/catalogue")}
        expect(names == SEEN, f"faults without a case: {sorted(names - SEEN)}")
        hits = x.control("/faults")["hits"]
        print("hits:", " ".join(f"{name}={hits[name]}" for name in sorted(hits)))
        print(f"{len(SEEN)} faults")


if __name__ == "__main__":
    main()
