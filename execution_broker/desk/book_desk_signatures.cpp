// The human's side: what is shown to be signed, and what a signature does. Everything is looked at once more when it comes back.

#include <algorithm>

#include "execution_broker/audit/format/digest.h"
#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/decision_bodies.h"
#include "execution_broker/desk/mandates.h"
#include "execution_broker/desk/operator_state.h"
#include "execution_broker/desk/preview.h"
#include "execution_broker/risk/order_figures.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using approval_format::Kind;
using trading::CanonicalJson;
using trading::make_error;
using trading::OrderClass;
using trading::OrderState;
using trading::Origin;
using trading::Price;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

constexpr trading::Bps kMostDrift(100);

CanonicalJson price_or_null(const std::optional<Price>& price) { return price ? CanonicalJson(price->value()) : CanonicalJson(); }

// Every figure that a human decides by, as the broker derives it.
CanonicalJson order_statement(const OrderRecord& order, const risk::Facts& facts, const Preview& preview, const std::string& account,
                           const std::string& limits_hash, std::int64_t ledger_seq) {
  const trading::OrderRequest& request = order.request;
  CanonicalJson gaps = CanonicalJson::array();
  for (const GapLoss& gap : preview.gap_losses)
    gaps.push_back(CanonicalJson::object({{"gap_bps", gap.gap.value()}, {"loss_e4", gap.loss.value()}}));
  const trading::Accrual worst_gap = preview.gap_losses.empty() ? preview.worst_loss : preview.gap_losses.back().loss;
  return CanonicalJson::object({{"order_id", order.order_id},
                                {"exchange", name_of(facts.instrument.exchange)},
                                {"token", facts.instrument.token},
                                {"trading_symbol", facts.instrument.trading_symbol},
                                {"symbol", request.symbol},
                                {"side", name_of(request.side)},
                                {"quantity", request.quantity.value()},
                                {"product", name_of(request.product)},
                                {"order_type", name_of(request.type)},
                                {"validity", "DAY"},
                                {"limit_price_e4", price_or_null(request.limit_price)},
                                {"trigger_price_e4", price_or_null(request.trigger_price)},
                                {"stop_loss_e4", price_or_null(request.stop_loss)},
                                {"target_e4", price_or_null(request.target)},
                                {"flatten", "none"},
                                {"stop_at_exchange", false},
                                {"reference_price_e4", facts.quote->slice.last.value()},
                                {"value_e4", preview.order_value.value()},
                                {"charges_e4", preview.charges_round_trip.value()},
                                {"margin_e4", preview.margin_required.value()},
                                {"worst_loss_e4", preview.worst_loss.value()},
                                {"worst_loss_gap_e4", worst_gap.value()},
                                {"gap_losses", gaps},
                                {"limits_hash", limits_hash},
                                {"account", account},
                                {"ledger_seq", ledger_seq}});
}

CanonicalJson values_of(const std::map<std::string, std::string>& values) {
  CanonicalJson out = CanonicalJson::object();
  for (const auto& [key, value] : values) out.set(key, value);
  return out;
}

}  // namespace

// --- enrolment ------------------------------------------------------------------------------------------------------

ApproverView BookDesk::approver() {
  const auto& key = approver_.key();
  if (!key) return {};
  return {true, key->key_id, audit_format::to_hex(key->public_key), key->enrolled_us, key->has_totp};
}

Result<std::string> BookDesk::enrol(const Requester& who, const std::string& public_key, bool wants_totp) {
  if (approver_.key())
    return make_error("APPROVER_ENROLLED", "the key " + approver_.key()->key_id + " is enrolled already",
                      "approval_cli enroll --replace is signed by that key; a lost key: root removes keys/approver.json and restarts the broker");
  if (setup_.keys.empty()) return make_error("NO_HOME", "this desk has no home to enrol in", "run the broker");
  audit_format::PublicKey key{};
  if (!audit_format::from_hex(public_key, key))
    return make_error("INVALID_ARGUMENT", "public_key must be 64 hexadecimal digits", "use approval_cli enroll", Retry::kNo, "public_key");
  ASSIGN_OR_RETURN(std::string address, approver_.enrol(key, wants_totp, who.uid, market_.clock.wall_now().us));
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "enroll.first", approver_.key()->key_id,
                                 CanonicalJson::object({{"public", public_key}, {"second_factor", wants_totp}}), market_.now()));
  RETURN_IF_ERROR(unit.commit());
  return address;
}

