#pragma once

// A proposal as tools tell it: the order, where it stands with the human, and what the token is (a reference, no power).

#include <nlohmann/json_fwd.hpp>

#include "broker/v1/approval.pb.h"
#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool_context.h"

namespace tools {

std::vector<mcp::Param> proposal_output();
mcp::Param approval_token();
// approval: pending_approval | approved | expired | void | withdrawn | refused | sent
nlohmann::json proposal_fields(const broker::v1::Proposal& proposal, std::int64_t as_of_us);
mcp::ToolResult proposal_reply(const broker::v1::ProposalReply& reply);

}  // namespace tools
