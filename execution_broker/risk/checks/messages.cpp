#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// Protection and cancels have a reserve of their own outside this budget.
CheckResult check_messages(const Facts& facts) {
  if (!facts.rate) return unknown("messages of the last second");
  return below(facts.rate->messages_last_second, facts.limits.value(Limit::kMaxMessagesPerSecond),
               DenialCode::kMessageRateAtLimit);
}

}  // namespace broker::risk
