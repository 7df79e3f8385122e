#include "execution_broker/desk/statements.h"

#include <algorithm>

#include "execution_broker/audit/format/digest.h"

namespace broker {

using approval_format::Kind;
using trading::CanonicalJson;
using trading::make_error;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

constexpr char kTotpStep[] = "approver_totp_step";

trading::Error refused(std::string code, std::string what) {
  return make_error(std::move(code), std::move(what), "open it again, read the card, and sign what it shows then");
}

}  // namespace

bool Statements::is_quick(Kind kind, trading::Accrual value) const {
  return kind == Kind::kOrder && unlocked_steady_us_ && market_.clock.steady_us() - *unlocked_steady_us_ <= kQuickWindowUs &&
         value <= setup_.quick_value.accrual();
}

bool Statements::needs_totp(Kind kind, trading::Accrual value) const {
  return approver_.key() && approver_.key()->has_totp && !is_quick(kind, value);
}

trading::Error Statements::no_approver() const {
  if (approver_.fault()) return *approver_.fault();
  return make_error("NO_APPROVER", "nobody is enrolled to sign", "run approval_cli enroll as the operator");
}

Result<StatementCard> Statements::issue(OpenCard card, CanonicalJson fields) {
  if (!approver_.key()) return no_approver();
  if (setup_.needs_second_factor && !approver_.key()->has_totp && card.kind != Kind::kEnrol)
    return make_error("SECOND_FACTOR_MISSING", "the approver has no one-time passwords, and this home signs nothing without them",
                      "run approval_cli enroll --replace --totp; or the operator sets REQUIRE_SECOND_FACTOR=false in the broker's .env");
  const std::int64_t now = market_.clock.steady_us();
  std::erase_if(open_, [&](const auto& entry) { return entry.second.expires_steady_us < now; });
  if (open_.size() >= kMostOpenCards)
    return make_error("TOO_MANY_CARDS", std::to_string(open_.size()) + " cards are open", "wait a minute: a card lives 60 seconds", Retry::kSafe);
  card.nonce = audit_format::to_hex(audit_format::random_salt());
  card.expires_steady_us = now + kSigningWindowUs;
  const trading::Timestamp issued = market_.clock.wall_now();
  ASSIGN_OR_RETURN(const AuditPosition head, book_.audit.head());
  fields.set("v", 1)
      .set("kind", name_of(card.kind))
      .set("mode", name_of(book_.mode))
      .set("boot", setup_.boot_id)
      .set("ledger", book_.ledger.identity().ledger_id)
      .set("nonce", card.nonce)
      .set("issued_us", issued.us)
      .set("expires_us", issued.us + kSigningWindowUs)
      .set("audit_seq", head.seq)
      .set("audit_hash", audit_format::to_hex(head.hash));
  card.statement = fields.write();
  if (card.statement.size() > approval_format::kMostStatementBytes)
    return make_error("STATEMENT_TOO_LARGE", "the statement has " + std::to_string(card.statement.size()) + " bytes, and nobody reads so much",
                      "ask for less at a time");
  StatementCard out;
  out.statement = card.statement;
  out.needs_totp = needs_totp(card.kind, card.value);
  out.is_quick = is_quick(card.kind, card.value);
  out.valid_us = kSigningWindowUs;
  open_.insert_or_assign(card.nonce, std::move(card));
  return out;
}

Result<Statements::Checked> Statements::check(const SignedStatement& given) {
  ASSIGN_OR_RETURN(const CanonicalJson statement, approval_format::parse_statement(given.statement));
  ASSIGN_OR_RETURN(const Kind kind, approval_format::kind_of(statement));
  const auto& key = approver_.key();
  if (!key) return no_approver();
  if (given.key_id != key->key_id) return refused("KEY_NOT_ENROLLED", "the key " + given.key_id + " is not the enrolled one");
  audit_format::Signature signature{};
  if (!audit_format::from_hex(given.signature, signature) ||
      !audit_format::is_signed_by(key->public_key, approval_format::message_of(kind, given.statement), signature))
    return refused("SIGNATURE_INVALID", "the signature is not the enrolled key's over this statement");
  ASSIGN_OR_RETURN(const std::string boot, statement.string_at("boot"));
  if (boot != setup_.boot_id) return refused("STATEMENT_OTHER_BOOT", "the statement is of another start of the broker");
  ASSIGN_OR_RETURN(const std::string ledger, statement.string_at("ledger"));
  if (ledger != book_.ledger.identity().ledger_id) return refused("STATEMENT_OTHER_LEDGER", "the statement is of another ledger");
  ASSIGN_OR_RETURN(const std::string nonce, statement.string_at("nonce"));
  ASSIGN_OR_RETURN(const bool is_used, records_.is_used(nonce));
  if (is_used) return refused("STATEMENT_USED", "the statement was used already: a signature is good for one time");
  const auto found = open_.find(nonce);
  if (found == open_.end()) return refused("STATEMENT_UNKNOWN", "the broker issued no such statement, or it was taken back");
  if (found->second.statement != given.statement) return refused("STATEMENT_ALTERED", "the statement is not the one that was issued");
  const std::int64_t now = market_.clock.steady_us();
  if (now > found->second.expires_steady_us) {
    open_.erase(found);
    return refused("STATEMENT_EXPIRED", "the statement is older than 60 seconds");
  }
  Checked checked;
  checked.is_quick = is_quick(kind, found->second.value);
  if (needs_totp(kind, found->second.value)) {
    ASSIGN_OR_RETURN(checked.totp_step, approver_.check_totp(given.totp, book_.ledger.counter(kTotpStep),
                                                             market_.clock.wall_now().us, now));
  }
  checked.card = std::move(found->second);
  open_.erase(found);
  return checked;
}

Status Statements::burn(Ledger::Unit& unit, const Checked& checked) {
  return checked.totp_step ? book_.ledger.set_counter(unit, kTotpStep, *checked.totp_step) : Status();
}

Status Statements::use(Ledger::Unit& unit, const Requester& who, const Checked& checked, const SignedStatement& given) {
  const OpenCard& card = checked.card;
  RETURN_IF_ERROR(burn(unit, checked));
  RETURN_IF_ERROR(records_.use(unit, {card.nonce, std::string(name_of(card.kind)), card.subject, card.statement, given.key_id,
                                      given.signature, checked.is_quick}, market_.now()));
  return audit_decision(book_, unit, who, "approval." + std::string(name_of(card.kind)), card.subject,
                        CanonicalJson::object({{"statement", card.statement},
                                               {"signature", given.signature},
                                               {"key_id", given.key_id},
                                               {"second_factor", checked.totp_step.has_value()},
                                               {"quick", checked.is_quick}}),
                        market_.now());
}

void Statements::forget() {
  open_.clear();
  unlocked_steady_us_.reset();
}

void Statements::unlocked(const Checked& checked) {
  if (!checked.is_quick) unlocked_steady_us_ = market_.clock.steady_us();
}

}  // namespace broker
