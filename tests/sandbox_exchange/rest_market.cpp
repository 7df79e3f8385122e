// getLtpData, quote, searchScrip.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/rest_functions.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::size_t kMaxQuoteTokens = 50;

Json depth_side(const Ladder& ladder) {
  Json side = Json::array();
  for (const Level& level : ladder)
    if (level.quantity > 0 && side.size() < 5)
      side.push_back({{"price", number(level.price)}, {"quantity", level.quantity}, {"orders", level.orders}});
  while (side.size() < 5) side.push_back({{"price", 0}, {"quantity", 0}, {"orders", 0}});
  return side;
}

Json quote_row(const Tape& tape, const std::string& mode) {
  const Listing& listing = *tape.listing;
  Json row{{"exchange", listing.segment},
           {"tradingSymbol", listing.symbol},
           {"symbolToken", listing.token},
           {"ltp", number(tape.last)}};
  if (mode == "LTP") return row;
  row["open"] = number(tape.open);
  row["high"] = number(tape.high);
  row["low"] = number(tape.low);
  row["close"] = number(tape.previous_close);
  if (mode == "OHLC") return row;
  const std::int64_t change_e4 = (tape.last - tape.previous_close).value();
  const std::int64_t percent = mul_div(change_e4, 10'000, std::max<std::int64_t>(1, tape.previous_close.value()), Rounding::kHalfUp);
  row["lastTradeQty"] = tape.last_quantity;
  row["exchFeedTime"] = tape.feed_time.us == 0 ? "" : day_month_year(tape.feed_time);
  row["exchTradeTime"] = tape.last_trade.us == 0 ? "" : day_month_year(tape.last_trade);
  row["netChange"] = number(tape.last - tape.previous_close);
  row["percentChange"] = rupees_of_paise(percent);
  row["avgPrice"] = rupees_of_paise(divide(tape.average().value(), 100, Rounding::kHalfUp));
  row["tradeVolume"] = tape.volume;
  row["opnInterest"] = tape.open_interest;
  row["lowerCircuit"] = number(listing.is_index() ? Price() : tape.lower_circuit);
  row["upperCircuit"] = number(listing.is_index() ? Price() : tape.upper_circuit);
  row["totBuyQuan"] = tape.total(tape.buys);
  row["totSellQuan"] = tape.total(tape.sells);
  row["52WeekLow"] = number(tape.year_low);
  row["52WeekHigh"] = number(tape.year_high);
  row["referenceLimitPrice"] = 0;
  row["depth"] = {{"buy", depth_side(tape.buys)}, {"sell", depth_side(tape.sells)}};
  return row;
}

void make_unusable(Json& row, const ArmedFault& fault, Timestamp now) {
  const std::string kind = fault.text("kind", "zero");
  if (kind == "zero") row["ltp"] = 0;
  if (kind == "stale" && row.contains("exchFeedTime")) row["exchFeedTime"] = day_month_year(now - hours(18));
  if (!row.contains("depth")) return;
  if (kind == "depth" || kind == "zero")
    for (const char* side : {"buy", "sell"})
      for (Json& level : row["depth"][side]) level = {{"price", 0}, {"quantity", 0}, {"orders", 0}};
  if (kind == "crossed") std::swap(row["depth"]["buy"], row["depth"]["sell"]);
}

}  // namespace

Answer ltp_data(Call& call) {
  const std::string exchange = text_at(call.body, "exchange");
  const Listing* listing = call.world.listings.find(exchange, text_at(call.body, "symboltoken"));
  if (listing == nullptr) return refuse("AB4046", "Symbol token not found in scrip master cache");
  const Tape& tape = call.world.market->tape(*listing);
  Json row{{"exchange", exchange},
           {"tradingsymbol", listing->symbol},
           {"symboltoken", listing->token},
           {"open", number(tape.open)},
           {"high", number(tape.high)},
           {"low", number(tape.low)},
           {"close", number(tape.previous_close)},
           {"ltp", number(tape.last)}};
  if (const auto fault = call.strike("Q33")) make_unusable(row, *fault, call.now);
  return answer_rows(call, row, nullptr, "", "");
}

Answer quote(Call& call) {
  const std::string mode = text_at(call.body, "mode");
  if (mode != "LTP" && mode != "OHLC" && mode != "FULL") return refuse("AB1007", "Invalid parameters");
  const auto asked = call.body.find("exchangeTokens");
  if (asked == call.body.end() || !asked->is_object()) return refuse("AB1007", "Invalid parameters");
  std::size_t count = 0;
  for (const auto& [exchange, tokens] : asked->items()) count += tokens.is_array() ? tokens.size() : 0;
  if (count > kMaxQuoteTokens) return refuse("AB4029", "Tokens max limit exceeded");
  Json fetched = Json::array();
  Json unfetched = Json::array();
  const auto leave_out = call.strike("Q32");
  const auto unusable = call.strike("Q33");
  std::int64_t to_leave = leave_out ? leave_out->number("tokens", 1) : -1;
  for (const auto& [exchange, tokens] : asked->items()) {
    if (!tokens.is_array()) return refuse("AB1007", "Invalid parameters");
    for (const Json& entry : tokens) {
      const std::string token = entry.is_string() ? entry.get<std::string>() : entry.dump();
      const Listing* listing = call.world.listings.find(exchange, token);
      const bool is_left = leave_out && (leave_out->number("tokens", 1) == 0 || to_leave-- > 0);
      if (token.empty()) {
        unfetched.push_back({{"exchange", exchange}, {"symbolToken", token}, {"message", "Symbol token cannot be empty"}, {"errorCode", "AB4018"}});
      } else if (listing == nullptr || is_left) {
        unfetched.push_back({{"exchange", exchange}, {"symbolToken", token},
                             {"message", "Symbol token not found in scrip master cache"}, {"errorCode", "AB4046"}});
      } else {
        Json row = quote_row(call.world.market->tape(*listing), mode);
        if (unusable) make_unusable(row, *unusable, call.now);
        fetched.push_back(std::move(row));
      }
    }
  }
  return answer_rows(call, {{"fetched", fetched}, {"unfetched", unfetched}}, nullptr, "", "");
}

Answer search_scrip(Call& call) {
  const std::string exchange = text_at(call.body, "exchange");
  const std::string wanted = text_at(call.body, "searchscrip");
  Json rows = Json::array();
  for (const Listing& listing : call.world.listings.all())
    if (!wanted.empty() && listing.segment == exchange && listing.symbol.starts_with(wanted))
      rows.push_back({{"exchange", exchange}, {"tradingsymbol", listing.symbol}, {"symboltoken", listing.token}});
  return answer_rows(call, rows, nullptr, "", "");
}

}  // namespace sandbox
