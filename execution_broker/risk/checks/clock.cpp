#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_clock(const Facts& facts) {
  return by_finding(facts.clock, "sanity of the clock", DenialCode::kClockNotSane, facts);
}

}  // namespace broker::risk
