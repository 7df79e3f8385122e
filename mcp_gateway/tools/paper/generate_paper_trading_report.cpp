#include "mcp_gateway/tools/paper/performance.h"
#include "mcp_gateway/tools/paper/report_text.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply = context.broker().calculate_paper_trading_performance(
      {}, call_of(context, "generate_paper_trading_report"));
  if (!reply) return broker_error(reply.error());
  json figures = performance_fields(*reply);
  figures.erase("equity_curve");
  figures["report_markdown"] = report_text(*reply);
  return figures;
}

}  // namespace

mcp::Tool generate_paper_trading_report() {
  return {.name = "generate_paper_trading_report",
          .title = "Paper report",
          .description =
              "The paper account's results as a Markdown page in report_markdown, with the "
              "figures beside it. Writes no file.",
          .toolsets = {"paper"},
          .annotations = mcp::kReads,
          .output = {mcp::out::string("report_markdown"), mcp::out::object("overall"),
                     mcp::out::object("by_product"), mcp::out::object("by_strategy")},
          .handler = run};
}

}  // namespace tools
