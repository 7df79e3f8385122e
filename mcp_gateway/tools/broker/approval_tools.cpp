// The tools that report or wait for a human's decision, and take a proposal back. None of them sends anything.

#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/broker/proposal_fields.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/paper/order_output.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

namespace v1 = broker::v1;
using nlohmann::json;

constexpr std::int64_t kMicros = 1'000'000;

trading::Result<v1::ProposalReply> status_of(const Arguments& arguments, mcp::ToolContext& context, const char* tool) {
  v1::GetApprovalStatusRequest request;
  request.set_approval_token(arguments.text("approval_token"));
  request.set_wait_us(arguments.whole("wait_seconds") * kMicros);
  return context.broker().get_approval_status(request, call_of(context, tool));
}

mcp::ToolResult run_status(const json& values, mcp::ToolContext& context) {
  const auto reply = status_of(Arguments(values), context, "get_approval_status");
  return reply ? proposal_reply(*reply) : broker_error(reply.error());
}

// Reports the one outcome of the human's decision; the approval itself sends, so there is nothing left to execute.
mcp::ToolResult run_execute(const json& values, mcp::ToolContext& context, const char* tool, v1::Product product, bool is_buy_only) {
  const auto reply = status_of(Arguments(values), context, tool);
  if (!reply) return broker_error(reply.error());
  const v1::OrderTerms& terms = reply->proposal().order().terms();
  const bool is_wrong = terms.product() != product || (is_buy_only && terms.side() != v1::SIDE_BUY);
  if (is_wrong)
    return mcp::tool_error("WRONG_PRODUCT",
                           reply->proposal().order().order_id() + " is a " + std::string(text_of(terms.product())) + " " +
                               std::string(text_of(terms.side())),
                           product == v1::PRODUCT_INTRADAY ? "use execute_delivery_buy_after_validation" : "use execute_intraday_order_after_validation",
                           mcp::Retry::kNo, "approval_token");
  return proposal_reply(*reply);
}

mcp::ToolResult run_list(const json&, mcp::ToolContext& context) {
  const auto reply = context.broker().list_pending_live_orders({}, call_of(context, "list_pending_live_orders"));
  if (!reply) return broker_error(reply.error());
  json rows = json::array();
  for (const v1::Proposal& proposal : reply->proposals()) rows.push_back(proposal_fields(proposal, reply->provenance().as_of_us()));
  json out = {{"total", rows.size()}, {"orders", std::move(rows)}};
  put_provenance(out, reply->provenance());
  return out;
}

mcp::ToolResult run_withdraw(const json& values, mcp::ToolContext& context) {
  v1::CancelPendingLiveOrderRequest request;
  request.set_approval_token(Arguments(values).text("approval_token"));
  const auto reply = context.broker().cancel_pending_live_order(request, call_of(context, "cancel_pending_live_order"));
  return reply ? proposal_reply(*reply) : broker_error(reply.error());
}

mcp::ToolResult run_cancel(const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  v1::CancelLiveOrderRequest request;
  request.set_order_id(arguments.text("order_id"));
  request.set_request_id(arguments.text("request_id"));
  const auto reply = context.broker().cancel_live_order(request, call_of(context, "cancel_live_order"));
  return reply ? order_reply(*reply) : order_error(reply.error());
}

mcp::ToolResult run_block(const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  v1::BlockDeliverySellOrderRequest request;
  request.set_symbol(arguments.text("symbol"));
  request.set_quantity(arguments.whole("quantity"));
  request.set_reason(arguments.text("reason"));
  const auto reply = context.broker().block_delivery_sell_order(request, call_of(context, "block_delivery_sell_order"));
  if (!reply) return broker_error(reply.error());
  const v1::Recommendation& row = reply->recommendation();
  json out = {{"recommendation_id", row.recommendation_id()},
              {"symbol", row.symbol()},
              {"quantity", row.quantity()},
              {"is_order", false},
              {"note", "recorded for the human, who places it by hand: delivery is never sold by program"}};
  put_provenance(out, reply->provenance());
  return out;
}

