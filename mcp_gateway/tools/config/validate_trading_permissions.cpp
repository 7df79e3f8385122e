#include "broker/v1/config.pb.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  broker::v1::ValidateTradingPermissionsRequest request;
  request.set_symbol(arguments.text("symbol"));
  request.set_side(arguments.side());
  request.set_product(arguments.product());
  const auto reply = context.broker().validate_trading_permissions(
      request, call_of(context, "validate_trading_permissions"));
  if (!reply) return broker_error(reply.error());
  json out = {{"is_permitted", reply->is_permitted()},
              {"denials", denial_rows(reply->denials())},
              {"checks", checklist(reply->verdicts())}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool validate_trading_permissions() {
  return {.name = "validate_trading_permissions",
          .title = "May this be traded?",
          .description =
              "The permission checks alone for a symbol, side and product: modes, enabled "
              "products, allowed symbols, series. No sizes, no prices.",
          .toolsets = {"config"},
          .annotations = mcp::kReads,
          .input = {symbol(), side(),
                    mcp::enum_param("product_type", "e.g. INTRADAY", {"INTRADAY", "DELIVERY"})
                        .required()},
          .output = {mcp::out::boolean("is_permitted"), mcp::out::rows("denials")},
          .handler = run};
}

}  // namespace tools
