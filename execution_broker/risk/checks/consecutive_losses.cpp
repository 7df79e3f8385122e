#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_consecutive_losses(const Facts& facts) {
  if (!facts.rate) return unknown("recent losses");
  const std::int64_t losses = facts.rate->consecutive_losses;
  if (losses < facts.limits.value(Limit::kMaxConsecutiveLosses)) return pass();
  if (!facts.rate->since_last_loss) return unknown("time of the last loss");
  const trading::Duration since = *facts.rate->since_last_loss;
  if (since >= facts.limits.duration(Limit::kLossPause)) return pass();
  return refuse(DenialCode::kConsecutiveLossesPause,
                {.value = since.us / 60'000'000,
                 .limit = facts.limits.value(Limit::kLossPause),
                 .detail = std::to_string(losses)});
}

}  // namespace broker::risk