mcp::Param wait_seconds() { return mcp::integer_param("wait_seconds", "Wait so long for a decision, e.g. 20").between(0, 20).or_default(0); }

}  // namespace

mcp::Tool get_approval_status() {
  return {.name = "get_approval_status",
          .title = "Has the human decided?",
          .description = "Where a proposal stands: pending_approval with the time left, approved with the order's outcome, void, expired or "
                         "withdrawn with why. Poll it, or wait up to 20 seconds.",
          .toolsets = {"core", "broker"},
          .annotations = mcp::kReads,
          .input = {approval_token(), wait_seconds()},
          .output = proposal_output(),
          .handler = run_status};
}

mcp::Tool execute_intraday_order_after_validation() {
  return {.name = "execute_intraday_order_after_validation",
          .title = "Outcome of an intraday proposal",
          .description = "Sends nothing: the human's approval is what sends. Reports the one outcome of an INTRADAY proposal, or "
                         "pending_approval.",
          .toolsets = {"broker"},
          .annotations = mcp::kReads,
          .input = {approval_token(), wait_seconds()},
          .output = proposal_output(),
          .handler = [](const json& values, mcp::ToolContext& context) {
            return run_execute(values, context, "execute_intraday_order_after_validation", v1::PRODUCT_INTRADAY, false);
          }};
}

mcp::Tool execute_delivery_buy_after_validation() {
  return {.name = "execute_delivery_buy_after_validation",
          .title = "Outcome of a delivery proposal",
          .description = "Sends nothing: the human's approval is what sends. Reports the one outcome of a DELIVERY BUY proposal, or "
                         "pending_approval.",
          .toolsets = {"broker"},
          .annotations = mcp::kReads,
          .input = {approval_token(), wait_seconds()},
          .output = proposal_output(),
          .handler = [](const json& values, mcp::ToolContext& context) {
            return run_execute(values, context, "execute_delivery_buy_after_validation", v1::PRODUCT_DELIVERY, true);
          }};
}

mcp::Tool list_pending_live_orders() {
  return {.name = "list_pending_live_orders",
          .title = "What waits for the human",
          .description = "Proposals that wait for approval: at most five, one a symbol, 30 minutes each.",
          .toolsets = {"broker"},
          .annotations = mcp::kReads,
          .input = {},
          .output = {mcp::out::integer("total"), mcp::out::rows("orders")},
          .handler = run_list};
}

mcp::Tool cancel_pending_live_order() {
  return {.name = "cancel_pending_live_order",
          .title = "Take a proposal back",
          .description = "Withdraws a proposal that waits for approval; always allowed.",
          .toolsets = {"broker"},
          .annotations = mcp::kDestroys,
          .input = {approval_token()},
          .output = proposal_output(),
          .handler = run_withdraw};
}

mcp::Tool cancel_live_order() {
  return {.name = "cancel_live_order",
          .title = "Cancel an order at the exchange",
          .description = "Cancels a working entry or exit of this system; never a protective order, never the human's own.",
          .toolsets = {"broker"},
          .annotations = mcp::kDestroys,
          .input = {mcp::string_param("order_id", "e.g. R-000001").required(), request_id()},
          .output = order_output(),
          .handler = run_cancel};
}

mcp::Tool block_delivery_sell_order() {
  return {.name = "block_delivery_sell_order",
          .title = "Recommend a delivery sale",
          .description = "Records for the human that a delivery holding should be sold. Never an order: delivery is not sold by program.",
          .toolsets = {"broker"},
          .annotations = mcp::kWrites,
          .input = {symbol(), quantity(), mcp::string_param("reason", "Why, e.g. target reached").required().length(1, 200)},
          .output = {mcp::out::integer("recommendation_id"), mcp::out::string("note")},
          .handler = run_block};
}

}  // namespace tools
