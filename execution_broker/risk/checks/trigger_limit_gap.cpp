#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_trigger_limit_gap(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (order.type != trading::OrderType::kStopLimit) return not_applicable("not a stop-limit order");
  return at_most(distance_bps(*order.limit_price, *order.trigger_price),
                 facts.limits.value(Limit::kMaxTriggerLimitGap),
                 DenialCode::kTriggerLimitGapTooWide);
}

}  // namespace broker::risk
