#include "mcp_gateway/tools/portfolio/book_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json&, mcp::ToolContext& context) {
  const auto reply = context.broker().fetch_portfolio({}, call_of(context, "fetch_portfolio"));
  if (!reply) return broker_error(reply.error());
  return portfolio_reply(*reply);
}

}  // namespace

mcp::Tool fetch_portfolio() {
  return {
      .name = "fetch_portfolio",
      .title = "Portfolio",
      .description =
          "Every book with cash, equity, positions, profit and loss and charges; the "
          "effective mode's book first. null equity: a position has no price now.",
      .toolsets = {"core", "portfolio"},
      .annotations = mcp::kReads,
      .output = {mcp::out::rows("books"), mcp::out::string("custody"), mcp::out::string("as_of")},
      .handler = run};
}

}  // namespace tools
