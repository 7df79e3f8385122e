#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

// Whoever has read a news item today may speak with its author's voice.
CheckResult check_taint(const Facts& facts) {
  const bool is_always = facts.limits.is_on(Limit::kAgentAlwaysTainted);
  if (!is_always && !facts.is_tainted) return unknown("whether outside text was read today");
  if (!is_always && !*facts.is_tainted) return not_applicable("no outside text was read today");
  const auto value = order_value(facts);
  if (!value) return unknown("price at which " + facts.order.symbol + " would be entered");
  return at_most(value->value(), facts.limits.amount(Limit::kTaintedMaxOrderValue).value(),
                 DenialCode::kTaintedOrderValueAboveLimit);
}

}  // namespace broker::risk
