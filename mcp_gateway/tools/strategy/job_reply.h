#pragma once

// Long work as a tool's reply. A call waits for its job a few seconds, with progress for a client
// that asked; then it answers with the handle. A client that cancels the call cancels the job.

#include <string>
#include <vector>

#include "mcp_gateway/jobs/job.h"
#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool_context.h"

namespace tools {

// What a tool of the agent's computes: a reply, or an error in a reply's shape.
using LongWork = std::function<mcp::ToolResult(jobs::Control&)>;

mcp::ToolResult run_as_job(const char* tool, LongWork work, mcp::ToolContext& context);

// job_id, status, tool, done, total, elapsed_ms; `result` of a job that is done. A failed job is
// isError with its own error.
mcp::ToolResult reply_of(const jobs::Snapshot& job);
mcp::ToolResult no_such_job(const std::string& id);

mcp::Param job_id();  // required
std::vector<mcp::Param> job_output();

}  // namespace tools
