#pragma once

// What became of a command: state changes, cancels, flattening, the clock, the ledger's proof.

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "broker/v1/operator.pb.h"

namespace approval_cli {

// halt and reduce-only.
void print_stopped(const broker::v1::OperatorStateReply& reply, Page& page);
// resume: what was cleared, and what tripped again at once.
void print_resumed(const broker::v1::OperatorStateReply& reply, Page& page);
JsonObject operator_state_json(const broker::v1::OperatorStateReply& reply);

void print_cancelled(const broker::v1::CancelOrderReply& reply, Page& page);
JsonObject cancelled_json(const broker::v1::CancelOrderReply& reply);

void print_flattened(const broker::v1::FlattenReply& reply, Page& page);
JsonObject flattened_json(const broker::v1::FlattenReply& reply);

void print_clock(const broker::v1::StatusReply& reply, Page& page);
JsonObject clock_json(const broker::v1::StatusReply& reply);
void print_advanced(const broker::v1::AdvanceClockReply& reply, Page& page);
JsonObject advanced_json(const broker::v1::AdvanceClockReply& reply);

void print_ledger_proof(const broker::v1::VerifyLedgerReply& reply, Page& page);
JsonObject ledger_proof_json(const broker::v1::VerifyLedgerReply& reply);

}  // namespace approval_cli
