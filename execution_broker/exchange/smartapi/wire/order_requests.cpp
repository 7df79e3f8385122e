#include "execution_broker/exchange/smartapi/wire/order_requests.h"

#include <algorithm>

#include "execution_broker/exchange/smartapi/wire/fields.h"
#include "execution_broker/exchange/smartapi/wire/json.h"
#include "trading/base/decimal.h"
#include "trading/base/invariant.h"
#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

using trading::make_error;
using trading::Price;
using trading::Quantity;
using trading::Result;

bool is_alphanumeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

trading::Error invalid(std::string what) {
  return make_error("WIRE_ORDER_INVALID", std::move(what), "nothing was sent; mend the order");
}

// {"a":"b",...}, every value a string, as the service documents them.
class Body {
 public:
  Body& add(std::string_view key, std::string_view value) {
    text_ += (text_.empty() ? "" : ",") + json_string(key) + ":" + json_string(value);
    return *this;
  }
  [[nodiscard]] std::string done() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string rupees(Price price) { return trading::format_decimal(price.value(), 4, 2); }

trading::Status check_price(Price price, const char* what) {
  if (!price.is_positive()) return invalid(std::string(what) + " is not above zero");
  if (price.value() % 100 != 0) return invalid(std::string(what) + " has parts of a paisa");
  return {};
}

trading::Status check_form(const OrderInstrument& instrument, Quantity quantity) {
  if (instrument.trading_symbol.empty() || instrument.token.empty())
    return invalid("the instrument is not named by trading symbol and token");
  if (!quantity.is_positive()) return invalid("the quantity is not above zero");
  return {};
}

struct TermWords {
  std::string_view variety;
  std::string_view order_type;
};
TermWords words_of(const OrderTerms& terms) {
  if (std::holds_alternative<StopLimitTerms>(terms)) return {"STOPLOSS", "STOPLOSS_LIMIT"};
  return {"NORMAL", "LIMIT"};
}

trading::Status add_terms(const OrderTerms& terms, Body& body) {
  if (const auto* stop = std::get_if<StopLimitTerms>(&terms)) {
    RETURN_IF_ERROR(check_price(stop->limit, "the limit"));
    RETURN_IF_ERROR(check_price(stop->trigger, "the trigger"));
    body.add("price", rupees(stop->limit)).add("triggerprice", rupees(stop->trigger));
    return {};
  }
  const Price limit = std::get<LimitTerms>(terms).limit;
  RETURN_IF_ERROR(check_price(limit, "the limit"));
  body.add("price", rupees(limit));
  return {};
}

void add_instrument(const OrderInstrument& instrument, Body& body) {
  body.add("tradingsymbol", instrument.trading_symbol)
      .add("symboltoken", instrument.token)
      .add("exchange", trading::name_of(instrument.exchange));
}

// Every pair of transaction and product that can reach the wire. A fourth line would be the only
// way to sell delivery.
enum class Leg { kIntradayBuy, kIntradaySell, kDeliveryBuy };
struct LegWords {
  std::string_view transaction;
  std::string_view product;
};
LegWords words_of(Leg leg) {
  switch (leg) {
    case Leg::kIntradayBuy:
      return {"BUY", "INTRADAY"};
    case Leg::kIntradaySell:
      return {"SELL", "INTRADAY"};
    case Leg::kDeliveryBuy:
      return {"BUY", "DELIVERY"};
  }
  INVARIANT(false, "a leg without words");
}

Result<WireRequest> place(const OrderInstrument& instrument, Leg leg, Quantity quantity,
                          const OrderTerms& terms, const OrderTag& tag) {
  RETURN_IF_ERROR(check_form(instrument, quantity));
  const TermWords words = words_of(terms);
  Body body;
  body.add("variety", words.variety);
  add_instrument(instrument, body);
  body.add("transactiontype", words_of(leg).transaction)
      .add("ordertype", words.order_type)
      .add("producttype", words_of(leg).product)
      .add("duration", "DAY");
  RETURN_IF_ERROR(add_terms(terms, body));
  body.add("quantity", std::to_string(quantity.value())).add("ordertag", tag.text());
  return WireRequest{Endpoint::kPlaceOrder, std::string(row_of(Endpoint::kPlaceOrder).path),
                     body.done()};
}

Result<WireRequest> modify(const OrderInstrument& instrument, Leg leg, const OrderId& id,
                           Quantity quantity, const OrderTerms& terms) {
  RETURN_IF_ERROR(check_form(instrument, quantity));
  const TermWords words = words_of(terms);
  Body body;
  body.add("variety", words.variety)
      .add("orderid", id.text())
      .add("ordertype", words.order_type)
      .add("producttype", words_of(leg).product)
      .add("duration", "DAY");
  RETURN_IF_ERROR(add_terms(terms, body));
  body.add("quantity", std::to_string(quantity.value()));
  add_instrument(instrument, body);
  return WireRequest{Endpoint::kModifyOrder, std::string(row_of(Endpoint::kModifyOrder).path),
                     body.done()};
}

Leg leg_of(const IntradayOrder& order) {
  return order.side == trading::Side::kBuy ? Leg::kIntradayBuy : Leg::kIntradaySell;
}

}  // namespace

Result<OrderTag> OrderTag::parse(std::string_view text) {
  constexpr std::size_t kLongest = 20;
  if (text.empty() || text.size() > kLongest || !is_alphanumeric(text))
    return invalid("the order tag " + trading::quoted(text) + " is not 1 to 20 letters and digits");
  return OrderTag(std::string(text));
}

Result<OrderId> OrderId::parse(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.empty() || text.size() > kLongest || !is_alphanumeric(text))
    return invalid("the order id " + trading::quoted(text) + " is not letters and digits");
  return OrderId(std::string(text));
}

Result<WireRequest> place_order(const IntradayOrder& order, const OrderTag& tag) {
  return place(order.instrument, leg_of(order), order.quantity, order.terms, tag);
}

Result<WireRequest> place_order(const DeliveryBuy& order, const OrderTag& tag) {
  return place(order.instrument, Leg::kDeliveryBuy, order.quantity, order.terms, tag);
}

Result<WireRequest> modify_order(const IntradayOrder& placed, const OrderId& id, Quantity quantity,
                                 const OrderTerms& terms) {
  return modify(placed.instrument, leg_of(placed), id, quantity, terms);
}

Result<WireRequest> modify_order(const DeliveryBuy& placed, const OrderId& id, Quantity quantity,
                                 const LimitTerms& terms) {
  return modify(placed.instrument, Leg::kDeliveryBuy, id, quantity, terms);
}

WireRequest cancel_order(const OrderId& id, bool is_stop) {
  Body body;
  body.add("variety", is_stop ? "STOPLOSS" : "NORMAL").add("orderid", id.text());
  return {Endpoint::kCancelOrder, std::string(row_of(Endpoint::kCancelOrder).path), body.done()};
}

Result<PlacedOrder> read_placed(const Json& data) {
  FieldReader fields(data);
  PlacedOrder placed;
  placed.order_id = fields.text("orderid");
  placed.unique_order_id = fields.text_or_empty("uniqueorderid");
  if (fields.is_good() && OrderId::parse(placed.order_id)) return placed;
  return make_error("ORDER_ID_MISSING", "the service says success and gives no order id",
                    "the order may exist; look in the order book by its ordertag, never send it again",
                    trading::Retry::kVerifyFirst);
}

}  // namespace broker::smartapi
