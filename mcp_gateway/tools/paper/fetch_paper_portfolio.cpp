#include "mcp_gateway/tools/portfolio/book_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json&, mcp::ToolContext& context) {
  broker::v1::FetchPortfolioRequest request;
  request.set_mode("paper");
  const auto reply =
      context.broker().fetch_portfolio(request, call_of(context, "fetch_paper_portfolio"));
  if (!reply) return broker_error(reply.error());
  return portfolio_reply(*reply);
}

}  // namespace

mcp::Tool fetch_paper_portfolio() {
  return {
      .name = "fetch_paper_portfolio",
      .title = "Paper portfolio",
      .description =
          "The paper book alone: cash, equity, positions with their stops and targets, "
          "profit and loss, charges.",
      .toolsets = {"paper"},
      .annotations = mcp::kReads,
      .output = {mcp::out::rows("books"), mcp::out::string("custody"), mcp::out::string("as_of")},
      .handler = run};
}

}  // namespace tools
