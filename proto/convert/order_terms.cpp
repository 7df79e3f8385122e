#include "proto/convert/order_terms.h"

#include "proto/convert/text.h"

namespace wire {
namespace {

namespace v1 = broker::v1;

// 10 crore shares and 10,00,000.00 a share: beyond anything NSE lists, and their product still fits
// an int64, so that no arithmetic behind the door can be made to overflow. The same bounds as
// risk/order_figures.h.
constexpr std::int64_t kMaxQuantity = 100'000'000;
constexpr std::int64_t kMaxPriceE4 = 1'000'000 * trading::kRupeeE4;
// 1970 to 2100: dates of any other century are somebody's mistake, and calendar arithmetic must not
// meet them.
constexpr std::int64_t kMaxTimeUs = 4'102'444'800'000'000;

// A price that the type does not take is refused: dropping it in silence would place another order
// than was meant.
void check_prices_of_type(const trading::OrderRequest& request, FieldErrors& errors) {
  using trading::OrderType;
  const bool takes_limit =
      request.type == OrderType::kLimit || request.type == OrderType::kStopLimit;
  const bool takes_trigger =
      request.type == OrderType::kStopLimit || request.type == OrderType::kStopMarket;
  const std::string order = "a " + std::string(trading::name_of(request.type)) + " order";
  const auto check = [&](std::string_view field, bool has, bool takes) {
    errors.require(has == takes, field,
                   (takes ? "is required for " : "does not belong to ") + order);
  };
  check("limit_price", request.limit_price.has_value(), takes_limit);
  check("trigger_price", request.trigger_price.has_value(), takes_trigger);
}

}  // namespace

v1::Side wire_of(trading::Side side) {
  switch (side) {
    case trading::Side::kBuy:
      return v1::SIDE_BUY;
    case trading::Side::kSell:
      return v1::SIDE_SELL;
  }
  return v1::SIDE_UNSPECIFIED;
}

v1::OrderType wire_of(trading::OrderType type) {
  switch (type) {
    case trading::OrderType::kMarket:
      return v1::ORDER_TYPE_MARKET;
    case trading::OrderType::kLimit:
      return v1::ORDER_TYPE_LIMIT;
    case trading::OrderType::kStopLimit:
      return v1::ORDER_TYPE_STOP_LIMIT;
    case trading::OrderType::kStopMarket:
      return v1::ORDER_TYPE_STOP_MARKET;
  }
  return v1::ORDER_TYPE_UNSPECIFIED;
}

v1::Product wire_of(trading::Product product) {
  switch (product) {
    case trading::Product::kIntraday:
      return v1::PRODUCT_INTRADAY;
    case trading::Product::kDelivery:
      return v1::PRODUCT_DELIVERY;
  }
  return v1::PRODUCT_UNSPECIFIED;
}

// proto3 enums are open: any int32 can arrive, so these switches need their default.
trading::Side side_of(v1::Side side, FieldErrors& errors) {
  if (side == v1::SIDE_SELL) return trading::Side::kSell;
  errors.require(side == v1::SIDE_BUY, "side", "must be BUY or SELL");
  return trading::Side::kBuy;
}

trading::OrderType order_type_of(v1::OrderType type, FieldErrors& errors) {
  if (type == v1::ORDER_TYPE_LIMIT) return trading::OrderType::kLimit;
  if (type == v1::ORDER_TYPE_STOP_LIMIT) return trading::OrderType::kStopLimit;
  if (type == v1::ORDER_TYPE_STOP_MARKET) return trading::OrderType::kStopMarket;
  errors.require(type == v1::ORDER_TYPE_MARKET, "order_type", "must be MARKET, LIMIT, SL or SL-M");
  return trading::OrderType::kMarket;
}

trading::Product product_of(v1::Product product, FieldErrors& errors) {
  if (product == v1::PRODUCT_INTRADAY) return trading::Product::kIntraday;
  errors.require(product == v1::PRODUCT_DELIVERY, "product_type", "must be INTRADAY or DELIVERY");
  return trading::Product::kDelivery;
}

void check_symbol(std::string_view symbol, FieldErrors& errors) {
  errors.require(
      is_symbol(symbol), "symbol",
      "must be an exact NSE symbol in capitals, at most 32 characters, not " + quoted(symbol));
}

void check_optional_symbol(std::string_view symbol, FieldErrors& errors) {
  if (!symbol.empty()) check_symbol(symbol, errors);
}

void check_order_id(std::string_view order_id, FieldErrors& errors) {
  errors.require(is_order_id(order_id), "order_id",
                 "must be an order id like P-000001, not " + quoted(order_id));
}

void check_request_id(std::string_view request_id, FieldErrors& errors) {
  errors.require(request_id.empty() || is_request_id(request_id), "request_id",
                 "must be 1 to 64 characters of A-Z a-z 0-9 . _ : -, not " + quoted(request_id));
}

trading::Quantity quantity_of(std::string_view field, std::int64_t value, FieldErrors& errors) {
  errors.require(
      value > 0 && value <= kMaxQuantity, field,
      "must be 1 to " + std::to_string(kMaxQuantity) + " shares, not " + std::to_string(value));
  return trading::Quantity(value);
}

trading::Price price_of(std::string_view field, std::int64_t value_e4, FieldErrors& errors) {
  const trading::Price price(value_e4);
  errors.require(value_e4 > 0 && value_e4 <= kMaxPriceE4, field,
                 "must be more than 0 and at most 1000000 rupees, not " + price.rupees());
  return price;
}

std::optional<trading::Timestamp> optional_time_of(std::string_view field, bool has,
                                                   std::int64_t value_us, FieldErrors& errors) {
  if (!has) return std::nullopt;
  errors.require(value_us >= 0 && value_us <= kMaxTimeUs, field, "must lie between 1970 and 2100");
  return trading::Timestamp{value_us};
}

trading::Result<trading::OrderRequest> order_request_of(const v1::OrderTerms& terms) {
  FieldErrors errors;
  trading::OrderRequest request;
  check_symbol(terms.symbol(), errors);
  request.symbol = terms.symbol();
  request.side = side_of(terms.side(), errors);
  request.quantity = quantity_of("quantity", terms.quantity(), errors);
  request.type = order_type_of(terms.order_type(), errors);
  request.product = product_of(terms.product(), errors);
  request.limit_price =
      optional_price_of("limit_price", terms.has_limit_price_e4(), terms.limit_price_e4(), errors);
  request.trigger_price = optional_price_of("trigger_price", terms.has_trigger_price_e4(),
                                            terms.trigger_price_e4(), errors);
  request.stop_loss =
      optional_price_of("stop_loss", terms.has_stop_loss_e4(), terms.stop_loss_e4(), errors);
  request.target = optional_price_of("target", terms.has_target_e4(), terms.target_e4(), errors);
  errors.require(terms.strategy().size() <= kMaxStrategyLength && is_printable(terms.strategy()),
                 "strategy",
                 "must be at most 40 printable ASCII characters, not " + quoted(terms.strategy()));
  request.strategy = terms.strategy();
  check_request_id(terms.request_id(), errors);
  request.request_id = terms.request_id();
  if (v1::OrderType_IsValid(terms.order_type()) &&
      terms.order_type() != v1::ORDER_TYPE_UNSPECIFIED) {
    check_prices_of_type(request, errors);
  }
  RETURN_IF_ERROR(errors.status());
  return request;
}

void write(const trading::OrderRequest& request, v1::OrderTerms& terms) {
  terms.set_symbol(request.symbol);
  terms.set_side(wire_of(request.side));
  terms.set_quantity(request.quantity.value());
  terms.set_order_type(wire_of(request.type));
  terms.set_product(wire_of(request.product));
  if (request.limit_price) terms.set_limit_price_e4(request.limit_price->value());
  if (request.trigger_price) terms.set_trigger_price_e4(request.trigger_price->value());
  if (request.stop_loss) terms.set_stop_loss_e4(request.stop_loss->value());
  if (request.target) terms.set_target_e4(request.target->value());
  terms.set_strategy(request.strategy);
  terms.set_request_id(request.request_id);
}

}  // namespace wire
