#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_target(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (!order.target) return refuse(DenialCode::kTargetRequired);
  const auto reference = reference_price(order, facts.quote);
  if (!reference) return unknown("price at which " + order.symbol + " would be entered");
  const bool is_buy = order.side == trading::Side::kBuy;
  if (is_buy ? *order.target > *reference : *order.target < *reference) return pass();
  return refuse(DenialCode::kTargetOnWrongSide, {.value = order.target->value(),
                                                 .limit = reference->value(),
                                                 .detail = is_buy ? "above" : "below"});
}

}  // namespace broker::risk