Result<StatementCard> BookDesk::open_enrolment(const StatementAsk& ask) {
  audit_format::PublicKey key{};
  if (!audit_format::from_hex(ask.enrol_public, key))
    return make_error("INVALID_ARGUMENT", "public_key must be 64 hexadecimal digits", "use approval_cli enroll --replace", Retry::kNo, "public_key");
  OpenCard card;
  card.kind = Kind::kEnrol;
  card.subject = approval_format::key_id_of(key);
  card.ask = ask;
  return statements_.issue(std::move(card), CanonicalJson::object({{"new_public", ask.enrol_public},
                                                                   {"new_key_id", approval_format::key_id_of(key)},
                                                                   {"totp", ask.enrol_wants_totp}}));
}

// --- opening --------------------------------------------------------------------------------------------------------

CardStanding BookDesk::card_standing(const risk::Facts& facts) const {
  CardStanding standing;
  if (const PositionRecord* record = book_.ledger.position(facts.order.symbol, facts.order.product); record != nullptr)
    standing.position = record->position.quantity;
  standing.purse = risk::purse_of(facts).value_or(trading::Accrual());
  standing.limits_hash = limits_.hash();
  standing.operator_state = facts.state.operator_state;
  return standing;
}

std::string BookDesk::void_reason(const ProposalRow& row, const risk::Facts& facts, const risk::Verdicts& verdicts,
                                  const CardStanding* seen) const {
  if (const risk::Denial* denial = verdicts.first_denial()) return denial->message;
  if (!verdicts.is_pass()) return "VERDICT_UNKNOWN: a check cannot be answered now";
  const Price last = facts.quote->slice.last;
  const std::int64_t moved = trading::mul_div(abs(last - row.reference).value(), 10'000, row.reference.value(), trading::Rounding::kUp);
  const auto takes = risk::takes_liquidity(facts);
  if (moved > kMostDrift.value() && (!takes || *takes))
    return "PRICE_MOVED: " + facts.order.symbol + " is at " + last.rupees() + ", " + std::to_string(moved) +
           " hundredths of a percent from " + row.reference.rupees() + " where it was proposed, and the order would trade at once";
  if (seen == nullptr) return "";
  const CardStanding now = card_standing(facts);
  if (now.position != seen->position) return "POSITION_CHANGED: the position in " + facts.order.symbol + " is another since the card was shown";
  if (now.purse != seen->purse) return "PURSE_CHANGED: the purse is another since the card was shown";
  if (now.limits_hash != seen->limits_hash) return "LIMITS_CHANGED: the limits are others since the card was shown";
  if (now.operator_state != seen->operator_state) return "STATE_CHANGED: the operator state is another since the card was shown";
  return "";
}

Result<StatementCard> BookDesk::open(const Requester& who, const StatementAsk& ask) {
  if (who.role != Role::kOperator) return make_error("OPERATOR_ONLY", "only a human is shown what he signs", "use approval_cli");
  RETURN_IF_ERROR(catch_up());
  RETURN_IF_ERROR(end_what_is_over());
  if (!ask.order_id.empty()) return open_order(who, ask);
  if (ask.mandate) return open_mandate(ask);
  if (!ask.limits.empty() || !ask.accept.empty()) return open_limits(ask);
  if (ask.is_resume) return open_resume(ask);
  if (!ask.enrol_public.empty()) return open_enrolment(ask);
  return make_error("INVALID_ARGUMENT", "nothing to sign is named", "use approval_cli");
}

Result<StatementCard> BookDesk::open_order(const Requester& who, const StatementAsk& ask) {
  ASSIGN_OR_RETURN(OrderRecord order, order_named(who, ask.order_id));
  ASSIGN_OR_RETURN(const auto row, records_.proposal(order.order_seq));
  if (!row || order.state != OrderState::kAwaitingApproval)
    return make_error("APPROVAL_NOT_WAITING", order.order_id + " is " + std::string(name_of(order.state)) + " and does not wait for approval" +
                                                  (order.reason.empty() ? "" : ": " + order.reason),
                      "approval_cli pending lists what waits", Retry::kNo, "order_id");
  ASSIGN_OR_RETURN(const DeskView desk_view, view());
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, order.request, nullptr));
  const Preview preview = preview_of(facts, book_.ledger.position(order.request.symbol, order.request.product) == nullptr
                                                ? trading::Quantity()
                                                : book_.ledger.position(order.request.symbol, order.request.product)->position.quantity);
  if (const std::string why = void_reason(*row, facts, preview.verdicts, nullptr); !why.empty()) {
    // Looking at it does not end it, unless its price ran away: what refuses now may pass in a minute.
    if (why.starts_with("PRICE_MOVED")) RETURN_IF_ERROR(end_proposal(Requester{Role::kBroker, 0}, order, OrderState::kVoid, "proposal.void", why));
    return make_error(why.starts_with("PRICE_MOVED") ? "APPROVAL_VOID" : "CARD_REFUSED", order.order_id + " cannot be signed now: " + why,
                      why.starts_with("PRICE_MOVED") ? "the agent has to prepare it anew" : "open it again when that has passed, or reject it");
  }
  OpenCard card;
  card.kind = Kind::kOrder;
  card.subject = order.order_id;
  card.order_seq = order.order_seq;
  card.value = preview.order_value;
  card.standing = card_standing(facts);
  card.ask = ask;
  ASSIGN_OR_RETURN(StatementCard out, statements_.issue(std::move(card), order_statement(order, facts, preview, statements_.account(), limits_.hash(),
                                                                                 book_.ledger.last_order_seq())));
  ASSIGN_OR_RETURN(out.proposal, proposal_view(*row));
  return out;
}

