// Mandates: a budget of entries that a human signed once. Begun, spent by the agent's proposals, ended.

#include <algorithm>

#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/mandates.h"
#include "execution_broker/desk/operator_state.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using approval_format::Kind;
using trading::CanonicalJson;
using trading::make_error;
using trading::Result;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};

std::string name_of(const MandateRow& row) { return "mandate-" + std::to_string(row.mandate_id); }

}  // namespace

// --- begun ----------------------------------------------------------------------------------------------------------

Result<StatementCard> BookDesk::open_mandate(const StatementAsk& ask, const MandateTerms& terms) {
  if (book_.mode == trading::TradingMode::kPaper)
    return make_error("MODE_NOT_EFFECTIVE", "on paper nothing waits for approval", "mandates are for rehearsal and live");
  RETURN_IF_ERROR(check_terms(terms, market_.now()));
  for (const MandateLine& line : terms.lines) RETURN_IF_ERROR(market_.source.instruments().find(line.symbol));
  OpenCard card;
  card.kind = Kind::kMandate;
  card.subject = "mandate";
  card.ask = ask;
  CanonicalJson fields = statement_of(terms);
  fields.set("limits_hash", limits_.hash()).set("account", statements_.account());
  return statements_.issue(std::move(card), std::move(fields));
}

Result<SignOutcome> BookDesk::begin_mandate(const Requester& who, const OpenCard& card, const Warrant& warrant) {
  INVARIANT(card.ask.mandate, "a card of a mandate has terms");
  const MandateTerms& terms = *card.ask.mandate;
  if (standing_of(book_.ledger, halt_).state != risk::OperatorState::kOpen)
    return make_error("MANDATE_NOT_BEGUN", "the desk is not open", "approval_cli status says why; resume first");
  RETURN_IF_ERROR(check_terms(terms, market_.now()));
  MandateRow row;
  row.nonce = card.nonce;
  row.statement = card.statement;
  row.state = "active";
  row.until = terms.until;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(warrant(unit));
  RETURN_IF_ERROR(records_.insert_mandate(unit, row));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "mandate.begun", name_of(row), CanonicalJson::object({{"nonce", row.nonce}}), market_.now()));
  RETURN_IF_ERROR(unit.commit());
  has_mandates_ = true;
  SignOutcome out;
  out.kind = approval_format::name_of(card.kind);
  out.note = name_of(row) + " is in force; approval_cli mandate revoke ends it";
  out.mandate = std::move(row);
  return out;
}

// --- spent ----------------------------------------------------------------------------------------------------------

Result<std::optional<ProposalReply>> BookDesk::send_under_mandate(const Requester& who, const risk::Facts& facts,
                                                                  const risk::Verdicts& verdicts, const RequestNote& asked) {
  ASSIGN_OR_RETURN(const auto active, records_.mandates(true));
  for (MandateRow row : active) {
    ASSIGN_OR_RETURN(const CanonicalJson statement, CanonicalJson::parse(row.statement));
    ASSIGN_OR_RETURN(const MandateTerms terms, terms_of(statement));
    const auto use = use_of(terms, row, facts);
    if (!use) continue;
    row.used_entries += 1;
    row.used_value += use->value;
    row.used_loss += use->loss;
    if (row.used_entries == terms.most_entries) {
      row.state = "used_up";
      row.why = "all its entries were made";
    }
    // Spent in the transaction that writes SUBMITTING, and for good, whatever becomes of the order.
    const auto spend = [&](Ledger::Unit& unit, const OrderRecord& order) -> Status {
      RETURN_IF_ERROR(records_.update_mandate(unit, row));
      return audit_decision(book_, unit, who, "mandate.used", name_of(row),
                            CanonicalJson::object({{"order_id", order.order_id},
                                                   {"value_e4", use->value.value()},
                                                   {"worst_loss_e4", use->loss.value()},
                                                   {"used_entries", row.used_entries},
                                                   {"used_value_e4", row.used_value.value()},
                                                   {"used_loss_e4", row.used_loss.value()}}),
                            market_.now());
    };
    ProposalReply reply;
    ASSIGN_OR_RETURN(reply.order, keep_and_send(who, facts, verdicts, "prepare_order", asked, spend));
    reply.provenance = provenance();
    reply.note = "sent under " + name_of(row) + ", which a human signed";
    return std::optional(std::move(reply));
  }
  return std::optional<ProposalReply>();
}

// --- ended ----------------------------------------------------------------------------------------------------------

Status BookDesk::end_mandate(const Requester& who, MandateRow& row, const std::string& state, const std::string& why) {
  row.state = state;
  row.why = why;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(records_.update_mandate(unit, row));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "mandate." + state, name_of(row), CanonicalJson::object({{"why", why}}), market_.now()));
  return unit.commit();
}

// Those whose time is over; and all of them while the desk is halted.
Status BookDesk::end_mandates(bool is_halted) {
  if (!has_mandates_) return {};
  ASSIGN_OR_RETURN(auto active, records_.mandates(true));
  std::size_t left = active.size();
  for (MandateRow& row : active) {
    const bool is_over = market_.now() >= row.until;
    if (!is_over && !is_halted) continue;
    RETURN_IF_ERROR(end_mandate(kBroker, row, is_over ? "expired" : "void", is_over ? "its time is over" : "the desk was halted"));
    --left;
  }
  has_mandates_ = left != 0;
  return {};
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
  RETURN_IF_ERROR(end_mandate(who, row, "revoked", "revoked by the operator"));
  return row;
}

}  // namespace broker
