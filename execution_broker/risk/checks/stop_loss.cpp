#include "execution_broker/risk/checks/checks.h"

#include <algorithm>

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

// Below every price at which the entry might be filled (above, for a short): its limit, its
// trigger, and the market where it trades on arrival. A stop between market and limit would go off
// at once.
CheckResult check_stop_loss(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (!order.stop_loss) return refuse(DenialCode::kStopLossRequired);
  const auto reference = reference_price(order, facts.quote);
  if (!reference) return unknown("price at which " + order.symbol + " would be entered");
  const bool is_buy = order.side == trading::Side::kBuy;
  trading::Price bound = *reference;
  const auto widen = [&](std::optional<trading::Price> price) {
    if (price) bound = is_buy ? std::min(bound, *price) : std::max(bound, *price);
  };
  if (order.type == trading::OrderType::kStopLimit) widen(order.trigger_price);
  if (order.type == trading::OrderType::kLimit && facts.quote)
    widen(is_buy ? facts.quote->slice.ask() : facts.quote->slice.bid());
  if (is_buy ? *order.stop_loss < bound : *order.stop_loss > bound) return pass();
  return refuse(DenialCode::kStopLossOnWrongSide, {.value = order.stop_loss->value(),
                                                   .limit = bound.value(),
                                                   .detail = is_buy ? "below" : "above"});
}

}  // namespace broker::risk
