#pragma once

// Proposals, statements and mandates in messages.

#include "broker/v1/approval.pb.h"
#include "execution_broker/desk/live_desk.h"
#include "trading/base/result.h"

namespace broker::to_wire {

void write(const ProposalView& proposal, v1::Proposal& out);
void write(const ProposalReply& answer, v1::ProposalReply& out);
void write(const MandateRow& mandate, v1::Mandate& out);
void write(const RecommendationRow& recommendation, v1::Recommendation& out);

// INVALID_ARGUMENT names every bad field.
trading::Result<StatementAsk> statement_ask_of(const v1::OpenStatementRequest& request);

}  // namespace broker::to_wire
