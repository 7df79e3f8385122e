// The operator's own word, where it needs his signature: looser limits, trading begins again, another key in his place. Each is
// one transaction: the nonce, the effect, the record of it.

#include "execution_broker/audit/format/digest.h"
#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/operator_state.h"
#include "execution_broker/storage/fail_stop.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using approval_format::Kind;
using trading::CanonicalJson;
using trading::make_error;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

using Values = std::map<std::string, std::string>;

constexpr char kLaterNote[] = "what is looser counts from the next trading day";

CanonicalJson values_of(const Values& values) {
  CanonicalJson out = CanonicalJson::object();
  for (const auto& [key, value] : values) out.set(key, value);
  return out;
}

CanonicalJson list_of(const std::vector<std::string>& lines) {
  CanonicalJson out = CanonicalJson::array();
  for (const std::string& line : lines) out.push_back(line);
  return out;
}

trading::Error another_world(const std::string& what) {
  return make_error("APPROVAL_VOID", "nothing was done: " + what + " since the card was shown", "open it again and read what it shows now");
}

// The ledger's counter that says: this enrolment was decided.
std::string enrolment_counter(const std::string& enrolment) { return "enrolment:" + enrolment; }

Result<audit_format::PublicKey> key_of(const std::string& hex) {
  audit_format::PublicKey key{};
  if (!audit_format::from_hex(hex, key) || !approval_format::is_usable(key))
    return make_error("INVALID_ARGUMENT", "public_key must be an Ed25519 key of 64 hexadecimal digits", "use approval_cli enroll", Retry::kNo, "public_key");
  return key;
}

}  // namespace

// --- limits ---------------------------------------------------------------------------------------------------------

Result<CanonicalJson> BookDesk::limits_in_force(const Values& named) const {
  CanonicalJson in_force = CanonicalJson::object();
  for (const auto& [key, value] : named) {
    ASSIGN_OR_RETURN(const risk::LimitRow* row, risk::known_limit(key));
    ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t parsed, risk::parse_limit_value(*row, value));
    in_force.set(key, risk::format_limit_value(*row, limits_.effective().value(row->id)));
  }
  return in_force;
}

Result<StatementCard> BookDesk::open_limits(Kind kind, const StatementAsk& ask, const Values& values) {
  ASSIGN_OR_RETURN(CanonicalJson in_force, limits_in_force(values));
  OpenCard card;
  card.kind = kind;
  card.subject = "limits";
  card.ask = ask;
  card.shown = in_force.write();
  return statements_.issue(std::move(card), CanonicalJson::object({{"changes", values_of(values)}, {"in_force", in_force}, {"limits_hash", limits_.hash()}}));
}

Result<SignOutcome> BookDesk::change_limits(const Requester& who, const OpenCard& card, const Warrant& warrant) {
  const bool is_own = card.kind == Kind::kLimits;
  const Values& values = is_own ? card.ask.limits : card.ask.accept;
  ASSIGN_OR_RETURN(const CanonicalJson in_force, limits_in_force(values));
  if (in_force.write() != card.shown) return another_world("other limits are in force");
  ASSIGN_OR_RETURN(const auto changed, is_own ? limits_.set_by_operator(book_, market_, who, values, authority(true), warrant)
                                              : limits_.accept(book_, market_, who, values, authority(true), warrant));
  SignOutcome out;
  out.kind = name_of(card.kind);
  out.note = kLaterNote;
  for (const risk::Limit id : changed) out.limits.push_back(risk::row_of(id));
  return out;
}

// --- resuming -------------------------------------------------------------------------------------------------------

Result<StatementCard> BookDesk::open_resume(const StatementAsk& ask) {
  const CanonicalJson latches = list_of(standing_of(book_.ledger, halt_).reasons);
  OpenCard card;
  card.kind = Kind::kResume;
  card.subject = "operator";
  card.ask = ask;
  card.shown = latches.write();
  return statements_.issue(std::move(card), CanonicalJson::object({{"latches", latches}, {"reason", ask.resume_reason}}));
}

Result<SignOutcome> BookDesk::resume_signed(const Requester& who, const OpenCard& card, const Warrant& warrant) {
  // What he did not read he does not clear.
  if (list_of(standing_of(book_.ledger, halt_).reasons).write() != card.shown) return another_world("the desk was stopped for other reasons");
  SignOutcome out;
  out.kind = name_of(card.kind);
  ASSIGN_OR_RETURN(out.operator_state, resume_now(who, card.ask.resume_reason, warrant));
  out.note = "the desk is " + out.operator_state->state;
  return out;
}

