// The table of faults. Q names are those of the wire's quirk catalogue, X names are plain accidents
// of a network.

#include "tests/sandbox_exchange/faults.h"

namespace sandbox {

// clang-format off
const std::vector<FaultRow>& fault_table() {
  static const std::vector<FaultRow> rows{
      {"Q01", "secure", "gateway dialect: Invalid Token with HTTP 200 and no `status`", "code: AG8001 or AG8002"},
      {"Q02", "secure", "gateway dialect: Token missing", ""},
      {"Q03", "rest", "rate refusal: 403, plain text", "text"},
      {"Q04", "rest", "the same, on the first call of an endpoint since the log-in", "text"},
      {"Q05", "rest", "AB1021 Too many requests, in JSON", ""},
      {"Q06", "rest", "HTTP 400 with no byte of body", ""},
      {"Q07", "rest", "HTML page Request Rejected", "http: 200 or 403"},
      {"Q08", "rest", "failure upstream", "http: 502; kind: html, json, empty"},
      {"Q09", "writes", "the wish is taken, the connection is reset before a byte of the reply", ""},
      {"Q10", "writes", "the wish is taken, the reply is cut half way", ""},
      {"Q11", "writes", "the wish is not taken, the connection is reset", ""},
      {"Q12", "writes", "the wish is taken, the reply comes late", "ms: 15000"},
      {"Q13", "writes", "status true without an order id", "shape: null, no_orderid, empty_orderid, string"},
      {"Q14", "placeOrder", "success, then rejected in the book for funds", "ms: how late; text"},
      {"Q15", "placeOrder", "success, then rejected: Adapter is Logged Off", "ms: how late"},
      {"Q16", "placeOrder", "the order is absent from the order book for a while", "ms: 5000; reads: 0"},
      {"Q17", "placeOrder", "the order is taken twice", ""},
      {"Q18", "writes gtt_writes", "Access denied: Unregistered IP address", "http: 200 or 403"},
      {"Q19", "placeOrder", "AB1007 as for variety AMO", "text"},
      {"Q20", "placeOrder", "AB4036, categorised under cautionary listings", ""},
      {"Q21", "placeOrder modifyOrder", "Limit Price Protection, refused in the reply", "kind: price, gap"},
      {"Q22", "placeOrder", "only a part of what could fill does, the rest stays open", "percent: 50"},
      {"Q23", "cancelOrder", "success, but the order filled first", ""},
      {"Q24", "cancelOrder", "a part fills, then it is cancelled", ""},
      {"Q25", "getOrderBook details", "rows say status `modified` beside their orderstatus", ""},
      {"Q26", "getOrderBook details", "orderid a number, symboltoken and ordertag null", "only: orderid, symboltoken, ordertag"},
      {"Q27", "rest", "numbers as text, and text that is a number as a number", ""},
      {"Q28", "getPosition", "netvalue with a blank after its sign, -0.00", ""},
      {"Q29", "getOrderBook getTradeBook getPosition getHolding getAllHolding getCandleData quote getLtpData searchScrip getRMS",
       "nothing, in another kind", "kind: null, array, string, missing; always: 1 = also where there is something"},
      {"Q30", "getOrderBook getTradeBook getPosition getHolding getAllHolding", "AB1013 to AB1016 for nothing", "always: 1"},
      {"Q31", "getOrderBook getTradeBook", "rows missing, or as they were a while ago", "kind: missing, stale; rows: 1"},
      {"Q32", "quote", "tokens come back unfetched", "tokens: 1; 0 = all"},
      {"Q33", "quote getLtpData", "a price that is none", "kind: zero, depth, stale, crossed"},
      {"Q34", "getCandleData", "bars with a defect", "kind: gap, bad_bar, negative_volume, null, duplicate, unordered, future, truncated"},
      {"Q35", "rest", "AB1004 Something Went Wrong", "ms: for so long; 0 = by count"},
      {"Q36", "secure", "the session is gone", ""},
      {"Q37", "loginByPassword", "AB1050 Invalid totp and client combination", ""},
      {"Q38", "market_stream", "silence: no packets, no pong", "kind: packets, pong, all"},
      {"Q39", "market_stream_connect", "401 with x-error-message", "message; http: 401"},
      {"Q40", "market_stream", "a frame that is none", "kind: short, long, mode, token, empty, text"},
      {"Q41", "market_stream", "sequence jumps back, time goes backward, the frame comes twice", "kind: sequence, time, duplicate"},
      {"Q42", "market_stream", "the frame repeats an index as it stood: time and price frozen", ""},
      {"Q43", "market_stream_connect order_stream_connect", "too many connections", "http: 429"},
      {"Q44", "order_stream", "a rejected order under AB00", ""},
      {"Q45", "order_stream", "an update is never sent", ""},
      {"Q46", "placeOrder", "the update comes before the reply", "ms: 300, how long the reply waits"},
      {"Q47", "order_stream", "updates twice, or in the wrong order", "kind: duplicate, reorder"},
      {"Q48", "instruments", "a file that is wrong",
       "kind: truncated, stalled, empty, not_json, html, two_rows, tick_changed, token_moved, unknown_fields, missing_rows; ms: 15000; symbol"},
      {"Q49", "rest instruments", "a redirect, or a gzip body nobody asked for", "kind: redirect, gzip; location"},
      {"Q50", "rest", "the server's clock is off: its Date, and log-in codes", "seconds: 90"},
      {"Q51", "ruleList", "AB1004 as with more than 100 cancelled rules", ""},
      {"Q52", "getRMS", "m2m figures stay zero (always so); this blanks the other figures, too", "kind: zero, null"},
      {"X01", "rest instruments market_stream_connect order_stream_connect", "the reply comes late", "ms: 3000"},
      {"X02", "rest instruments", "the body is cut", "percent: 50"},
      {"X03", "rest", "HTTP 200 with no body", ""},
      {"X04", "rest", "the connection is reset after the effect, before the reply", ""},
      {"X05", "rest", "the connection is reset before the effect", ""},
      {"X06", "rest", "the body comes byte by byte", "ms: 20 between bytes"},
      {"X07", "rest", "`status` as text, \"true\" or \"false\"", ""},
      {"X08", "rest", "JSON that stops in the middle, with a length that fits", "percent: 50"},
      {"X09", "rest", "success told as `success` and `errorCode`", ""},
      {"X10", "market_stream order_stream", "the socket is dropped without a word", ""},
      {"X11", "rest", "an unknown field in every object", ""},
      {"X12", "rest", "HTTP 429 without body", ""},
      {"X13", "rest instruments", "a body much larger than any real one", "megabytes: 64"},
      {"X14", "rest", "JSON nested very deep", "depth: 100000"},
  };
  return rows;
}
// clang-format on

const FaultRow* find_fault(std::string_view name) {
  for (const FaultRow& row : fault_table())
    if (row.name == name) return &row;
  return nullptr;
}

namespace {

bool is_write(std::string_view endpoint) {
  return endpoint == "placeOrder" || endpoint == "modifyOrder" || endpoint == "cancelOrder";
}
bool is_gtt_write(std::string_view endpoint) {
  return endpoint == "createRule" || endpoint == "modifyRule" || endpoint == "cancelRule";
}
bool is_rest(std::string_view endpoint) {
  return endpoint != "instruments" && !endpoint.ends_with("_stream") && !endpoint.ends_with("_connect");
}

}  // namespace

bool can_strike(const FaultRow& row, std::string_view endpoint) {
  std::string_view rest = row.where;
  while (!rest.empty()) {
    const std::size_t blank = rest.find(' ');
    const std::string_view word = rest.substr(0, blank);
    rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    if (word == endpoint) return true;
    if (word == "rest" && is_rest(endpoint)) return true;
    if (word == "secure" && is_rest(endpoint) && endpoint != "loginByPassword") return true;
    if (word == "writes" && is_write(endpoint)) return true;
    if (word == "gtt_writes" && is_gtt_write(endpoint)) return true;
  }
  return false;
}

}  // namespace sandbox
