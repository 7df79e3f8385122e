#include "broker/v1/config.pb.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply =
      context.broker().switch_to_live_mode({}, call_of(context, "switch_to_live_mode"));
  if (!reply) return broker_error(reply.error());
  json out = {{"effective_mode", reply->effective_mode()},
              {"switched", false},
              {"needs", json::array()},
              {"note", "only a human can enable live trading, in the broker's own settings"}};
  for (const std::string& need : reply->needs()) out["needs"].push_back(need);
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool switch_to_live_mode() {
  return {.name = "switch_to_live_mode",
          .title = "What live needs",
          .description =
              "Never enables live trading: answers what a human has to do for it and what "
              "is still missing.",
          .toolsets = {"config"},
          .annotations = mcp::kReads,
          .output = {mcp::out::string("effective_mode"), mcp::out::boolean("switched"),
                     mcp::out::strings("needs")},
          .handler = run};
}

}  // namespace tools
