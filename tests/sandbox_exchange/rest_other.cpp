// Calls that a trading client reads at most: EDIS, the cautionary list, derivatives' figures.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/rest_functions.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

// Rows of the futures that trade here, by the percentage they moved.
Json movers(Call& call, bool is_rising) {
  Json rows = Json::array();
  for (const auto& tape : call.world.market->tapes()) {
    if (!tape->listing->instrument_type.starts_with("FUT")) continue;
    const std::int64_t change = (tape->last - tape->previous_close).value();
    if (is_rising != (change > 0)) continue;
    const std::int64_t percent = mul_div(change, 10'000, std::max<std::int64_t>(1, tape->previous_close.value()), Rounding::kHalfUp);
    rows.push_back({{"symbolToken", tape->listing->token},
                    {"ltp", number(tape->last)},
                    {"netChange", number(Price(change))},
                    {"percentChange", rupees_of_paise(percent)},
                    {"opnInterest", tape->open_interest},
                    {"netChangeOpnInterest", 0},
                    {"tradingSymbol", tape->listing->symbol}});
  }
  return rows;
}

Json intraday_list(Call& call, std::string_view segment) {
  Json rows = Json::array();
  for (const Listing& listing : call.world.listings.all()) {
    const std::string series = listing.series();
    const bool is_intraday = listing.is_cash() && listing.segment == segment && (segment == "BSE" || series == "EQ");
    if (is_intraday) rows.push_back({{"exchange", segment}, {"SymbolName", listing.name}, {"Multiplier", "5.0"}});
  }
  return rows;
}

}  // namespace

Answer verify_dis(Call& call) {
  const std::string isin = text_at(call.body, "isin");
  const bool is_held = std::any_of(call.account->holdings.begin(), call.account->holdings.end(),
                                   [&](const auto& entry) { return entry.first->isin == isin; });
  if (!is_held) return refuse("AG2001", "something went wrong");
  return answer_with({{"ReqId", "2376100019365270"},
                      {"ReturnURL", "https://trade.invalid/edis"},
                      {"DPId", "33200"},
                      {"BOID", "1203320000000001"},
                      {"TransDtls", "bm90IGEgcmVhbCB0cmFuc2FjdGlvbg=="},
                      {"version", "1.1"}});
}

Answer generate_tpin(Call& call) {
  if (text_at(call.body, "ReqId").empty()) return refuse("AG2001", "something went wrong");
  return answer_with(nullptr);
}

Answer tran_status(Call& call) {
  const std::string request = text_at(call.body, "ReqId");
  if (request.empty()) return refuse("AG2001", "something went wrong");
  return answer_with({{"TransResDtls",
                       {{"ReqId", request},
                        {"ReqType", "D"},
                        {"ResId", "1"},
                        {"ResStatus", "0"},
                        {"ResTime", "23112026101502"},
                        {"ResError", ""},
                        {"Remarks", ""},
                        {"RecordResDtls", Json::array()}}}});
}

Answer cautionary_scrips(Call& call) {
  Json rows = Json::array();
  for (const Listing& listing : call.world.listings.all())
    if (listing.is_cautionary)
      rows.push_back({{"token", listing.token}, {"symbol", listing.symbol}, {"message", "Categorised under cautionary listings"}});
  return answer_with(rows);
}

Answer option_greek(Call& call) {
  const std::string name = text_at(call.body, "name");
  const std::string expiry = text_at(call.body, "expirydate");
  Json rows = Json::array();
  for (const Listing& listing : call.world.listings.all()) {
    if (listing.name != name || listing.expiry != expiry || !listing.instrument_type.starts_with("OPT")) continue;
    const auto strike = Price::parse_rupees(listing.strike);
    rows.push_back({{"name", name},
                    {"expiry", expiry},
                    {"strikePrice", (strike ? two_decimals(divide(strike->value(), 100, Rounding::kDown)) : "0.00") + "0000"},
                    {"optionType", listing.symbol.substr(listing.symbol.size() - 2)},
                    {"delta", "0.500000"},
                    {"gamma", "0.000400"},
                    {"theta", "-9.100000"},
                    {"vega", "28.400000"},
                    {"impliedVolatility", "12.500000"},
                    {"tradeVolume", std::to_string(call.world.market->tape(listing).volume) + ".00"}});
  }
  return answer_with(rows);
}

Answer gainers_losers(Call& call) {
  const std::string kind = text_at(call.body, "datatype");
  if (!kind.ends_with("Gainers") && !kind.ends_with("Losers")) return refuse("AB1007", "Invalid parameters");
  return answer_with(movers(call, kind.ends_with("Gainers")));
}

Answer oi_buildup(Call& call) {
  const std::string kind = text_at(call.body, "datatype");
  return answer_with(movers(call, kind == "Long Built Up" || kind == "Short Covering"));
}

Answer put_call_ratio(Call& call) {
  Json rows = Json::array();
  for (const Listing& listing : call.world.listings.all())
    if (listing.instrument_type.starts_with("FUT")) rows.push_back({{"pcr", 1.04}, {"tradingSymbol", listing.symbol}});
  return answer_with(rows);
}

Answer nse_intraday(Call& call) { return answer_with(intraday_list(call, "NSE")); }

Answer bse_intraday(Call& call) { return answer_with(intraday_list(call, "BSE")); }

}  // namespace sandbox
