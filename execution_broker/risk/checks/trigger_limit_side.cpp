#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// A BUY that triggers at 100 with a limit of 99 could never trade.
CheckResult check_trigger_limit_side(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (order.type != trading::OrderType::kStopLimit) return not_applicable("not a stop-limit order");
  const bool is_buy = order.side == trading::Side::kBuy;
  if (is_buy ? *order.limit_price >= *order.trigger_price
             : *order.limit_price <= *order.trigger_price)
    return pass();
  return refuse(DenialCode::kTriggerLimitOnWrongSide,
                {.value = order.limit_price->value(), .limit = order.trigger_price->value()});
}

}  // namespace broker::risk
