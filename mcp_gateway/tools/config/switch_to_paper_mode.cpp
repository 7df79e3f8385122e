#include "broker/v1/config.pb.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json&, mcp::ToolContext& context) {
  const auto reply =
      context.broker().switch_to_paper_mode({}, call_of(context, "switch_to_paper_mode"));
  if (!reply) return broker_error(reply.error());
  nlohmann::json out = {{"effective_mode", reply->effective_mode()}, {"note", reply->note()}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool switch_to_paper_mode() {
  return {.name = "switch_to_paper_mode",
          .title = "Back to paper",
          .description =
              "Switches to paper trading at once; always allowed, survives a restart. A "
              "live book stays protected until it is flat.",
          .toolsets = {"core", "config"},
          .annotations = mcp::kSets,
          .output = {mcp::out::string("effective_mode"), mcp::out::string("note")},
          .handler = run};
}

}  // namespace tools
