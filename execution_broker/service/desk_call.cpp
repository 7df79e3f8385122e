#include "execution_broker/service/desk_call.h"

namespace broker {

trading::Status prepare_desk(const DoorRow& row, OrderDesk& desk) {
  // What makes the book safer must work when the ledger is slow or the market data are broken.
  if (row.cls == RpcClass::kStop || row.cls == RpcClass::kCancel) return {};
  RETURN_IF_ERROR(desk.catch_up());
  if (row.runs_in == RunsIn::kAnyState) return {};
  ASSIGN_OR_RETURN(const DeskStatus status, desk.status());
  const OperatorStateView& state = status.operator_state;
  if (state.state != "halted") return {};
  return trading::make_error(
      "OPERATOR_HALTED",
      "trading is halted" + (state.reasons.empty() ? "" : ": " + state.reasons.front()),
      "this call runs only in the states " + std::string(name_of(row.runs_in)) +
          "; the operator resumes with approval_cli resume");
}

}  // namespace broker
