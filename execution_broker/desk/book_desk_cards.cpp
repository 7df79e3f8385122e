// The human's side: what is shown to be signed, and which way a signature goes. The ways themselves have files of their own:
// an order's (book_desk_approve), a mandate's (book_desk_mandates), the operator's own word (book_desk_word).

#include "execution_broker/desk/book_desk.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using approval_format::Kind;
using trading::CanonicalJson;
using trading::make_error;
using trading::Result;

Result<StatementCard> BookDesk::open(const Requester& who, const StatementAsk& ask) {
  if (who.role != Role::kOperator) return make_error("OPERATOR_ONLY", "only a human is shown what he signs", "use approval_cli");
  RETURN_IF_ERROR(catch_up());
  RETURN_IF_ERROR(end_what_is_over());
  if (!ask.order_id.empty()) return open_order(who, ask);
  if (ask.mandate) return open_mandate(ask, *ask.mandate);
  if (!ask.limits.empty()) return open_limits(Kind::kLimits, ask, ask.limits);
  if (!ask.accept.empty()) return open_limits(Kind::kAccept, ask, ask.accept);
  if (ask.is_resume) return open_resume(ask);
  if (!ask.enrol_public.empty()) return open_enrolment(ask);
  return make_error("INVALID_ARGUMENT", "nothing to sign is named", "use approval_cli");
}

Result<SignOutcome> BookDesk::sign(const Requester& who, const SignedStatement& given) {
  if (who.role != Role::kOperator) return make_error("OPERATOR_ONLY", "only a human signs", "use approval_cli");
  const auto checked = statements_.check(given);
  if (!checked) return keep_refused_signature(who, nullptr, checked.error());
  const Warrant warrant = [&](Ledger::Unit& unit) { return statements_.use(unit, who, *checked, given); };
  auto outcome = act_on(who, checked->card, warrant);
  // The nonce went in the transaction of the effect: where it is used the effect is there, whatever failed behind it.
  ASSIGN_OR_RETURN(const bool is_used, records_.is_used(checked->card.nonce));
  if (!is_used) {
    INVARIANT(!outcome, "what a signature does uses it up");
    return keep_refused_signature(who, &*checked, outcome.error());
  }
  // A new approver starts locked.
  if (checked->card.kind != Kind::kEnrol) statements_.unlocked(*checked);
  return outcome;
}

Result<SignOutcome> BookDesk::act_on(const Requester& who, const OpenCard& card, const Warrant& warrant) {
  RETURN_IF_ERROR(catch_up());
  RETURN_IF_ERROR(end_what_is_over());
  switch (card.kind) {
    case Kind::kOrder: return approve_order(who, card, warrant);
    case Kind::kMandate: return begin_mandate(who, card, warrant);
    case Kind::kLimits:
    case Kind::kAccept: return change_limits(who, card, warrant);
    case Kind::kResume: return resume_signed(who, card, warrant);
    case Kind::kEnrol: return replace_approver(who, card, warrant);
  }
  return make_error("STATEMENT_INVALID", "the statement is of no kind that does anything", "run approval_cli and broker of one release");
}

// Every refusal is on record; a flood of them is counted. A one-time password that came with it is used up.
trading::Error BookDesk::keep_refused_signature(const Requester& who, const Statements::Checked* checked, const trading::Error& why) {
  const auto keep = [&]() -> trading::Status {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    if (checked != nullptr) RETURN_IF_ERROR(statements_.burn(unit, *checked));
    ASSIGN_OR_RETURN([[maybe_unused]] const auto position,
                     book_.audit.append_refusal(unit.transaction(),
                                                AuditEvent{"approval.refused", Actor{name_of(who.role), who.uid},
                                                           checked != nullptr ? checked->card.subject : "statement",
                                                           CanonicalJson::object({{"code", why.code}, {"what", why.what}}), market_.now()},
                                                why.code, quota_us()));
    return unit.commit();
  };
  const auto kept = keep();
  return kept ? why : kept.error();
}

}  // namespace broker
