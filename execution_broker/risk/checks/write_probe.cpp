#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_write_probe(const Facts& facts) {
  return by_account_finding(facts.state.write_probe, "write probe",
                            DenialCode::kWriteProbeNotPassed, facts);
}

}  // namespace broker::risk
