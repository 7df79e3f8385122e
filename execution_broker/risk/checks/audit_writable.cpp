#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_audit_writable(const Facts& facts) {
  return by_finding(facts.state.audit_writable, "state of the audit log",
                    DenialCode::kAuditNotWritable, facts);
}

}  // namespace broker::risk
