#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_ledger_writable(const Facts& facts) {
  return by_finding(facts.state.ledger_writable, "state of the ledger",
                    DenialCode::kLedgerNotWritable, facts);
}

}  // namespace broker::risk
