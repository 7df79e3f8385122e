#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_reconciliation(const Facts& facts) {
  return by_finding(facts.state.reconciliation, "reconciliation", DenialCode::kNotReconciled,
                    facts);
}

}  // namespace broker::risk
