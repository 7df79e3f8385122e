#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  broker::v1::CalculateTargetPriceRequest request;
  request.set_entry_price_e4(arguments.rupees_e4("entry_price").value_or(0));
  request.set_stop_loss_e4(arguments.rupees_e4("stop_loss").value_or(0));
  request.set_risk_reward_ratio_e2(
      static_cast<std::int32_t>(arguments.scaled("risk_reward_ratio", 2)));
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply =
      context.broker().calculate_target_price(request, call_of(context, "calculate_target_price"));
  if (!reply) return broker_error(reply.error());
  json out = {{"target", rupees(reply->target_e4())},
              {"side", text_of(reply->side())},
              {"risk_per_share", rupees(reply->risk_per_share_e4())},
              {"reward_per_share", rupees(reply->reward_per_share_e4())}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool calculate_target_price() {
  return {
      .name = "calculate_target_price",
      .title = "Target price",
      .description =
          "The target that pays risk_reward_ratio times the risk between entry and "
          "stop; a stop above the entry means a short.",
      .toolsets = {"risk"},
      .annotations = mcp::kReads,
      .input = {price_of("entry_price", "e.g. 812.5").required(),
                price_of("stop_loss", "e.g. 800").required(),
                mcp::number_param("risk_reward_ratio", "e.g. 2").between(0.1, 100).or_default(2.0)},
      .output = {mcp::out::number("target"), mcp::out::string("side"),
                 mcp::out::number("risk_per_share")},
      .handler = run};
}

}  // namespace tools
