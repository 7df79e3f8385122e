#include "approval_cli/audit_alarm.h"

#include "approval_cli/witness_store.h"

namespace approval_cli {

std::string audit_alarm(const trading::HomeEnvironment& environment, const broker::v1::StatusReply& status) {
  const auto store = WitnessStore::of(environment);
  if (!store) return "";
  const auto witnesses = store->of_ledger(status.ledger_id());
  if (!witnesses) return witnesses.error().text();
  for (const audit_format::Witness& witness : *witnesses) {
    const bool is_shorter = status.audit_head_seq() < witness.size;
    const bool is_other = status.audit_head_seq() == witness.size &&
                          status.audit_head_hash() != audit_format::to_hex(witness.head);
    if (is_shorter || is_other) {
      return "THE AUDIT LOG IS NOT THE ONE SEEN BEFORE: it ends at record " +
             std::to_string(status.audit_head_seq()) + ", record " + std::to_string(witness.size) +
             " was seen; run approval_cli audit verify";
    }
  }
  return "";
}

}  // namespace approval_cli
