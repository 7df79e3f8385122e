#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// Halted and reduce-only books take no entries; leaving is always possible.
CheckResult check_operator_state(const Facts& facts) {
  const std::string& reason = facts.state.operator_reason;
  const DenialValues why{.detail = reason.empty() ? "no reason recorded" : reason};
  switch (facts.state.operator_state) {
    case OperatorState::kOpen:
      return pass();
    case OperatorState::kReduceOnly:
      return refuse(DenialCode::kOperatorReduceOnly, why);
    case OperatorState::kHalted:
      return refuse(DenialCode::kOperatorHalted, why);
  }
  return unknown("operator state");
}

}  // namespace broker::risk
