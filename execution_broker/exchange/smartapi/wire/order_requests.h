#pragma once

// place, modify and cancel as bytes; nothing here sends. What may not be sent has no value that
// spells it:
//   delivery is bought: DeliveryBuy has no side, and no other type writes DELIVERY
//   LIMIT and stop-limit are the only terms, DAY the only validity: no type names MARKET or IOC
//   a modification is made from the very order that was placed, so that product and side stay
// An order placed by somebody else cannot be modified by this code; it can be cancelled.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "execution_broker/exchange/smartapi/wire/endpoint.h"
#include "execution_broker/exchange/smartapi/wire/json.h"
#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/instruments/instrument.h"
#include "trading/orders/order.h"

namespace broker::smartapi {

// Our own mark on an order: 1 to 20 letters and digits.
class OrderTag {
 public:
  static trading::Result<OrderTag> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit OrderTag(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The exchange's number of an order: digits as far as anyone has seen, kept as text.
class OrderId {
 public:
  static trading::Result<OrderId> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit OrderId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// One instrument as orders name it. If symbol and token disagree nobody knows which one wins, so
// both come from one row of the instrument file.
struct OrderInstrument {
  trading::Exchange exchange = trading::Exchange::kNse;
  std::string trading_symbol;  // "SBIN-EQ"
  std::string token;           // "3045"
};

struct LimitTerms {
  trading::Price limit;
};
struct StopLimitTerms {
  trading::Price limit;
  trading::Price trigger;
};
using OrderTerms = std::variant<LimitTerms, StopLimitTerms>;

struct IntradayOrder {
  OrderInstrument instrument;
  trading::Side side = trading::Side::kBuy;
  trading::Quantity quantity;
  OrderTerms terms;
};
// Bought to be held. There is no such thing as a delivery sale here.
struct DeliveryBuy {
  OrderInstrument instrument;
  trading::Quantity quantity;
  LimitTerms terms;
};

// WIRE_ORDER_INVALID: quantity or a price is not above zero, a price has no place in paise, or the
// instrument is not named in full.
trading::Result<WireRequest> place_order(const IntradayOrder& order, const OrderTag& tag);
trading::Result<WireRequest> place_order(const DeliveryBuy& order, const OrderTag& tag);

// The new terms are absolute, the quantity is the total with what is filled.
trading::Result<WireRequest> modify_order(const IntradayOrder& placed, const OrderId& id,
                                          trading::Quantity quantity, const OrderTerms& terms);
trading::Result<WireRequest> modify_order(const DeliveryBuy& placed, const OrderId& id,
                                          trading::Quantity quantity, const LimitTerms& terms);

// `is_stop`: the order rests as a stop (variety STOPLOSS).
WireRequest cancel_order(const OrderId& id, bool is_stop);

// What a write's reply gives on success. An answer without an order id is no acceptance:
// ORDER_ID_MISSING.
struct PlacedOrder {
  std::string order_id;
  std::string unique_order_id;  // may be empty: then details cannot be asked for
};
trading::Result<PlacedOrder> read_placed(const Json& data);

}  // namespace broker::smartapi
