// The way of an order that waits: its card, the human's signature that sends it, his no. Everything is looked at once more when
// the signature comes, and the nonce is used up in the transaction that writes SUBMITTING.

#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/decision_bodies.h"
#include "execution_broker/desk/order_card.h"
#include "execution_broker/desk/preview.h"
#include "execution_broker/risk/order_figures.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using approval_format::Kind;
using trading::CanonicalJson;
using trading::make_error;
using trading::OrderState;
using trading::Origin;
using trading::Result;
using trading::Retry;

namespace {

const Requester kBroker{Role::kBroker, 0};

trading::Error not_waiting(const OrderRecord& order) {
  return make_error("APPROVAL_NOT_WAITING",
                    order.order_id + " is " + std::string(name_of(order.state)) + " and does not wait for approval" +
                        (order.reason.empty() ? "" : ": " + order.reason),
                    "approval_cli pending lists what waits", Retry::kNo, "order_id");
}

// Why it must not be sent now, whatever a human says.
std::string refused_now(const ProposalRow& row, const risk::Facts& facts, const risk::Verdicts& verdicts) {
  if (const risk::Denial* denial = verdicts.first_denial()) return denial->message;
  if (!verdicts.is_pass()) return "VERDICT_UNKNOWN: a check cannot be answered now";
  return price_moved(facts, row.reference);
}

}  // namespace

Result<BookDesk::Repriced> BookDesk::reprice(const OrderRecord& order) {
  ASSIGN_OR_RETURN(risk::Facts facts, facts_of(view(), order.request, nullptr));
  const PositionRecord* held = book_.ledger.position(order.request.symbol, order.request.product);
  Preview preview = preview_of(facts, held == nullptr ? trading::Quantity() : held->position.quantity);
  return Repriced{std::move(facts), std::move(preview)};
}

CardFrame BookDesk::card_frame() const { return {statements_.account(), limits_.hash(), book_.ledger.last_order_seq()}; }

Result<StatementCard> BookDesk::open_order(const Requester& who, const StatementAsk& ask) {
  ASSIGN_OR_RETURN(OrderRecord order, order_named(who, ask.order_id));
  ASSIGN_OR_RETURN(const auto row, records_.proposal(order.order_seq));
  if (!row || order.state != OrderState::kAwaitingApproval) return not_waiting(order);
  ASSIGN_OR_RETURN(const Repriced now, reprice(order));
  if (const std::string why = refused_now(*row, now.facts, now.preview.verdicts); !why.empty()) {
    // Looking at it does not end it, unless its price ran away: what refuses now may pass in a minute.
    if (!why.starts_with("PRICE_MOVED"))
      return make_error("CARD_REFUSED", order.order_id + " cannot be signed now: " + why, "open it again when that has passed, or reject it");
    RETURN_IF_ERROR(end_proposal(kBroker, order, OrderState::kVoid, "proposal.void", why));
    return make_error("APPROVAL_VOID", order.order_id + " cannot be signed any more: " + why, "the agent has to prepare it anew");
  }
  OrderCard priced = card_of(order, now.facts, now.preview, card_frame());
  OpenCard card;
  card.kind = Kind::kOrder;
  card.subject = order.order_id;
  card.order_seq = order.order_seq;
  card.value = priced.value;
  card.standing = std::move(priced.standing);
  card.ask = ask;
  ASSIGN_OR_RETURN(StatementCard out, statements_.issue(std::move(card), std::move(priced.fields)));
  ASSIGN_OR_RETURN(out.proposal, proposal_view(*row));
  return out;
}

Result<SignOutcome> BookDesk::approve_order(const Requester& who, const OpenCard& card, const Warrant& warrant) {
  ASSIGN_OR_RETURN(const auto found, book_.ledger.find_order(card.order_seq));
  ASSIGN_OR_RETURN(const auto row, records_.proposal(card.order_seq));
  INVARIANT(found && row, "a card is of a proposal");
  OrderRecord order = *found;
  if (order.state != OrderState::kAwaitingApproval) return not_waiting(order);
  ASSIGN_OR_RETURN(Repriced now, reprice(order));
  risk::Verdicts& verdicts = now.preview.verdicts;
  std::string why = refused_now(*row, now.facts, verdicts);
  if (why.empty()) why = changed_since(card.standing, card_of(order, now.facts, now.preview, card_frame()).standing, order.request.symbol);
  if (!why.empty()) {
    RETURN_IF_ERROR(end_proposal(who, order, OrderState::kVoid, "approve.void", why));
    return make_error("APPROVAL_VOID", order.order_id + " was not sent: " + why, "the agent has to prepare it anew");
  }
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(warrant(unit));
    RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kApproved, Origin::kOwnStep, market_.now(), "signed"));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "approve.checked", order.order_id,
                                   CanonicalJson::object({{"order_seq", order.order_seq}, {"limits_hash", limits_.hash()}, {"verdicts", verdicts_body(verdicts)}}),
                                   market_.now()));
    RETURN_IF_ERROR(submission_.prepare(unit, who, order, "approve"));
    RETURN_IF_ERROR(unit.commit());
  }
  // After a restart it is counted by its tag, from the very same moment (count_day).
  counters_.entries.push_back({order.request.symbol, order.request.side, risk::fingerprint_of(order.request), market_.now()});
  RETURN_IF_ERROR(submission_.send(who, order, "approve"));
  RETURN_IF_ERROR(protection_.adjust());
  RETURN_IF_ERROR(check_trips());
  SignOutcome out;
  out.kind = name_of(card.kind);
  ASSIGN_OR_RETURN(out.order, reply_for(order.order_seq, std::move(verdicts), false));
  out.note = out.order->order.order_id + " was approved and is " + std::string(name_of(out.order->order.state));
  return out;
}

Result<ProposalView> BookDesk::reject(const Requester& who, const std::string& order_id, const std::string& reason) {
  RETURN_IF_ERROR(catch_up());
  ASSIGN_OR_RETURN(OrderRecord order, order_named(who, order_id));
  ASSIGN_OR_RETURN(const auto row, records_.proposal(order.order_seq));
  if (!row || order.state != OrderState::kAwaitingApproval) return not_waiting(order);
  RETURN_IF_ERROR(end_proposal(who, order, OrderState::kWithdrawn, "reject.rejected", reason.empty() ? "rejected by the approver" : "rejected by the approver: " + reason));
  return proposal_view(*row);
}

}  // namespace broker