Result<StatementCard> BookDesk::open_mandate(const StatementAsk& ask) {
  if (book_.mode == trading::TradingMode::kPaper)
    return make_error("MODE_NOT_EFFECTIVE", "on paper nothing waits for approval", "mandates are for rehearsal and live");
  RETURN_IF_ERROR(check_terms(*ask.mandate, market_.now()));
  for (const MandateLine& line : ask.mandate->lines) RETURN_IF_ERROR(market_.source.instruments().find(line.symbol));
  OpenCard card;
  card.kind = Kind::kMandate;
  card.subject = "mandate";
  card.ask = ask;
  CanonicalJson fields = statement_of(*ask.mandate);
  fields.set("limits_hash", limits_.hash()).set("account", statements_.account());
  return statements_.issue(std::move(card), std::move(fields));
}

Result<StatementCard> BookDesk::open_limits(const StatementAsk& ask) {
  OpenCard card;
  const bool is_own = !ask.limits.empty();
  card.kind = is_own ? Kind::kLimits : Kind::kAccept;
  card.subject = "limits";
  card.ask = ask;
  CanonicalJson fields = CanonicalJson::object({{"changes", values_of(is_own ? ask.limits : ask.accept)}, {"limits_hash", limits_.hash()}});
  CanonicalJson in_force = CanonicalJson::object();
  for (const auto& [key, value] : is_own ? ask.limits : ask.accept) {
    ASSIGN_OR_RETURN(const risk::LimitRow* row, risk::known_limit(key));
    ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t parsed, risk::parse_limit_value(*row, value));
    in_force.set(key, risk::format_limit_value(*row, limits_.effective().value(row->id)));
  }
  fields.set("in_force", in_force);
  return statements_.issue(std::move(card), std::move(fields));
}

Result<StatementCard> BookDesk::open_resume(const StatementAsk& ask) {
  OpenCard card;
  card.kind = Kind::kResume;
  card.subject = "operator";
  card.ask = ask;
  CanonicalJson latches = CanonicalJson::array();
  for (const std::string& reason : standing_of(book_.ledger, halt_).reasons) latches.push_back(reason);
  return statements_.issue(std::move(card), CanonicalJson::object({{"latches", latches}, {"reason", ask.resume_reason}}));
}

// --- signing --------------------------------------------------------------------------------------------------------

Result<SignOutcome> BookDesk::sign(const Requester& who, const SignedStatement& given) {
  if (who.role != Role::kOperator) return make_error("OPERATOR_ONLY", "only a human signs", "use approval_cli");
  auto checked = statements_.check(given);
  auto outcome = [&]() -> Result<SignOutcome> {
    if (!checked) return checked.error();
    RETURN_IF_ERROR(catch_up());
    RETURN_IF_ERROR(end_what_is_over());
    return act_on(who, *checked, given);
  }();
  if (outcome) return outcome;
  // Every refusal is on record; a flood of them is counted.
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  if (checked) RETURN_IF_ERROR(statements_.burn(unit, *checked));
  ASSIGN_OR_RETURN([[maybe_unused]] const auto position,
                   book_.audit.append_refusal(unit.transaction(),
                                              AuditEvent{"approval.refused", Actor{name_of(who.role), who.uid}, checked ? checked->card.subject : "statement",
                                                         CanonicalJson::object({{"code", outcome.error().code}, {"what", outcome.error().what}}), market_.now()},
                                              outcome.error().code, quota_us()));
  RETURN_IF_ERROR(unit.commit());
  return outcome;
}

