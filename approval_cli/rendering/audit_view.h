#pragma once

// Records of the audit log, oldest first so that the newest stands above the prompt; and the
// outcome of a verification as a sentence.

#include <string>

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "broker/v1/audit.pb.h"
#include "execution_broker/audit/format/verifier.h"

namespace approval_cli {

void print_audit_trail(const broker::v1::FetchAuditTrailReply& reply, Page& page);
JsonObject audit_trail_json(const broker::v1::FetchAuditTrailReply& reply);

void print_verification(const audit_format::Verification& verification, const std::string& log,
                        Page& page);

}  // namespace approval_cli
