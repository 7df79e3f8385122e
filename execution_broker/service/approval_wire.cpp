#include "execution_broker/service/approval_wire.h"

#include "execution_broker/desk/mandates.h"
#include "execution_broker/service/limit_words.h"
#include "execution_broker/service/to_wire.h"
#include "proto/convert/order_terms.h"
#include "proto/convert/text.h"
#include "trading/base/canonical_json.h"

namespace broker::to_wire {

namespace {

constexpr std::size_t kMostReason = 200;
constexpr std::size_t kKeyDigits = 64;

MandateTerms terms_of(const v1::MandateTerms& message, wire::FieldErrors& errors) {
  MandateTerms terms;
  for (const v1::MandateLine& row : message.lines()) {
    wire::check_symbol(row.symbol(), errors);
    terms.lines.push_back({row.symbol(), wire::side_of(row.side(), errors), wire::price_of("price", row.worst_price_e4(), errors),
                           wire::quantity_of("quantity", row.most_quantity(), errors)});
  }
  terms.most_entries = message.most_entries();
  terms.most_value = trading::Accrual(message.most_value_e4());
  terms.most_loss = trading::Accrual(message.most_loss_e4());
  terms.until = {message.until_us()};
  return terms;
}

}  // namespace

void write(const ProposalView& proposal, v1::Proposal& out) {
  write(proposal.order, *out.mutable_order());
  out.set_approval_token(proposal.row.token);
  out.set_reason(proposal.row.reason);
  out.set_cites(proposal.row.cites);
  out.set_is_tainted(proposal.row.is_tainted);
  out.set_reference_price_e4(proposal.row.reference.value());
  out.set_expires_us(proposal.row.expires.us);
  if (proposal.last) out.set_last_price_e4(proposal.last->value());
  out.set_drift_bps(proposal.drift.value());
}

void write(const ProposalReply& answer, v1::ProposalReply& out) {
  write(answer.provenance, *out.mutable_provenance());
  write(answer.order, *out.mutable_order());
  // A dry run has no order reply of its own.
  write(answer.provenance, *out.mutable_order()->mutable_provenance());
  if (answer.proposal) write(*answer.proposal, *out.mutable_proposal());
  out.set_note(answer.note);
  out.set_is_dry_run(answer.is_dry_run);
}

void write(const MandateRow& mandate, v1::Mandate& out) {
  out.set_mandate_id(mandate.mandate_id);
  out.set_state(mandate.state);
  out.set_why(mandate.why);
  out.set_used_entries(mandate.used_entries);
  out.set_used_value_e4(mandate.used_value.value());
  out.set_used_loss_e4(mandate.used_loss.value());
  const auto statement = trading::CanonicalJson::parse(mandate.statement);
  if (!statement) return;
  const auto terms = broker::terms_of(*statement);
  if (!terms) return;
  v1::MandateTerms& message = *out.mutable_terms();
  for (const MandateLine& line : terms->lines) {
    v1::MandateLine& row = *message.add_lines();
    row.set_symbol(line.symbol);
    row.set_side(wire::wire_of(line.side));
    row.set_worst_price_e4(line.worst_price.value());
    row.set_most_quantity(line.most_quantity.value());
  }
  message.set_most_entries(terms->most_entries);
  message.set_most_value_e4(terms->most_value.value());
  message.set_most_loss_e4(terms->most_loss.value());
  message.set_until_us(terms->until.us);
}

void write(const RecommendationRow& recommendation, v1::Recommendation& out) {
  out.set_recommendation_id(recommendation.recommendation_id);
  out.set_symbol(recommendation.symbol);
  out.set_quantity(recommendation.quantity.value());
  out.set_reason(recommendation.reason);
  out.set_market_us(recommendation.market_ts.us);
  out.set_is_done(recommendation.is_done);
}

trading::Result<StatementAsk> statement_ask_of(const v1::OpenStatementRequest& request) {
  StatementAsk ask;
  wire::FieldErrors errors;
  switch (request.what_case()) {
    case v1::OpenStatementRequest::kOrderId:
      wire::check_order_id(request.order_id(), errors);
      ask.order_id = request.order_id();
      break;
    case v1::OpenStatementRequest::kMandate: ask.mandate = terms_of(request.mandate(), errors); break;
    case v1::OpenStatementRequest::kLimits: {
      ASSIGN_OR_RETURN(ask.limits, limit_values_of("limits", request.limits().values()));
      break;
    }
    case v1::OpenStatementRequest::kAccept: {
      ASSIGN_OR_RETURN(ask.accept, limit_values_of("accept", request.accept().values()));
      break;
    }
    case v1::OpenStatementRequest::kResume:
      errors.require(request.resume().reason().size() <= kMostReason, "reason", "must be at most 200 characters");
      ask.is_resume = true;
      ask.resume_reason = wire::clean_text(request.resume().reason(), kMostReason);
      break;
    case v1::OpenStatementRequest::kEnrol:
      errors.require(request.enrol().public_key().size() == kKeyDigits, "public_key", "must be 64 hexadecimal digits");
      ask.enrol_public = request.enrol().public_key();
      ask.enrol_wants_totp = request.enrol().wants_totp();
      break;
    case v1::OpenStatementRequest::WHAT_NOT_SET: errors.require(false, "what", "must say what is to be signed"); break;
  }
  RETURN_IF_ERROR(errors.status());
  return ask;
}

}  // namespace broker::to_wire
