#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_rejects(const Facts& facts) {
  if (!facts.rate) return unknown("refusals by the exchange");
  return below(facts.rate->rejects_in_five_minutes,
               facts.limits.value(Limit::kMaxRejectsInFiveMinutes), DenialCode::kTooManyRejects);
}

}  // namespace broker::risk
