#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/risk/dry_run.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

// The trade as a limit order at its entry price.
v1::OrderTerms terms_of(Arguments& arguments) {
  v1::OrderTerms terms = order_terms(arguments);
  terms.set_order_type(v1::ORDER_TYPE_LIMIT);
  terms.set_limit_price_e4(arguments.rupees_e4("entry_price").value_or(0));
  return terms;
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context, const char* tool) {
  Arguments arguments(values);
  v1::ValidateTradeAgainstRiskRulesRequest request;
  *request.mutable_terms() = terms_of(arguments);
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply = context.broker().validate_trade_against_risk_rules(
      request, call_of(context, tool));
  if (!reply) return order_error(reply.error());
  json out = {{"would_pass", reply->would_pass()},
              {"denials", denial_rows(reply->denials())},
              {"checks", checklist(reply->verdicts())},
              {"order_class", reply->order_class()},
              {"largest_passing_quantity", reply->largest_passing_quantity()}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool dry_run_tool(const char* name, const char* title, const char* description, const char* area) {
  return {.name = name,
          .title = title,
          .description = description,
          .toolsets = {area},
          .annotations = mcp::kReads,
          .input = {symbol(), side(), quantity(), price_of("entry_price", "e.g. 812.5").required(),
                    price_of("stop_loss", "e.g. 800"), price_of("target", "e.g. 840"),
                    product("INTRADAY")},
          .output = {mcp::out::boolean("would_pass"), mcp::out::rows("denials"),
                     mcp::out::object("checks"), mcp::out::integer("largest_passing_quantity")},
          .handler = [name](const json& values, mcp::ToolContext& context) {
            return run(values, context, name);
          }};
}

mcp::Tool validate_trade_against_risk_rules() {
  return dry_run_tool("validate_trade_against_risk_rules", "Check a trade",
                 "Dry run of the whole checklist for a limit order at entry_price: every "
                 "check by name, the denials, and the largest quantity that would pass.",
                 "risk");
}

}  // namespace tools
