#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_broker_session(const Facts& facts) {
  return by_account_finding(facts.state.broker_session, "session at the broker",
                            DenialCode::kBrokerSessionInvalid, facts);
}

}  // namespace broker::risk
