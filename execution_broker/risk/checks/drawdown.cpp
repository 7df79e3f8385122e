#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/loss_state.h"

namespace broker::risk {

CheckResult check_drawdown(const Facts& facts) {
  const auto fall = worst_drawdown(facts);
  if (!fall) return unknown("peak of the equity");
  return below(fall->loss.value(), fall->limit.value(), DenialCode::kDrawdownLimitReached,
               {.subject = fall->book});
}

}  // namespace broker::risk
