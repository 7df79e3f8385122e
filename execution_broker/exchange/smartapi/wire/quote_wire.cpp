#include "execution_broker/exchange/smartapi/wire/quote_wire.h"

#include <algorithm>
#include <map>

#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

using trading::DepthLevel;
using trading::kDepthLevels;
using trading::make_error;
using trading::Price;
using trading::Result;

using Side = std::array<DepthLevel, kDepthLevels>;

std::string_view name_of(QuoteMode mode) {
  switch (mode) {
    case QuoteMode::kLtp: return "LTP";
    case QuoteMode::kOhlc: return "OHLC";
    case QuoteMode::kFull: return "FULL";
  }
  return "";
}

std::string fault_of_side(const Side& levels, bool is_buy) {
  bool has_ended = false;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const DepthLevel& level = levels[i];
    if (level.quantity.is_zero()) {
      has_ended = true;
      continue;
    }
    if (has_ended) return "a level behind an empty one";
    if (!level.price.is_positive() || level.quantity.is_negative()) return "a level without a price";
    if (i == 0) continue;
    const Price before = levels[i - 1].price;
    if (is_buy ? level.price >= before : level.price <= before)
      return is_buy ? "buys that do not descend" : "sells that do not ascend";
  }
  return {};
}

// One side of `depth`: a list of {price, quantity}; fewer than five levels are taken, more refused.
void read_side(const Json& depth, std::string_view key, Side& into, std::string& fault) {
  const Json* list = depth.find(key);
  if (list == nullptr || !list->is_array() || list->items.size() > kDepthLevels) {
    fault = "no list of levels";
    return;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    FieldReader fields(list->items[i]);
    const Price price = fields.price("price");
    const std::int64_t quantity = fields.whole("quantity");
    if (!fields.is_good()) {
      fault = fields.fault();
      return;
    }
    // An empty level is zeros; a quantity at no price is neither.
    into[i] = {price, trading::Quantity(quantity)};
    if (quantity == 0) into[i] = {};
  }
}

void read_depth(const Json& row, QuoteRow& quote) {
  const Json* depth = row.find("depth");
  if (depth == nullptr || !depth->is_object()) {
    quote.depth_fault = "no depth";
    return;
  }
  read_side(*depth, "buy", quote.bids, quote.depth_fault);
  if (quote.depth_fault.empty()) read_side(*depth, "sell", quote.asks, quote.depth_fault);
  if (quote.depth_fault.empty()) quote.depth_fault = fault_of_depth(quote.bids, quote.asks);
  if (!quote.depth_fault.empty()) {
    quote.bids = {};
    quote.asks = {};
  }
}

QuoteRow read_row(QuoteMode mode, const Json& row, FieldReader& fields) {
  QuoteRow quote;
  quote.exchange = fields.text("exchange");
  quote.token = fields.text("symbolToken");
  quote.trading_symbol = fields.text("tradingSymbol");
  quote.last = fields.price("ltp");
  if (mode != QuoteMode::kLtp) {
    quote.open = fields.price("open");
    quote.high = fields.price("high");
    quote.low = fields.price("low");
    quote.previous_close = fields.price("close");
  }
  if (mode == QuoteMode::kFull) {
    quote.day_volume = fields.whole("tradeVolume");
    quote.band.lower = fields.price_if_any("lowerCircuit").value_or(Price());
    quote.band.upper = fields.price_if_any("upperCircuit").value_or(Price());
    if (quote.band.lower > quote.band.upper) fields.fail("lowerCircuit is above upperCircuit");
    quote.feed_time = fields.time_if_any("exchFeedTime");
    quote.trade_time = fields.time_if_any("exchTradeTime");
    read_depth(row, quote);
  }
  return quote;
}

// Why a row cannot serve as the price of what was asked for; empty = it can.
std::string fault_of(QuoteMode mode, const QuoteRow& row, const QuoteWanted& wanted) {
  if (row.trading_symbol != wanted.trading_symbol)
    return "the service calls token " + wanted.token + " " + trading::quoted(row.trading_symbol) +
           ", the instrument file " + trading::quoted(wanted.trading_symbol) +
           ": load the instrument file again";
  if (!row.last.is_positive()) return "no last price (ltp is 0)";
  if (mode != QuoteMode::kLtp && row.high < row.low) return "its high is below its low";
  return {};
}

}  // namespace

std::string fault_of_depth(const Side& bids, const Side& asks) {
  if (std::string fault = fault_of_side(bids, true); !fault.empty()) return fault;
  if (std::string fault = fault_of_side(asks, false); !fault.empty()) return fault;
  if (!bids[0].quantity.is_zero() && !asks[0].quantity.is_zero() && bids[0].price >= asks[0].price)
    return "bid and ask cross";
  return {};
}

