#pragma once

// What waits, what was signed, mandates and recommendations.

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "broker/v1/approval.pb.h"

namespace approval_cli {

void print_proposals(const broker::v1::ListProposalsReply& reply, Page& page);
JsonObject proposals_json(const broker::v1::ListProposalsReply& reply);

void print_signed(const broker::v1::SignStatementReply& reply, Page& page);
JsonObject signed_json(const broker::v1::SignStatementReply& reply);

void print_rejected(const broker::v1::RejectOrderReply& reply, Page& page);
JsonObject rejected_json(const broker::v1::RejectOrderReply& reply);

void print_mandates(const broker::v1::ListMandatesReply& reply, Page& page);
JsonObject mandates_json(const broker::v1::ListMandatesReply& reply);
JsonObject mandate_json(const broker::v1::Mandate& mandate);

// Each as an exact ticket to place by hand.
void print_recommendations(const broker::v1::ListRecommendationsReply& reply, Page& page);
JsonObject recommendations_json(const broker::v1::ListRecommendationsReply& reply);

}  // namespace approval_cli
