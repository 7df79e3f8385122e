// Names of the order's words and the bytes a request is bound to.

#include "trading/orders/order.h"

#include <array>

#include "trading/base/canonical_json.h"
#include "trading/base/names.h"

namespace trading {

namespace {

constexpr std::array<NameRow<Side>, 2> kSides{{{Side::kBuy, "BUY"}, {Side::kSell, "SELL"}}};
constexpr std::array<NameRow<OrderType>, 4> kOrderTypes{{
    {OrderType::kMarket, "MARKET"},
    {OrderType::kLimit, "LIMIT"},
    {OrderType::kStopLimit, "SL"},
    {OrderType::kStopMarket, "SL-M"},
}};
constexpr std::array<NameRow<Product>, 2> kProducts{
    {{Product::kIntraday, "INTRADAY"}, {Product::kDelivery, "DELIVERY"}}};
constexpr std::array<NameRow<TradingMode>, 3> kModes{{
    {TradingMode::kPaper, "paper"},
    {TradingMode::kRehearsal, "rehearsal"},
    {TradingMode::kLive, "live"},
}};
constexpr std::array<NameRow<OrderClass>, 4> kClasses{{
    {OrderClass::kEntry, "entry"},
    {OrderClass::kExit, "exit"},
    {OrderClass::kProtection, "protection"},
    {OrderClass::kCancel, "cancel"},
}};

CanonicalJson price_or_null(const std::optional<Price>& price) {
  return price ? CanonicalJson(price->value()) : CanonicalJson();
}

}  // namespace

std::string_view name_of(Side side) {
  return name_in(kSides, side);
}
std::string_view name_of(OrderType type) {
  return name_in(kOrderTypes, type);
}
std::string_view name_of(Product product) {
  return name_in(kProducts, product);
}
std::string_view name_of(TradingMode mode) {
  return name_in(kModes, mode);
}
std::string_view name_of(OrderClass cls) {
  return name_in(kClasses, cls);
}

Result<Side> parse_side(std::string_view text) {
  return parse_in(kSides, text, "SIDE_INVALID", "side");
}
Result<OrderType> parse_order_type(std::string_view text) {
  return parse_in(kOrderTypes, text, "ORDER_TYPE_INVALID", "order_type");
}
Result<Product> parse_product(std::string_view text) {
  return parse_in(kProducts, text, "PRODUCT_TYPE_INVALID", "product_type");
}
Result<TradingMode> parse_trading_mode(std::string_view text) {
  return parse_in(kModes, text, "TRADING_MODE_INVALID", "TRADING_MODE");
}

std::string canonical_bytes(const OrderRequest& request) {
  return CanonicalJson::object({
                                   {"limit_price_e4", price_or_null(request.limit_price)},
                                   {"order_type", name_of(request.type)},
                                   {"product_type", name_of(request.product)},
                                   {"quantity", request.quantity.value()},
                                   {"side", name_of(request.side)},
                                   {"stop_loss_e4", price_or_null(request.stop_loss)},
                                   {"strategy", request.strategy},
                                   {"symbol", request.symbol},
                                   {"target_e4", price_or_null(request.target)},
                                   {"trigger_price_e4", price_or_null(request.trigger_price)},
                                   {"v", 1},
                               })
      .write();
}

}  // namespace trading
