#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/order_list.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  broker::v1::FetchPaperOrdersRequest request;
  request.set_order_id(arguments.text("order_id"));
  request.set_status(arguments.text("status"));
  request.set_symbol(arguments.text("symbol"));
  request.set_limit(static_cast<std::int32_t>(arguments.whole("limit")));
  const auto reply =
      context.broker().fetch_paper_orders(request, call_of(context, "fetch_paper_orders"));
  if (!reply) return broker_error(reply.error());
  return order_list(*reply, request.limit());
}

}  // namespace

mcp::Tool fetch_paper_orders() {
  return {
      .name = "fetch_paper_orders",
      .title = "Paper orders",
      .description =
          "Paper orders, newest first: one by its id, or those of a status; working "
          "are the open ones, closed the rest.",
      .toolsets = {"core", "paper"},
      .annotations = mcp::kReads,
      .input = {mcp::string_param("order_id", "e.g. P-000001"),
                mcp::string_param("status", "working, closed or a state, e.g. FILLED"),
                optional_symbol(),
                mcp::integer_param("limit", "e.g. 50").between(1, 200).or_default(kDefaultOrders)},
      .output = {mcp::out::rows("orders"), mcp::out::integer("total"),
                 mcp::out::boolean("truncated")},
      .handler = run};
}

}  // namespace tools
