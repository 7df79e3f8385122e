#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/loss_state.h"

namespace broker::risk {

CheckResult check_drawdown(const Facts& facts) {
  const auto fall = worst_drawdown(facts);
  if (!fall) return unknown("peak of the equity");
  const DenialValues values{
      .value = fall->loss.value(), .limit = fall->limit.value(), .subject = fall->book};
  if (fall->loss >= fall->limit) return refuse(DenialCode::kDrawdownLimitReached, values);
  return {VerdictKind::kPass, DenialCode::kDrawdownLimitReached, values, ""};
}

}  // namespace broker::risk
