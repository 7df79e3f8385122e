#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_list.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  broker::v1::FetchPaperOrdersRequest request;
  request.set_symbol(arguments.text("symbol"));
  request.set_limit(static_cast<std::int32_t>(arguments.whole("limit")));
  const auto reply =
      context.broker().fetch_paper_orders(request, call_of(context, "fetch_order_history"));
  if (!reply) return broker_error(reply.error());
  return order_list(*reply, request.limit());
}

}  // namespace

mcp::Tool fetch_order_history() {
  return {
      .name = "fetch_order_history",
      .title = "Order history",
      .description =
          "All orders of the effective mode's book, newest first, refused ones and "
          "protective ones included.",
      .toolsets = {"portfolio"},
      .annotations = mcp::kReads,
      .input = {optional_symbol(),
                mcp::integer_param("limit", "e.g. 50").between(1, 200).or_default(kDefaultOrders)},
      .output = {mcp::out::rows("orders"), mcp::out::integer("total"),
                 mcp::out::boolean("truncated"), mcp::out::string("mode")},
      .handler = run};
}

}  // namespace tools
