#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_protection(const Facts& facts) {
  return by_account_finding(facts.state.protection, "protection",
                            DenialCode::kProtectionNotPossible, facts);
}

}  // namespace broker::risk
