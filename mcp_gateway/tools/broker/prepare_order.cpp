#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/broker/proposal_fields.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

namespace v1 = broker::v1;

mcp::ToolResult run(const nlohmann::json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  v1::PrepareOrderRequest request;
  v1::OrderTerms& terms = *request.mutable_terms();
  terms = order_terms(arguments);
  const auto price = arguments.rupees_e4("entry_price");
  // Of a MARKET order the price is only what the agent expects: the checklist says why it is not taken.
  if (price && terms.order_type() != v1::ORDER_TYPE_MARKET) terms.set_limit_price_e4(*price);
  request.set_reason(arguments.text("reason"));
  if (arguments.has("cites"))
    for (const auto& cite : values.at("cites")) request.add_cites(cite.get<std::string>());
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply = context.broker().prepare_order(request, call_of(context, "prepare_order"));
  if (!reply) return order_error(reply.error());
  return proposal_reply(*reply);
}

}  // namespace

mcp::Tool prepare_order() {
  return {.name = "prepare_order",
          .title = "Propose an order",
          .description = "Checks an entry and keeps it for a human to sign (rehearsal, live); approval_token only refers to it, "
                         "nothing an agent does approves it. Exits are sent at once. On paper: every verdict, nothing kept.",
          .toolsets = {"core", "broker"},
          .annotations = mcp::kTrades,
          .input = {symbol(), side(), quantity(), price_of("entry_price", "Limit in rupees, e.g. 812.5").required(),
                    price_of("stop_loss", "Entries need it, e.g. 800"), price_of("target", "Entries need it, e.g. 840"),
                    product("INTRADAY"),
                    mcp::enum_param("order_type", "e.g. LIMIT", {"LIMIT", "SL", "MARKET"}).or_default("LIMIT"),
                    price_of("trigger_price", "Of SL, e.g. 815"),
                    mcp::string_param("reason", "Why, for the human, e.g. breakout").length(0, 200),
                    mcp::string_list_param("cites", "data_hash values relied on, e.g. [\"ab12\"]").length(0, 10), request_id()},
          .output = proposal_output(),
          .handler = run};
}

}  // namespace tools
