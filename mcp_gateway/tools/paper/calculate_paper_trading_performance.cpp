#include "mcp_gateway/tools/paper/performance.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json&, mcp::ToolContext& context) {
  const auto reply = context.broker().calculate_paper_trading_performance(
      {}, call_of(context, "calculate_paper_trading_performance"));
  if (!reply) return broker_error(reply.error());
  return performance_fields(*reply);
}

}  // namespace

mcp::Tool calculate_paper_trading_performance() {
  return {.name = "calculate_paper_trading_performance",
          .title = "Paper performance",
          .description =
              "Win rate, profit factor, expectancy, drawdown and equity curve of the paper "
              "account, net of charges: overall, by product, by strategy.",
          .toolsets = {"paper"},
          .annotations = mcp::kReads,
          .output = {mcp::out::object("overall"), mcp::out::object("by_product"),
                     mcp::out::object("by_strategy"), mcp::out::number("equity"),
                     mcp::out::number("max_drawdown_pct"), mcp::out::object("equity_curve")},
          .handler = run};
}

}  // namespace tools
