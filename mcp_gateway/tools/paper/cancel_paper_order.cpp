#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/paper/order_output.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  broker::v1::CancelPaperOrderRequest request;
  request.set_order_id(arguments.text("order_id"));
  request.set_request_id(arguments.text("request_id"));
  const auto reply =
      context.broker().cancel_paper_order(request, call_of(context, "cancel_paper_order"));
  if (!reply) return order_error(reply.error());
  return order_reply(*reply);
}

}  // namespace

mcp::Tool cancel_paper_order() {
  return {.name = "cancel_paper_order",
          .title = "Cancel a paper order",
          .description =
              "Withdraws an open paper order; a protective stop or target cannot be "
              "cancelled (modify it, or close the position).",
          .toolsets = {"core", "paper"},
          .annotations = mcp::kDestroys,
          .input = {mcp::string_param("order_id", "e.g. P-000001").required(), request_id()},
          .output = order_output(),
          .handler = run};
}

}  // namespace tools
