#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/paper/order_output.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

mcp::ToolResult run(const nlohmann::json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  broker::v1::PlacePaperOrderRequest request;
  *request.mutable_terms() = order_terms(arguments);
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply =
      context.broker().place_paper_order(request, call_of(context, "place_paper_order"));
  if (!reply) return order_error(reply.error());
  return order_reply(*reply);
}

}  // namespace

mcp::Tool place_paper_order() {
  return {.name = "place_paper_order",
          .title = "Place a paper order",
          .description =
              "Sends an order to the paper exchange, which fills it by its own market prices after "
              "the full checklist, with charges and margin; it may stay open or fill in part. "
              "price is only the limit of LIMIT and SL orders. Try preview_order first.",
          .toolsets = {"core", "paper"},
          .annotations = mcp::kWrites,
          .input = order_params(),
          .output = order_output(),
          .handler = run};
}

}  // namespace tools
