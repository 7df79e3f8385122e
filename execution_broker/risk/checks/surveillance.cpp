#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_surveillance(const Facts& facts) {
  return by_finding(facts.surveillance, "surveillance lists", DenialCode::kSurveillanceScrip,
                    facts);
}

}  // namespace broker::risk
