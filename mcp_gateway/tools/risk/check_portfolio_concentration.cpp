#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

json rows_of(const google::protobuf::RepeatedPtrField<v1::Concentration>& concentrations) {
  json rows = json::array();
  for (const v1::Concentration& part : concentrations) {
    rows.push_back({{"name", part.name()},
                    {"value", rupees(part.value_e4())},
                    {"share_pct", percent(part.share_bps())},
                    {"limit_pct", percent(part.limit_bps())},
                    {"is_over", part.is_over()}});
  }
  return rows;
}

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply = context.broker().check_portfolio_concentration(
      {}, call_of(context, "check_portfolio_concentration"));
  if (!reply) return broker_error(reply.error());
  json out = {{"purse", rupees(reply->purse_e4())},
              {"by_symbol", rows_of(reply->by_symbol())},
              {"by_sector", rows_of(reply->by_sector())},
              {"gross", rupees(reply->gross_e4())},
              {"gross_pct", percent(reply->gross_bps())},
              {"gross_limit_pct", percent(reply->gross_limit_bps())},
              {"open_positions", reply->open_positions()},
              {"max_open_positions", reply->max_open_positions()}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool check_portfolio_concentration() {
  return {.name = "check_portfolio_concentration",
          .title = "Concentration",
          .description =
              "Share of the purse in each symbol and sector against its limit, gross "
              "exposure and open positions.",
          .toolsets = {"risk"},
          .annotations = mcp::kReads,
          .output = {mcp::out::rows("by_symbol"), mcp::out::rows("by_sector"),
                     mcp::out::number("gross_pct"), mcp::out::integer("open_positions")},
          .handler = run};
}

}  // namespace tools
