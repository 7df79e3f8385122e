#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_order_value(const Facts& facts) {
  const auto value = order_value(facts);
  if (!value) return unknown("price at which " + facts.order.symbol + " would be entered");
  return at_most(value->value(), facts.limits.amount(Limit::kMaxOrderValue).value(),
                 DenialCode::kOrderValueAboveLimit);
}

}  // namespace broker::risk