Status BookDesk::use_up(const Requester& who, const Statements::Checked& checked, const SignedStatement& given) {
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(statements_.use(unit, who, checked, given));
  RETURN_IF_ERROR(unit.commit());
  statements_.unlocked(checked);
  return {};
}

Result<SignOutcome> BookDesk::act_on(const Requester& who, const Statements::Checked& checked, const SignedStatement& given) {
  SignOutcome out;
  out.kind = name_of(checked.card.kind);
  const StatementAsk& ask = checked.card.ask;
  switch (checked.card.kind) {
    case Kind::kOrder: {
      ASSIGN_OR_RETURN(out.order, approve_order(who, checked, given));
      out.note = out.order->order.order_id + " was approved and is " + std::string(name_of(out.order->order.state));
      return out;
    }
    case Kind::kMandate: {
      ASSIGN_OR_RETURN(out.mandate, begin_mandate(who, checked, given));
      out.note = "mandate-" + std::to_string(out.mandate->mandate_id) + " is in force; approval_cli mandate revoke ends it";
      return out;
    }
    case Kind::kLimits: {
      RETURN_IF_ERROR(use_up(who, checked, given));
      for (const auto& [key, value] : ask.limits) {
        ASSIGN_OR_RETURN(const risk::Limit id, limits_.set_by_operator(book_, market_, who, key, value, false, authority(true)));
        out.limits.push_back(risk::row_of(id));
      }
      out.note = "what is looser counts from the next trading day";
      return out;
    }
    case Kind::kAccept: {
      RETURN_IF_ERROR(use_up(who, checked, given));
      ASSIGN_OR_RETURN(const auto accepted, limits_.accept(book_, market_, who, ask.accept, authority(true)));
      for (const risk::Limit id : accepted) out.limits.push_back(risk::row_of(id));
      out.note = "what is looser counts from the next trading day";
      return out;
    }
    case Kind::kResume: {
      RETURN_IF_ERROR(use_up(who, checked, given));
      ASSIGN_OR_RETURN(out.operator_state, resume_now(who, ask.resume_reason, true));
      out.note = "the desk is " + out.operator_state->state;
      return out;
    }
    case Kind::kEnrol: {
      audit_format::PublicKey key{};
      INVARIANT(audit_format::from_hex(ask.enrol_public, key), "a card of an enrolment names a key");
      RETURN_IF_ERROR(use_up(who, checked, given));
      ASSIGN_OR_RETURN(out.totp_address, approver_.enrol(key, ask.enrol_wants_totp, who.uid, market_.clock.wall_now().us));
      out.note = "the key " + approver_.key()->key_id + " took the place of the one that signed";
      return out;
    }
  }
  INVARIANT(false, "a statement's kind has an effect");
}

Result<OrderReply> BookDesk::approve_order(const Requester& who, const Statements::Checked& checked, const SignedStatement& given) {
  ASSIGN_OR_RETURN(const auto found, book_.ledger.find_order(checked.card.order_seq));
  ASSIGN_OR_RETURN(const auto row, records_.proposal(checked.card.order_seq));
  INVARIANT(found && row, "a card is of a proposal");
  OrderRecord order = *found;
  if (order.state != OrderState::kAwaitingApproval)
    return make_error("APPROVAL_NOT_WAITING", order.order_id + " is " + std::string(name_of(order.state)) + (order.reason.empty() ? "" : ": " + order.reason),
                      "nothing was sent; approval_cli pending lists what waits");
  ASSIGN_OR_RETURN(const DeskView desk_view, view());
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, order.request, nullptr));
  risk::Verdicts verdicts = risk::run_checklist(facts);
  if (const std::string why = void_reason(*row, facts, verdicts, &checked.card.standing); !why.empty()) {
    RETURN_IF_ERROR(end_proposal(who, order, OrderState::kVoid, "approve.void", why));
    return make_error("APPROVAL_VOID", order.order_id + " was not sent: " + why, "the agent has to prepare it anew");
  }
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(statements_.use(unit, who, checked, given));
    RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kApproved, Origin::kOwnStep, market_.now(), "signed by " + given.key_id));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "approve.checked", order.order_id,
                                   CanonicalJson::object({{"order_seq", order.order_seq}, {"limits_hash", limits_.hash()}, {"verdicts", verdicts_body(verdicts)}}),
                                   market_.now()));
    RETURN_IF_ERROR(submission_.prepare(unit, who, order, "approve"));
    RETURN_IF_ERROR(unit.commit());
  }
  statements_.unlocked(checked);
  counters_.entries.push_back({order.request.symbol, order.request.side, risk::fingerprint_of(order.request), market_.now()});
  RETURN_IF_ERROR(submission_.send(who, order, "approve"));
  RETURN_IF_ERROR(protection_.adjust());
  RETURN_IF_ERROR(check_trips());
  return reply_for(order.order_seq, std::move(verdicts), false);
}