// --- the approver ---------------------------------------------------------------------------------------------------

ApproverView BookDesk::approver() {
  const auto& key = approver_.key();
  ApproverView out;
  out.wants_second_factor = setup_.wants_second_factor;
  if (!key) return out;
  out.is_enrolled = true;
  out.key_id = key->key_id;
  out.public_key = audit_format::to_hex(key->public_key);
  out.enrolled_us = key->enrolled_us;
  out.has_totp = key->has_totp;
  return out;
}

// What a stop left between the decision in the ledger and the files is finished here; what was never decided is dropped.
Result<Approver> BookDesk::load_approver(Ledger& ledger, const DeskSetup& setup) {
  Approver approver = Approver::load(setup.keys, setup.storage);
  const auto& staged = approver.staged();
  if (!staged || staged->ledger != ledger.identity().ledger_id) return approver;
  if (ledger.counter(enrolment_counter(staged->enrolment)) == 0) {
    approver.drop_staged();
    return approver;
  }
  RETURN_IF_ERROR(approver.put_in_force());
  return approver;
}

Result<std::string> BookDesk::keep_enrolment(const Requester& who, const audit_format::PublicKey& key, bool wants_totp, const std::string& type,
                                             const Warrant& warrant) {
  ASSIGN_OR_RETURN(const std::string address,
                   approver_.stage(key, wants_totp, who.uid, market_.clock.wall_now().us, book_.ledger.identity().ledger_id));
  const auto decide = [&]() -> Status {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    if (warrant) RETURN_IF_ERROR(warrant(unit));
    RETURN_IF_ERROR(book_.ledger.set_counter(unit, enrolment_counter(approver_.staged()->enrolment), 1));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, type, approval_format::key_id_of(key),
                                   CanonicalJson::object({{"public", audit_format::to_hex(key)}, {"second_factor", wants_totp}}), market_.now()));
    return unit.commit();
  };
  if (const Status decided = decide(); !decided) {
    approver_.drop_staged();
    return decided.error();
  }
  book_.ledger.database().sync();  // the file must not be ahead of the decision
  if (const Status kept = approver_.put_in_force(); !kept)
    fail_stop("an approver was enrolled and his file cannot be put in its place: " + kept.error().text());
  statements_.forget();
  return address;
}

Result<std::string> BookDesk::enrol(const Requester& who, const std::string& public_key, bool wants_totp) {
  if (approver_.key())
    return make_error("APPROVER_ENROLLED", "the key " + approver_.key()->key_id + " is enrolled already",
                      "approval_cli enroll --replace is signed by that key; a lost key: root removes keys/approver.json and restarts the broker");
  if (approver_.fault()) return *approver_.fault();
  if (setup_.keys.empty()) return make_error("NO_HOME", "this desk has no home to enrol in", "run the broker");
  ASSIGN_OR_RETURN(const audit_format::PublicKey key, key_of(public_key));
  return keep_enrolment(who, key, wants_totp, "enroll.first", {});
}

Result<StatementCard> BookDesk::open_enrolment(const StatementAsk& ask) {
  ASSIGN_OR_RETURN(const audit_format::PublicKey key, key_of(ask.enrol_public));
  OpenCard card;
  card.kind = Kind::kEnrol;
  card.subject = approval_format::key_id_of(key);
  card.ask = ask;
  return statements_.issue(std::move(card), CanonicalJson::object({{"new_public", ask.enrol_public},
                                                                   {"new_key_id", approval_format::key_id_of(key)},
                                                                   {"totp", ask.enrol_wants_totp}}));
}

Result<SignOutcome> BookDesk::replace_approver(const Requester& who, const OpenCard& card, const Warrant& warrant) {
  ASSIGN_OR_RETURN(const audit_format::PublicKey key, key_of(card.ask.enrol_public));
  SignOutcome out;
  out.kind = name_of(card.kind);
  ASSIGN_OR_RETURN(out.totp_address, keep_enrolment(who, key, card.ask.enrol_wants_totp, "enroll.replaced", warrant));
  out.note = "the key " + approver_.key()->key_id + " took the place of the one that signed";
  return out;
}

}  // namespace broker
