#pragma once

// What is asked of an exchange, and what became of it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/orders/order_state.h"
#include "trading/time/timestamp.h"

namespace trading {

enum class Side { kBuy, kSell };
enum class OrderType { kMarket, kLimit, kStopLimit, kStopMarket };  // MARKET LIMIT SL SL-M
enum class Product { kIntraday, kDelivery };
enum class TradingMode { kPaper, kRehearsal, kLive };

// The classes of the checklist: what an order does to the book decides which checks apply to it.
enum class OrderClass {
  kEntry,       // E opens or enlarges a position
  kExit,        // X reduces a position at the agent's or the human's word
  kProtection,  // P a stop, a target, the square-off: the broker's own
  kCancel,      // C takes an order back
};

std::string_view name_of(Side side);         // "BUY"
std::string_view name_of(OrderType type);    // "SL-M"
std::string_view name_of(Product product);   // "INTRADAY"
std::string_view name_of(TradingMode mode);  // "paper"
std::string_view name_of(OrderClass cls);    // "entry"
Result<Side> parse_side(std::string_view text);
Result<OrderType> parse_order_type(std::string_view text);
Result<Product> parse_product(std::string_view text);
Result<TradingMode> parse_trading_mode(std::string_view text);

inline Side opposite(Side side) {
  return side == Side::kBuy ? Side::kSell : Side::kBuy;
}
inline Quantity signed_quantity(Side side, Quantity quantity) {
  return side == Side::kBuy ? quantity : -quantity;
}

// What the requester asked for, validated for shape only. Prices are as asked; nothing here is
// trusted as a market price.
struct OrderRequest {
  std::string symbol;
  Side side = Side::kBuy;
  Quantity quantity;
  OrderType type = OrderType::kMarket;
  Product product = Product::kDelivery;
  std::optional<Price> limit_price;    // LIMIT, SL
  std::optional<Price> trigger_price;  // SL, SL-M
  std::optional<Price> stop_loss;      // entries need both
  std::optional<Price> target;
  std::string strategy;    // label of the requester, at most 40 characters, plain
  std::string request_id;  // idempotency key of the requester, empty = none
};

// Canonical bytes of a request: what a request id is bound to, and later what a human signs. Every
// term but the request id itself; prices as `_e4` integers, absent ones null.
std::string canonical_bytes(const OrderRequest& request);

}  // namespace trading
