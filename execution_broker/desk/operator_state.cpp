#include "execution_broker/desk/operator_state.h"

#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::Result;
using trading::Status;
using trading::Timestamp;

OperatorStanding standing_of(const Ledger& ledger, const HaltFlag& halt) {
  OperatorStanding standing;
  for (const auto& [name, latch] : ledger.latches()) {
    standing.latches.push_back(name);
    standing.reasons.push_back(name + ": " + latch.reason);
    const auto state = latch.state == "halted" ? risk::OperatorState::kHalted : risk::OperatorState::kReduceOnly;
    standing.state = std::max(standing.state, state);
  }
  if (halt.is_raised() && standing.state != risk::OperatorState::kHalted) {
    standing.state = risk::OperatorState::kHalted;
    standing.reasons.push_back("HALT: raised, being recorded");
  }
  return standing;
}

Status set_latch(Book& book, const Requester& who, const Latch& latch, Timestamp market_ts) {
  if (book.ledger.latches().contains(latch.name)) return {};
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book.ledger));
  RETURN_IF_ERROR(book.ledger.put_latch(unit, latch));
  CanonicalJson body = CanonicalJson::object({{"latch", latch.name}, {"state", latch.state}, {"reason", latch.reason}});
  if (latch.until) body.set("until", latch.until->iso());
  RETURN_IF_ERROR(audit_decision(book, unit, who, "operator_state." + std::string(latch.state == "halted" ? "halted" : "reduce_only"),
                                 latch.name, body, market_ts));
  return unit.commit();
}

Status lift_expired(Book& book, trading::TradingDate today, Timestamp market_ts) {
  std::vector<std::string> expired;
  for (const auto& [name, latch] : book.ledger.latches())
    if (latch.until && *latch.until <= today) expired.push_back(name);
  if (expired.empty()) return {};
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book.ledger));
  for (const std::string& name : expired) {
    RETURN_IF_ERROR(book.ledger.remove_latch(unit, name));
    RETURN_IF_ERROR(audit_decision(book, unit, Requester{Role::kBroker, 0}, "operator_state.latch_expired", name,
                                   CanonicalJson::object({{"latch", name}, {"day", today.iso()}}), market_ts));
  }
  return unit.commit();
}

Result<std::vector<std::string>> clear_latches(Book& book, Ledger::Unit& unit, const Requester& who,
                                               const std::string& reason, bool is_signed, Timestamp market_ts) {
  std::vector<std::string> names;
  for (const auto& [name, latch] : book.ledger.latches()) names.push_back(name);
  CanonicalJson list = CanonicalJson::array();
  for (const std::string& name : names) {
    RETURN_IF_ERROR(book.ledger.remove_latch(unit, name));
    list.push_back(name);
  }
  RETURN_IF_ERROR(audit_decision(book, unit, who, is_signed ? "operator_state.resumed" : "operator_state.resumed_unsigned", "operator",
                                 CanonicalJson::object({{"cleared", list}, {"reason", reason}}), market_ts));
  return names;
}

}  // namespace broker
