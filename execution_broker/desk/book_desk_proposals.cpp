// Entries that wait for a human: the agent's side. It asks, looks and takes back; nothing here sends an order that a human has
// not signed for, but for exits and what stands within a mandate.

#include "execution_broker/audit/format/digest.h"
#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/decision_bodies.h"
#include "execution_broker/desk/operator_state.h"
#include "execution_broker/desk/order_card.h"
#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::OrderClass;
using trading::OrderState;
using trading::Origin;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};
constexpr trading::Duration kProposalLife = trading::minutes(30);
constexpr std::size_t kMostProposals = 5;

bool is_waiting(const OrderRecord& order) {
  return order.state == OrderState::kChecked || order.state == OrderState::kAwaitingApproval || order.state == OrderState::kApproved;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::vector<OrderRecord> BookDesk::waiting_proposals() const {
  std::vector<OrderRecord> waiting;
  for (const auto& [seq, order] : book_.ledger.working())
    if (is_waiting(order)) waiting.push_back(order);
  return waiting;
}

// One way out of waiting, whatever the reason.
Status BookDesk::end_proposal(const Requester& who, OrderRecord& order, OrderState to, const std::string& type, const std::string& why) {
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(book_.ledger.move_order(unit, order, to, Origin::kOwnStep, market_.now(), why));
  order.reason = why;
  book_.ledger.update_order(unit, order);
  RETURN_IF_ERROR(audit_decision(book_, unit, who, type, order.order_id,
                                 CanonicalJson::object({{"order_seq", order.order_seq}, {"state", name_of(to)}, {"why", why}}), market_.now()));
  return unit.commit();
}

Status BookDesk::void_all_proposals(const std::string& why) {
  for (OrderRecord& order : waiting_proposals())
    RETURN_IF_ERROR(end_proposal(kBroker, order, OrderState::kVoid, "proposal.void", why));
  return {};
}

// What has run out of time; and, while the desk is not open, what must not wait for it to open.
Status BookDesk::end_what_is_over() {
  for (OrderRecord& order : waiting_proposals()) {
    ASSIGN_OR_RETURN(const auto row, records_.proposal(order.order_seq));
    if (row && market_.now() >= row->expires)
      RETURN_IF_ERROR(end_proposal(kBroker, order, OrderState::kExpired, "proposal.expired", "nobody approved it within 30 minutes"));
  }
  const OperatorStanding standing = standing_of(book_.ledger, halt_);
  if (standing.state != risk::OperatorState::kOpen)
    RETURN_IF_ERROR(void_all_proposals("the desk is " + std::string(risk::name_of(standing.state))));
  return end_mandates(standing.state == risk::OperatorState::kHalted);
}

// --- proposing ------------------------------------------------------------------------------------------------------

Result<ProposalReply> BookDesk::prepare_order(const Requester& who, const ProposalRequest& asked_for) {
  RETURN_IF_ERROR(catch_up());
  const trading::OrderRequest& request = asked_for.order;
  const DeskView desk_view = view();
  if (book_.mode == trading::TradingMode::kPaper) {
    ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, request, nullptr));
    ProposalReply reply;
    reply.provenance = provenance();
    reply.order.order.request = request;
    reply.order.order.order_class = facts.cls;
    reply.order.verdicts = risk::run_checklist(facts);
    reply.is_dry_run = true;
    reply.note = "the effective mode is paper: nothing was stored; place_paper_order sends it";
    return reply;
  }
  const RequestNote asked = note_of(who, request.request_id, "prepare", canonical_bytes(request));
  ASSIGN_OR_RETURN(const auto past, recorded(who, asked));
  if (past) {
    ASSIGN_OR_RETURN(ProposalReply reply, proposal_reply(past->order_seq));
    reply.order.is_repeated = true;
    return reply;
  }
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, request, nullptr));
  risk::Verdicts verdicts = risk::run_checklist(facts);
  if (!verdicts.is_pass()) {
    ProposalReply reply;
    ASSIGN_OR_RETURN(reply.order, keep_refusal(who, new_order(who, facts), facts, verdicts, "prepare_order", asked));
    reply.provenance = provenance();
    reply.note = "refused: nothing waits for approval";
    return reply;
  }
  if (facts.cls != OrderClass::kEntry) {
    // A position can always be reduced without a human.
    ProposalReply reply;
    ASSIGN_OR_RETURN(reply.order, keep_and_send(who, facts, verdicts, "prepare_order", asked, {}));
    reply.provenance = provenance();
    reply.note = "an exit needs no approval: it was sent";
    return reply;
  }
  ASSIGN_OR_RETURN(const auto mandated, send_under_mandate(who, facts, verdicts, asked));
  if (mandated) return *mandated;
  const std::vector<OrderRecord> waiting = waiting_proposals();
  for (const OrderRecord& other : waiting)
    if (other.request.symbol == request.symbol)
      return make_error("PROPOSAL_WAITING", other.order_id + " in " + request.symbol + " waits for approval already",
                        "wait for its outcome, or take it back with cancel_pending_live_order", Retry::kNo, "symbol");
  if (waiting.size() >= kMostProposals)
    return make_error("PROPOSALS_FULL", std::to_string(waiting.size()) + " proposals wait for approval, and no more may",
                      "wait for an outcome, or take one back with cancel_pending_live_order");

  OrderRecord order = new_order(who, facts);
  order.denials = "[]";
  ProposalRow row;
  row.token = audit_format::to_hex(audit_format::random_salt());
  row.reason = asked_for.reason;
  row.cites = joined(asked_for.cites);
  row.is_tainted = facts.limits.is_on(risk::Limit::kAgentAlwaysTainted) || facts.is_tainted.value_or(true);
  row.reference = facts.quote->slice.last;
  row.expires = market_.now() + kProposalLife;
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.insert_order(unit, order));
    RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kChecked, Origin::kOwnStep, market_.now(), ""));
    RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kAwaitingApproval, Origin::kOwnStep, market_.now(), ""));
    row.order_seq = order.order_seq;
    RETURN_IF_ERROR(records_.insert_proposal(unit, row));
    RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, order.order_seq));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "prepare_order.awaiting_approval", order.order_id,
                                   CanonicalJson::object({{"order_seq", order.order_seq},
                                                          {"request", canonical_bytes(request)},
                                                          {"reason", row.reason},
                                                          {"cites", row.cites},
                                                          {"tainted", row.is_tainted},
                                                          {"reference_price_e4", row.reference.value()},
                                                          {"expires_us", row.expires.us},
                                                          {"limits_hash", limits_.hash()},
                                                          {"verdicts", verdicts_body(verdicts)}}),
                                   market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }
  ASSIGN_OR_RETURN(ProposalReply reply, proposal_reply(order.order_seq));
  reply.order.verdicts = std::move(verdicts);
  return reply;
}

