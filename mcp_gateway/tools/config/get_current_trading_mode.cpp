#include "mcp_gateway/tools/config/config_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json&, mcp::ToolContext& context) {
  const auto reply =
      context.broker().get_current_trading_mode({}, call_of(context, "get_current_trading_mode"));
  if (!reply) return broker_error(reply.error());
  return mode_fields(*reply);
}

}  // namespace

mcp::Tool get_current_trading_mode() {
  return {.name = "get_current_trading_mode",
          .title = "Trading mode",
          .description =
              "Paper, rehearsal or live: the configured and the effective mode, the master "
              "switch, the operator's state (open, reduce-only, halted) and why.",
          .toolsets = {"core", "config"},
          .annotations = mcp::kReads,
          .output = {mcp::out::string("effective_mode"), mcp::out::string("configured_mode"),
                     mcp::out::boolean("allow_live_trading"), mcp::out::string("operator_state"),
                     mcp::out::strings("reasons")},
          .handler = run};
}

}  // namespace tools
