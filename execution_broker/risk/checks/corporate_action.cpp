#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_corporate_action(const Facts& facts) {
  return by_finding(facts.corporate_action, "today's corporate actions",
                    DenialCode::kCorporateActionToday, facts);
}

}  // namespace broker::risk
