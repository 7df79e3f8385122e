#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  broker::v1::CalculatePositionSizeRequest request;
  request.set_capital_e4(arguments.rupees_e4("capital").value_or(0));
  request.set_risk_bps(static_cast<std::int32_t>(arguments.scaled("risk_percent", 2)));
  request.set_entry_price_e4(arguments.rupees_e4("entry_price").value_or(0));
  request.set_stop_loss_e4(arguments.rupees_e4("stop_loss").value_or(0));
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply = context.broker().calculate_position_size(
      request, call_of(context, "calculate_position_size"));
  if (!reply) return broker_error(reply.error());
  json out = {{"quantity", reply->quantity()},
              {"risk_per_share", rupees(reply->risk_per_share_e4())},
              {"risk_amount", rupees(reply->risk_amount_e4())},
              {"risk_budget", rupees(reply->risk_budget_e4())},
              {"position_value", rupees(reply->position_value_e4())}};
  if (!reply->capped_by().empty()) out["capped_by"] = reply->capped_by();
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool calculate_position_size() {
  return {.name = "calculate_position_size",
          .title = "Position size",
          .description =
              "How many shares risk at most risk_percent of capital between entry and "
              "stop; capped_by names the limit that made it smaller.",
          .toolsets = {"core", "risk"},
          .annotations = mcp::kReads,
          .input = {mcp::number_param("capital", "Rupees, e.g. 100000")
                        .required()
                        .above(0)
                        .at_most(kLargestAmount),
                    mcp::number_param("risk_percent", "e.g. 1").required().above(0).at_most(100),
                    price_of("entry_price", "e.g. 812.5").required(),
                    price_of("stop_loss", "e.g. 800").required()},
          .output = {mcp::out::integer("quantity"), mcp::out::number("risk_per_share"),
                     mcp::out::number("risk_amount"), mcp::out::number("position_value")},
          .handler = run};
}

}  // namespace tools
