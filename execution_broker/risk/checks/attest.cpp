#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_attest(const Facts& facts) {
  return by_account_finding(facts.state.attest, "isolation finding", DenialCode::kAttestNotFresh,
                            facts);
}

}  // namespace broker::risk
