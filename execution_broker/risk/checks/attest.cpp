#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_attest(const Facts& facts) {
  // A home that lost its isolation while the broker ran takes no entry on paper either: the secrets beside it are real.
  if (facts.state.attest.state == Finding::State::kBad)
    return by_finding(facts.state.attest, "isolation finding", DenialCode::kAttestNotFresh, facts);
  return by_account_finding(facts.state.attest, "isolation finding", DenialCode::kAttestNotFresh,
                            facts);
}

}  // namespace broker::risk