Result<WireRequest> quote_request(QuoteMode mode, const std::vector<QuoteWanted>& wanted) {
  if (wanted.empty() || wanted.size() > kMostQuoteTokens)
    return make_error("WIRE_REQUEST_INVALID",
                      std::to_string(wanted.size()) + " quotes at once; 1 to 50 can be asked for",
                      "ask for fewer at once");
  std::map<std::string, std::string> by_exchange;
  for (const QuoteWanted& one : wanted) {
    std::string& tokens = by_exchange[one.exchange];
    tokens += (tokens.empty() ? "" : ",") + json_string(one.token);
  }
  std::string exchanges;
  for (const auto& [exchange, tokens] : by_exchange)
    exchanges += (exchanges.empty() ? "" : ",") + json_string(exchange) + ":[" + tokens + "]";
  return WireRequest{Endpoint::kQuote, std::string(row_of(Endpoint::kQuote).path),
                     "{\"mode\":\"" + std::string(name_of(mode)) + "\",\"exchangeTokens\":{" +
                         exchanges + "}}"};
}

Result<QuoteReply> read_quotes(QuoteMode mode, const std::vector<QuoteWanted>& wanted,
                               const Json& data) {
  const Json* fetched = data.find("fetched");
  if (fetched == nullptr || !fetched->is_array())
    return make_error("SMARTAPI_NO_ANSWER", "quote answered without a list of quotes",
                      "nothing follows from this answer; read again", trading::Retry::kSafe);
  QuoteReply reply;
  std::map<std::string, std::string> why;  // "NSE 3045" -> why there is no price
  const auto key_of = [](std::string_view exchange, std::string_view token) {
    return std::string(exchange) + " " + std::string(token);
  };
  if (const Json* unfetched = data.find("unfetched"); unfetched != nullptr && unfetched->is_array())
    for (const Json& item : unfetched->items) {
      FieldReader fields(item);
      const std::string exchange = fields.text_or_empty("exchange");
      const std::string token = fields.text_or_empty("symbolToken");
      why[key_of(exchange, token)] = "the service gives no quote: " +
                                     trading::quoted(fields.text_or_empty("message")) + " " +
                                     fields.text_or_empty("errorCode");
    }
  std::vector<bool> has_row(wanted.size(), false);
  for (const Json& item : fetched->items) {
    FieldReader fields(item);
    QuoteRow row = read_row(mode, item, fields);
    const auto asked = std::find_if(wanted.begin(), wanted.end(), [&](const QuoteWanted& one) {
      return one.exchange == row.exchange && one.token == row.token;
    });
    if (asked == wanted.end()) continue;  // nobody asked: no price of anything
    const auto index = static_cast<std::size_t>(asked - wanted.begin());
    std::string fault = fields.fault();
    if (fault.empty()) fault = fault_of(mode, row, *asked);
    // Two rows for one token are no price either: which one holds is not said.
    if (fault.empty() && has_row[index]) {
      reply.rows.erase(std::find_if(
          reply.rows.begin(), reply.rows.end(), [&](const QuoteRow& other) {
            return other.exchange == row.exchange && other.token == row.token;
          }));
      has_row[index] = false;
      fault = "the service gives two quotes for it";
    }
    const std::string key = key_of(asked->exchange, asked->token);
    if (fault.empty() && why.contains(key)) fault = why[key];
    if (!fault.empty()) {
      why[key] = fault;
      continue;
    }
    has_row[index] = true;
    reply.rows.push_back(std::move(row));
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (has_row[i]) continue;
    const auto reason = why.find(key_of(wanted[i].exchange, wanted[i].token));
    reply.missing.push_back({wanted[i].token, reason != why.end()
                                                  ? reason->second
                                                  : "the service does not mention it"});
  }
  return reply;
}

WireRequest ltp_request(const QuoteWanted& wanted) {
  return {Endpoint::kLtp, std::string(row_of(Endpoint::kLtp).path),
          "{\"exchange\":" + json_string(wanted.exchange) +
              ",\"tradingsymbol\":" + json_string(wanted.trading_symbol) +
              ",\"symboltoken\":" + json_string(wanted.token) + "}"};
}

Result<QuoteRow> read_ltp(const QuoteWanted& wanted, const Json& data) {
  FieldReader fields(data);
  QuoteRow row;
  row.exchange = fields.text("exchange");
  row.token = fields.text("symboltoken");
  row.trading_symbol = fields.text("tradingsymbol");
  row.last = fields.price("ltp");
  row.open = fields.price("open");
  row.high = fields.price("high");
  row.low = fields.price("low");
  row.previous_close = fields.price("close");
  row.depth_fault = "no depth";
  if (fields.is_good() && (row.exchange != wanted.exchange || row.token != wanted.token))
    fields.fail("the answer is about another instrument");
  if (fields.is_good())
    if (const std::string fault = fault_of(QuoteMode::kOhlc, row, wanted); !fault.empty())
      fields.fail(fault);
  if (fields.is_good()) return row;
  return make_error("SMARTAPI_NO_ANSWER", "getLtpData: " + fields.fault(),
                    "there is no price; read again", trading::Retry::kSafe);
}

}  // namespace broker::smartapi
