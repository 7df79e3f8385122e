#include <chrono>

#include "mcp_gateway/jobs/pool.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/strategy/job_reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

// Work looks for a cancellation many times in this.
constexpr std::chrono::seconds kNoticesWithin{2};

mcp::ToolResult run(const nlohmann::json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  const std::string id = arguments.text("job_id");
  if (!context.jobs().cancel(id)) return no_such_job(id);
  const auto job = context.jobs().wait(id, kNoticesWithin, context.cancellation());
  return job ? reply_of(*job) : no_such_job(id);
}

}  // namespace

mcp::Tool cancel_job() {
  return {.name = "cancel_job",
          .title = "Stop long work",
          .description = "Stops a job that waits or runs; one that has ended stays as it is, and "
                         "status says so.",
          .toolsets = {"strategy"},
          .annotations = mcp::kSets,
          .input = {job_id()},
          .output = job_output(),
          .handler = run};
}

}  // namespace tools
