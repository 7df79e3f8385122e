#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply =
      context.broker().check_max_daily_loss({}, call_of(context, "check_max_daily_loss"));
  if (!reply) return broker_error(reply.error());
  json out = {{"day_pnl", rupees_if(reply->has_day_pnl_e4(), reply->day_pnl_e4())},
              {"limit", rupees(reply->limit_e4())},
              {"halt_limit", rupees(reply->halt_limit_e4())},
              {"used_pct", percent(reply->used_bps())},
              {"is_breached", reply->is_breached()},
              {"purse", rupees(reply->purse_e4())},
              {"operator_state", reply->operator_state()},
              {"latches", json::array()}};
  for (const std::string& latch : reply->latches()) out["latches"].push_back(latch);
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool check_max_daily_loss() {
  return {.name = "check_max_daily_loss",
          .title = "Daily loss",
          .description =
              "Today's profit or loss (realised, unrealised, charges) against the limits "
              "that stop entries and that halt.",
          .toolsets = {"core", "risk"},
          .annotations = mcp::kReads,
          .output = {mcp::out::number("day_pnl").nullable(), mcp::out::number("limit"),
                     mcp::out::boolean("is_breached"), mcp::out::string("operator_state")},
          .handler = run};
}

}  // namespace tools