// --- looking and taking back ----------------------------------------------------------------------------------------

Result<ProposalView> BookDesk::proposal_view(const ProposalRow& row) {
  ProposalView out;
  out.row = row;
  ASSIGN_OR_RETURN(const auto order, book_.ledger.find_order(row.order_seq));
  if (!order) return make_error("UNKNOWN_ORDER", "a proposal without its order", "verify the ledger: approval_cli ledger verify");
  out.order = *order;
  if (const auto quote = market_.source.quote(out.order.request.symbol, market_.now())) {
    out.last = quote->slice.last;
    out.drift = drift_of(*out.last, row.reference);
  }
  return out;
}

Result<ProposalReply> BookDesk::proposal_reply(std::int64_t order_seq) {
  ProposalReply reply;
  reply.provenance = provenance();
  ASSIGN_OR_RETURN(reply.order, reply_for(order_seq, {}, false));
  ASSIGN_OR_RETURN(const auto row, records_.proposal(order_seq));
  if (row) {
    ASSIGN_OR_RETURN(reply.proposal, proposal_view(*row));
  }
  if (reply.order.order.state == OrderState::kAwaitingApproval)
    reply.note = "waits for a human, who sees it with approval_cli pending; nothing an agent does approves it";
  else
    reply.note = reply.order.order.reason;
  return reply;
}

Result<ProposalReply> BookDesk::approval_status(const Requester&, const std::string& token) {
  RETURN_IF_ERROR(catch_up());
  RETURN_IF_ERROR(end_what_is_over());
  ASSIGN_OR_RETURN(const auto row, records_.proposal(token));
  if (!row)
    return make_error("UNKNOWN_APPROVAL", "there is no proposal under this approval_token",
                      "list_pending_live_orders shows those that wait", Retry::kNo, "approval_token");
  return proposal_reply(row->order_seq);
}

Result<ProposalsReply> BookDesk::proposals(bool only_waiting, std::size_t limit) {
  RETURN_IF_ERROR(catch_up());
  RETURN_IF_ERROR(end_what_is_over());
  ProposalsReply reply;
  reply.provenance = provenance();
  // Those that wait are looked for themselves: none hides behind many that ended.
  std::vector<ProposalRow> rows;
  if (only_waiting) {
    for (const OrderRecord& order : waiting_proposals()) {
      ASSIGN_OR_RETURN(auto row, records_.proposal(order.order_seq));
      if (row) rows.insert(rows.begin(), std::move(*row));
    }
  } else {
    ASSIGN_OR_RETURN(rows, records_.newest_proposals(limit));
  }
  for (const ProposalRow& row : rows) {
    ASSIGN_OR_RETURN(ProposalView one, proposal_view(row));
    reply.proposals.push_back(std::move(one));
  }
  return reply;
}

Result<ProposalReply> BookDesk::withdraw_proposal(const Requester& who, const std::string& token) {
  ASSIGN_OR_RETURN(const ProposalReply now, approval_status(who, token));
  OrderRecord order = now.order.order;
  if (!is_waiting(order))
    return make_error("APPROVAL_NOT_WAITING", order.order_id + " is " + std::string(name_of(order.state)) + " and waits for nobody",
                      trading::is_working(order.state) ? "cancel_live_order takes back an order that works" : "nothing is left to take back",
                      Retry::kNo, "approval_token");
  RETURN_IF_ERROR(end_proposal(who, order, OrderState::kWithdrawn, "cancel_pending_live_order.withdrawn", "taken back by the agent"));
  return proposal_reply(order.order_seq);
}

Result<OrderReply> BookDesk::cancel_live_order(const Requester& who, const std::string& order_id, const std::string& request_id) {
  if (book_.mode == trading::TradingMode::kPaper)
    return make_error("MODE_NOT_EFFECTIVE", "cancel_live_order is for orders at the exchange, and the effective mode is paper",
                      "use cancel_paper_order");
  return cancel_paper_order(who, order_id, request_id);
}

}  // namespace broker
