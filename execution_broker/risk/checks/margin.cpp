#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_margin(const Facts& facts) {
  const auto value = order_value(facts);
  if (!value || !facts.margin_rate || !facts.margin_available)
    return unknown("margin needed or available");
  const trading::Accrual needed = part_of(*value, *facts.margin_rate, trading::Rounding::kUp);
  const trading::Accrual with_headroom = part_of(
      needed, trading::Bps(facts.limits.value(Limit::kMinMarginHeadroom)), trading::Rounding::kUp);
  return at_most(with_headroom.value(), facts.margin_available->value(),
                 DenialCode::kMarginInsufficient);
}

}  // namespace broker::risk
