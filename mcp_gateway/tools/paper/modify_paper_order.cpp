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
  broker::v1::ModifyPaperOrderRequest request;
  request.set_order_id(arguments.text("order_id"));
  if (arguments.has("quantity")) request.set_quantity(arguments.whole("quantity"));
  if (const auto price = arguments.rupees_e4("price")) request.set_limit_price_e4(*price);
  if (const auto price = arguments.rupees_e4("trigger_price")) request.set_trigger_price_e4(*price);
  if (const auto price = arguments.rupees_e4("stop_loss")) request.set_stop_loss_e4(*price);
  if (const auto price = arguments.rupees_e4("target")) request.set_target_e4(*price);
  request.set_request_id(arguments.text("request_id"));
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply =
      context.broker().modify_paper_order(request, call_of(context, "modify_paper_order"));
  if (!reply) return order_error(reply.error());
  return order_reply(*reply);
}

}  // namespace

mcp::Tool modify_paper_order() {
  return {
      .name = "modify_paper_order",
      .title = "Change a paper order",
      .description =
          "Changes quantity or prices of an open paper order, or the stop and target "
          "of the position it opened. The checklist runs again.",
      .toolsets = {"core", "paper"},
      .annotations = mcp::kWrites,
      .input = {mcp::string_param("order_id", "e.g. P-000001").required(),
                mcp::integer_param("quantity", "e.g. 5").between(1, kLargestQuantity),
                price_of("price", "New limit, e.g. 810"), price_of("trigger_price", "e.g. 815"),
                price_of("stop_loss", "e.g. 800"), price_of("target", "e.g. 840"), request_id()},
      .output = order_output(),
      .handler = run};
}

}  // namespace tools
