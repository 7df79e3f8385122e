#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  if (!arguments.flag("confirm")) {
    return mcp::tool_error("CONFIRMATION_REQUIRED",
                           "resetting cancels all paper orders, abandons all paper positions and "
                           "starts a new account; the old one stays in ledger and audit",
                           "call again with confirm true if that is meant", mcp::Retry::kNo,
                           "confirm");
  }
  broker::v1::ResetPaperAccountRequest request;
  request.set_confirm(true);
  request.set_request_id(arguments.text("request_id"));
  const auto reply =
      context.broker().reset_paper_account(request, call_of(context, "reset_paper_account"));
  if (!reply) return broker_error(reply.error());
  json out = {{"epoch", reply->epoch()},
              {"starting_capital", rupees_of_paise(reply->starting_capital_paise())},
              {"cancelled_orders", reply->cancelled_orders()},
              {"abandoned_positions", reply->abandoned_positions()}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool reset_paper_account() {
  return {
      .name = "reset_paper_account",
      .title = "Start a new paper account",
      .description =
          "Begins a new paper account with the starting capital; history stays in "
          "ledger and audit, loss limits that have tripped stay tripped.",
      .toolsets = {"paper"},
      .annotations = mcp::kDestroys,
      .input = {mcp::boolean_param("confirm", "Must be given, e.g. true").or_default(false),
                request_id()},
      .output = {mcp::out::integer("epoch"), mcp::out::number("starting_capital"),
                 mcp::out::integer("cancelled_orders"), mcp::out::integer("abandoned_positions")},
      .handler = run};
}

}  // namespace tools
