#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"
#include "trading/base/decimal.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

constexpr int kRatioDecimals = 4;

json charges_of(const google::protobuf::RepeatedPtrField<v1::ChargeLine>& lines) {
  json out = json::object();
  for (const v1::ChargeLine& line : lines) out[line.kind()] = rupees(line.amount_e4());
  return out;
}

json gap_losses(const v1::PreviewOrderReply& reply) {
  json rows = json::array();
  for (const v1::GapLoss& gap : reply.gap_losses()) {
    rows.push_back({{"gap_pct", percent(gap.gap_bps())}, {"loss", rupees(gap.loss_e4())}});
  }
  return rows;
}

json head_room(const v1::PreviewOrderReply& reply) {
  json rows = json::array();
  for (const v1::HeadRoom& room : reply.head_room()) {
    rows.push_back({{"limit", room.limit()},
                    {"unit", room.unit()},
                    {"used", room.used()},
                    {"allowed", room.allowed()},
                    {"left", room.left()}});
  }
  return rows;
}

// Decimal text of the broker; none where there is no reward or no risk.
json ratio(const std::string& text) {
  const auto value = trading::parse_decimal(text, kRatioDecimals);
  return value ? decimal(*value, kRatioDecimals) : json();
}

json fields_of(const v1::PreviewOrderReply& reply) {
  return {{"would_pass", reply.would_pass()},
          {"denials", denial_rows(reply.denials())},
          {"largest_passing_quantity", reply.largest_passing_quantity()},
          {"order_class", reply.order_class()},
          {"reference_price", rupees(reply.reference_price_e4())},
          {"order_value", rupees(reply.order_value_e4())},
          {"charges_entry", charges_of(reply.charges_entry())},
          {"charges_round_trip", rupees(reply.charges_round_trip_e4())},
          {"charges_basis", reply.charges_basis()},
          {"margin_required", rupees(reply.margin_required_e4())},
          {"margin_available", rupees(reply.margin_available_e4())},
          {"break_even_price", rupees(reply.break_even_price_e4())},
          {"worst_loss", rupees(reply.worst_loss_e4())},
          {"best_gain", rupees(reply.best_gain_e4())},
          {"reward_risk", ratio(reply.reward_risk())},
          {"gap_losses", gap_losses(reply)},
          {"head_room", head_room(reply)},
          {"book_after",
           {{"cash", rupees(reply.cash_after_e4())}, {"position", reply.position_after()}}},
          {"checks", checklist(reply.verdicts())}};
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  v1::PreviewOrderRequest request;
  *request.mutable_terms() = order_terms(arguments);
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto reply = context.broker().preview_order(request, call_of(context, "preview_order"));
  if (!reply) return order_error(reply.error());
  json out = fields_of(*reply);
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool preview_order() {
  return {.name = "preview_order",
          .title = "Preview an order",
          .description =
              "Dry run of place_paper_order with the same arguments: charges, margin, break-even, "
              "worst loss, losses in a gap, head-room of each limit, the book after, what would "
              "refuse it, and the largest quantity that passes. Sends nothing.",
          .toolsets = {"core", "risk"},
          .annotations = mcp::kReads,
          .input = order_params(),
          .output = {mcp::out::boolean("would_pass"), mcp::out::rows("denials"),
                     mcp::out::integer("largest_passing_quantity"), mcp::out::number("order_value"),
                     mcp::out::number("worst_loss"), mcp::out::number("break_even_price"),
                     mcp::out::rows("head_room")},
          .handler = run};
}

}  // namespace tools
