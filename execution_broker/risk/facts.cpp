#include "execution_broker/risk/facts.h"

#include <algorithm>

namespace broker::risk {

std::string_view name_of(OperatorState state) {
  switch (state) {
    case OperatorState::kOpen:
      return "open";
    case OperatorState::kReduceOnly:
      return "reduce-only";
    case OperatorState::kHalted:
      return "halted";
  }
  return "";
}

trading::OrderClass classify(const trading::OrderRequest& order, const BookFacts& tagged) {
  using trading::OrderClass;
  using trading::Product;
  using trading::Side;
  if (order.product == Product::kDelivery && order.side == Side::kSell) return OrderClass::kExit;
  if (!tagged.positions) return OrderClass::kEntry;
  trading::Quantity held;
  for (const PositionFact& position : *tagged.positions)
    if (position.symbol == order.symbol && position.product == order.product)
      held += position.quantity;
  const bool is_against = order.side == Side::kSell ? held.is_positive() : held.is_negative();
  return is_against ? OrderClass::kExit : OrderClass::kEntry;
}

trading::Duration entries_window(const EffectiveLimits& limits) {
  return std::max({kEntriesMinute, limits.duration(Limit::kMinSameOrderInterval),
                   limits.duration(Limit::kRepeatWindow)});
}

std::string fingerprint_of(const trading::OrderRequest& order) {
  const auto price_text = [](const std::optional<trading::Price>& price) {
    return price ? std::to_string(price->value()) : std::string("-");
  };
  return order.symbol + "|" + std::string(name_of(order.side)) + "|" +
         std::to_string(order.quantity.value()) + "|" + std::string(name_of(order.product)) + "|" +
         std::string(name_of(order.type)) + "|" + price_text(order.limit_price) + "|" +
         price_text(order.trigger_price);
}

}  // namespace broker::risk
