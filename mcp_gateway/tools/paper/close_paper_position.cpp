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
  broker::v1::ClosePaperPositionRequest request;
  request.set_symbol(arguments.text("symbol"));
  request.set_product(arguments.product());
  if (const auto price = arguments.rupees_e4("price")) request.set_limit_price_e4(*price);
  request.set_request_id(arguments.text("request_id"));
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply =
      context.broker().close_paper_position(request, call_of(context, "close_paper_position"));
  if (!reply) return order_error(reply.error());
  return order_reply(*reply);
}

}  // namespace

mcp::Tool close_paper_position() {
  return {.name = "close_paper_position",
          .title = "Close a paper position",
          .description =
              "Sells or buys back the whole paper position in a symbol, at market or by a "
              "limit price; its stop and target are withdrawn first.",
          .toolsets = {"core", "paper"},
          .annotations = mcp::kWrites,
          .input = {symbol(), product("DELIVERY"),
                    price_of("price", "Limit; absent = at market, e.g. 812.5"), request_id()},
          .output = order_output(),
          .handler = run};
}

}  // namespace tools
