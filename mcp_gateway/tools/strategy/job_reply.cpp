#include "mcp_gateway/tools/strategy/job_reply.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "mcp_gateway/jobs/pool.h"
#include "mcp_gateway/tools/reply.h"

namespace tools {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kBetweenProgress = 100ms;

mcp::ToolResult answer_of(const jobs::Answer& answer) {
  mcp::ToolResult result(json::parse(answer.text));
  result.is_error = answer.is_error;
  return result;
}

mcp::ToolResult cancelled(const std::string& id) {
  return mcp::tool_error("CALL_CANCELLED", "the call was cancelled, and its job " + id + " with it",
                         "call again if it is still wanted", mcp::Retry::kSafe);
}

json handle_of(const jobs::Snapshot& job) {
  json out = {{"job_id", job.id},
              {"status", jobs::name_of(job.state)},
              {"tool", job.what},
              {"done", job.done},
              {"total", job.total > 0 ? json(job.total) : json()},
              {"elapsed_ms", job.elapsed.count()}};
  if (!jobs::is_final(job.state))
    out["next"] = "get_job with this job_id (wait_seconds up to 20), or cancel_job";
  return out;
}

}  // namespace

mcp::ToolResult run_as_job(const char* tool, LongWork work, mcp::ToolContext& context) {
  jobs::Pool& pool = context.jobs();
  const auto started = pool.start(tool, [work = std::move(work)](jobs::Control& control) {
    mcp::ToolResult result = work(control);
    return jobs::Answer{result.structured.dump(), result.is_error};
  });
  if (!started) return broker_error(started.error());
  const std::string& id = *started;
  const auto deadline = std::chrono::steady_clock::now() + pool.patience();
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    const auto job =
        pool.wait(id, std::clamp(left, 0ms, kBetweenProgress), context.cancellation());
    if (!job) return no_such_job(id);
    if (context.is_cancelled()) {
      pool.cancel(id);
      return cancelled(id);
    }
    if (job->answer) {
      mcp::ToolResult result = answer_of(*job->answer);
      pool.forget(id);
      return result;
    }
    if (jobs::is_final(job->state)) return reply_of(*job);  // another call has cancelled it
    if (left <= 0ms) return handle_of(*job);
    if (job->total > 0)
      context.progress().report(static_cast<double>(job->done), static_cast<double>(job->total),
                                tool);
  }
}

mcp::ToolResult reply_of(const jobs::Snapshot& job) {
  json out = handle_of(job);
  if (!job.answer) return out;
  json answer = json::parse(job.answer->text);
  if (!job.answer->is_error) {
    out["result"] = std::move(answer);
    return out;
  }
  // Beside the handle, so that an error has the same place in every reply.
  out["error"] = std::move(answer["error"]);
  mcp::ToolResult result(std::move(out));
  result.is_error = true;
  return result;
}

mcp::ToolResult no_such_job(const std::string& id) {
  return mcp::tool_error(
      "JOB_UNKNOWN", "there is no job " + id.substr(0, 20),
      "handles come from run_strategy_backtest and run_parameter_sweep; results are kept for an "
      "hour, the last " +
          std::to_string(jobs::kMostKept) + " of them, and not over a restart: start it again",
      mcp::Retry::kNo, "job_id");
}

mcp::Param job_id() {
  return mcp::string_param("job_id", "Of a reply with status running, e.g. J-1").required();
}

std::vector<mcp::Param> job_output() {
  return {mcp::out::string("job_id"), mcp::out::string("status")};
}

}  // namespace tools
