#include "broker/v1/config.pb.h"
#include "mcp_gateway/tools/config/config_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json&, mcp::ToolContext& context) {
  const auto reply =
      context.broker().get_trading_config({}, call_of(context, "get_trading_config"));
  if (!reply) return broker_error(reply.error());
  return config_fields(*reply);
}

}  // namespace

mcp::Tool get_trading_config() {
  return {.name = "get_trading_config",
          .title = "Settings and limits",
          .description =
              "Every setting with its effective value and where it came from, and every "
              "limit with its sources; secrets only as set or not set.",
          .toolsets = {"core", "config"},
          .annotations = mcp::kReads,
          .output = {mcp::out::object("settings"), mcp::out::object("limits"),
                     mcp::out::string("limits_hash")},
          .handler = run};
}

}  // namespace tools