Result<MandateRow> BookDesk::begin_mandate(const Requester& who, const Statements::Checked& checked, const SignedStatement& given) {
  if (standing_of(book_.ledger, halt_).state != risk::OperatorState::kOpen)
    return make_error("MANDATE_NOT_BEGUN", "the desk is not open", "approval_cli status says why; resume first");
  const MandateTerms& terms = *checked.card.ask.mandate;
  RETURN_IF_ERROR(check_terms(terms, market_.now()));
  MandateRow row;
  row.nonce = checked.card.nonce;
  row.statement = checked.card.statement;
  row.state = "active";
  row.until = terms.until;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(statements_.use(unit, who, checked, given));
  RETURN_IF_ERROR(records_.insert_mandate(unit, row));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "mandate.begun", "mandate-" + std::to_string(row.mandate_id),
                                 CanonicalJson::object({{"nonce", row.nonce}}), market_.now()));
  RETURN_IF_ERROR(unit.commit());
  statements_.unlocked(checked);
  has_mandates_ = true;
  return row;
}

// --- without a signature --------------------------------------------------------------------------------------------

Result<ProposalView> BookDesk::reject(const Requester& who, const std::string& order_id, const std::string& reason) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(OrderRecord order, order_named(who, order_id));
  ASSIGN_OR_RETURN(const auto row, records_.proposal(order.order_seq));
  if (!row || order.state != OrderState::kAwaitingApproval)
    return make_error("APPROVAL_NOT_WAITING", order_id + " is " + std::string(name_of(order.state)) + " and does not wait for approval",
                      "approval_cli pending lists what waits", Retry::kNo, "order_id");
  RETURN_IF_ERROR(end_proposal(who, order, OrderState::kWithdrawn, "reject.rejected", reason.empty() ? "rejected by the approver" : "rejected by the approver: " + reason));
  return proposal_view(*row);
}

Result<std::vector<MandateRow>> BookDesk::mandates() {
  RETURN_IF_ERROR(end_what_is_over());
  return records_.mandates(false);
}

Result<MandateRow> BookDesk::revoke_mandate(const Requester& who, std::int64_t mandate_id) {
  ASSIGN_OR_RETURN(const auto rows, records_.mandates(false));
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const MandateRow& row) { return row.mandate_id == mandate_id; });
  if (found == rows.end() || found->state != "active")
    return make_error("MANDATE_NOT_ACTIVE", "mandate " + std::to_string(mandate_id) + (found == rows.end() ? " does not exist" : " is " + found->state),
                      "approval_cli mandate lists them");
  MandateRow row = *found;
  row.state = "revoked";
  row.why = "revoked by the operator";
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(records_.update_mandate(unit, row));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "mandate.revoked", "mandate-" + std::to_string(mandate_id), CanonicalJson::object(), market_.now()));
  RETURN_IF_ERROR(unit.commit());
  return row;
}

Result<std::vector<RecommendationRow>> BookDesk::recommendations() { return records_.recommendations(false); }

Status BookDesk::close_recommendation(const Requester& who, std::int64_t recommendation_id) {
  ASSIGN_OR_RETURN(const auto open, records_.recommendations(true));
  if (std::none_of(open.begin(), open.end(), [&](const auto& row) { return row.recommendation_id == recommendation_id; }))
    return make_error("UNKNOWN_RECOMMENDATION", "recommendation " + std::to_string(recommendation_id) + " does not wait",
                      "approval_cli recommendations lists them");
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(records_.close_recommendation(unit, recommendation_id));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "recommendation.done", std::to_string(recommendation_id), CanonicalJson::object(), market_.now()));
  return unit.commit();
}

Result<OrderRecord> BookDesk::settle_order(const Requester& who, const std::string& order_id) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(const OrderRecord order, order_named(who, order_id));
  RETURN_IF_ERROR(reconcile_.settle(who, order));
  return order;
}

}  // namespace broker
