#include <chrono>

#include "mcp_gateway/jobs/pool.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/strategy/job_reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

constexpr int kLongestWaitSeconds = 20;

mcp::ToolResult run(const nlohmann::json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  const std::string id = arguments.text("job_id");
  const auto job = context.jobs().wait(
      id, std::chrono::seconds(arguments.whole("wait_seconds")), context.cancellation());
  return job ? reply_of(*job) : no_such_job(id);
}

}  // namespace

mcp::Tool get_job() {
  return {.name = "get_job",
          .title = "Long work: state and result",
          .description = "State, progress and, when done, the result of work that took longer than "
                         "its call: queued, running, done, failed, cancelled.",
          .toolsets = {"core", "strategy"},
          .annotations = mcp::kReads,
          .input = {job_id(), mcp::integer_param("wait_seconds", "Wait for its end, e.g. 10")
                                  .between(0, kLongestWaitSeconds)
                                  .or_default(0)},
          .output = job_output(),
          .handler = run};
}

}  // namespace tools
