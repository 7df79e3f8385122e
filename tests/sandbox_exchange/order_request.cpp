#include "tests/sandbox_exchange/order_request.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "trading/base/decimal.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::size_t kMaxTag = 20;

OrderRequest refused(std::string code, std::string message) {
  return {{}, {std::move(code), std::move(message)}};
}

bool is_product_of(const Listing& listing, std::string_view product) {
  constexpr std::array<std::string_view, 3> kCash{"DELIVERY", "INTRADAY", "MARGIN"};
  constexpr std::array<std::string_view, 2> kDerivatives{"CARRYFORWARD", "INTRADAY"};
  return listing.segment == "NFO" || listing.segment == "BFO"
             ? std::find(kDerivatives.begin(), kDerivatives.end(), product) != kDerivatives.end()
             : std::find(kCash.begin(), kCash.end(), product) != kCash.end();
}

const Listing* listing_of(const World& world, const Json& body, Refusal& refusal) {
  const std::string exchange = text_at(body, "exchange");
  const Listing* by_token = world.listings.find(exchange, text_at(body, "symboltoken"));
  const Listing* by_symbol = world.listings.find_symbol(exchange, text_at(body, "tradingsymbol"));
  if (by_token == nullptr) {
    refusal = {"AB4006", "Invalid symboltoken"};
    return nullptr;
  }
  if (by_symbol == by_token) return by_token;
  // Which of the two wins is not documented: a setting of this exchange.
  switch (world.on_symbol_mismatch) {
    case World::Mismatch::kTokenWins: return by_token;
    case World::Mismatch::kSymbolWins:
      if (by_symbol != nullptr) return by_symbol;
      break;
    case World::Mismatch::kRefuse: break;
  }
  refusal = {"AB1009", "Symbol Not Found"};
  return nullptr;
}

}  // namespace

bool read_price(const Json& body, std::string_view key, Price& out) {
  const std::string text = text_at(body, key);
  if (text.empty()) return true;  // absent is zero
  const auto price = Price::parse_rupees(text);
  if (!price || price->is_negative()) return false;
  out = *price;
  return true;
}

bool read_quantity(const Json& body, std::string_view key, std::int64_t& out) {
  const std::string text = text_at(body, key);
  if (text.empty()) return true;
  const auto quantity = parse_decimal(text, 0);
  if (!quantity || *quantity < 0) return false;
  out = *quantity;
  return true;
}

bool read_order_type(const std::string& word, OrderType& out) {
  for (const OrderType type : {OrderType::kLimit, OrderType::kMarket, OrderType::kStopLimit, OrderType::kStopMarket})
    if (words_of(type) == word) {
      out = type;
      return true;
    }
  return false;
}

OrderRequest read_order(const World& world, const Json& body) {
  OrderRequest request;
  OrderTerms& terms = request.terms;
  terms.variety = text_at(body, "variety");
  if (terms.variety == "AMO") return refused("AB1007", "Invalid parameters");
  if (terms.variety == "ROBO") return refused("AB2002", "ROBO order is block");
  if (terms.variety != "NORMAL" && terms.variety != "STOPLOSS") return refused("AB1008", "Invalid Order Variety");
  terms.listing = listing_of(world, body, request.refusal);
  if (terms.listing == nullptr) return request;
  terms.product = text_at(body, "producttype");
  if (!is_product_of(*terms.listing, terms.product)) return refused("AB1012", "Invalid Product Type");
  terms.duration = text_at(body, "duration");
  const std::string side = text_at(body, "transactiontype");
  terms.is_buy = side == "BUY";
  const bool is_read = read_order_type(text_at(body, "ordertype"), terms.type) && read_price(body, "price", terms.price) &&
                       read_price(body, "triggerprice", terms.trigger) && read_quantity(body, "quantity", terms.quantity) &&
                       read_quantity(body, "disclosedquantity", terms.disclosed);
  const bool is_known = (side == "BUY" || side == "SELL") && (terms.duration == "DAY" || terms.duration == "IOC");
  if (!is_read || !is_known || terms.quantity == 0) return refused("AB1007", "Invalid parameters");
  if (terms.is_stop() != (terms.variety == "STOPLOSS")) return refused("AB1008", "Invalid Order Variety");
  const bool needs_price = terms.type == OrderType::kLimit || terms.type == OrderType::kStopLimit;
  if (needs_price ? terms.price.is_zero() : false) return refused("AB1007", "Invalid parameters");
  if (!needs_price) terms.price = Price();
  if (terms.is_stop() ? terms.trigger.is_zero() : false) return refused("AB1007", "Invalid parameters");
  if (!terms.is_stop()) terms.trigger = Price();
  if (world.does_refuse_market_orders && (!needs_price || terms.duration == "IOC"))
    return refused("AB1007", "Invalid parameters");
  terms.tag = text_at(body, "ordertag");
  if (terms.tag.size() > kMaxTag) return refused("AB4008", "Ordertag length should not exceed 20 characters");
  if (terms.listing->is_cautionary && text_at(body, "scripconsent") != "yes")
    return refused("AB4036", terms.listing->symbol + " token is categorised under cautionary listings by the exchange");
  return request;
}

}  // namespace sandbox
