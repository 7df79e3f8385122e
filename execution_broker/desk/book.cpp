#include "execution_broker/desk/book.h"

namespace broker {

trading::Status audit_decision(Book& book, Ledger::Unit& unit, const Requester& who, const std::string& type,
                               const std::string& subject, trading::CanonicalJson body,
                               trading::Timestamp market_ts) {
  const std::int64_t uid = who.role == Role::kBroker ? -1 : static_cast<std::int64_t>(who.uid);
  const AuditEvent event{type, Actor{name_of(who.role), uid}, subject, std::move(body), market_ts};
  RETURN_IF_ERROR(book.audit.append(unit.transaction(), event));
  return {};
}

}  // namespace broker
