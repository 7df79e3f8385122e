#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/config/config_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

// The value as the text that the broker parses; nothing for what is no value of a setting.
std::optional<std::string> text_of_value(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return exact_text(value);
  return std::nullopt;
}

mcp::ToolResult refuse_value(const std::string& key) {
  return mcp::tool_error("INVALID_ARGUMENT", "updates." + key + " must be a number or a text",
                         "give each limit one value, e.g. {\"MAX_OPEN_POSITIONS\": 3}",
                         mcp::Retry::kNo, "updates");
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  v1::UpdateTradingConfigRequest request;
  for (const auto& [key, value] : values["updates"].items()) {
    const auto text = text_of_value(value);
    if (!text) return refuse_value(key.substr(0, 64));
    (*request.mutable_updates())[key] = *text;
  }
  const auto reply =
      context.broker().update_trading_config(request, call_of(context, "update_trading_config"));
  if (!reply) return broker_error(reply.error());
  json out = {{"changed", json::object()}};
  for (const v1::LimitRow& row : reply->changed()) out["changed"][row.key()] = limit_fields(row);
  out["note"] = "an agent's tightening ends with the trading day; the operator can clear it";
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool update_trading_config() {
  return {.name = "update_trading_config",
          .title = "Tighten a limit",
          .description =
              "Makes limits tighter for the rest of the trading day. A loosening is "
              "refused and names the operator's command; nothing is written to .env.",
          .toolsets = {"core", "config"},
          .annotations = mcp::kSets,
          .input =
              {mcp::object_param("updates", "By key, e.g. {\"MAX_OPEN_POSITIONS\": 3}").required()},
          .output = {mcp::out::object("changed")},
          .handler = run};
}

}  // namespace tools
