#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

json row_of(const v1::Position& position) {
  return {{"symbol", position.symbol()},
          {"product_type", text_of(position.product())},
          {"quantity", position.quantity()},
          {"average_price", rupees(position.average_price_e4())},
          {"last_price", rupees_if(position.has_last_price_e4(), position.last_price_e4())},
          {"unrealized_pnl", rupees_if(position.has_unrealized_e4(), position.unrealized_e4())}};
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  const auto reply =
      context.broker().fetch_portfolio({}, call_of(context, "calculate_unrealized_pnl"));
  if (!reply) return broker_error(reply.error());
  json out = {{"positions", json::array()}, {"unrealized_pnl", 0}};
  if (!reply->books().empty()) {
    const v1::Book& book = reply->books(0);
    for (const v1::Position& position : book.positions())
      out["positions"].push_back(row_of(position));
    out["unrealized_pnl"] = rupees_if(book.has_unrealized_e4(), book.unrealized_e4());
  }
  if (Arguments(values).has("live_prices")) {
    out["note"] = "live_prices was ignored: prices are the broker's own";
  }
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool calculate_unrealized_pnl() {
  return {
      .name = "calculate_unrealized_pnl",
      .title = "Unrealised profit and loss",
      .description =
          "Open positions of the effective mode's book valued at the broker's own "
          "prices, before charges. null: a position has no price now.",
      .toolsets = {"portfolio"},
      .annotations = mcp::kReads,
      .input = {mcp::object_param("live_prices", "Ignored: prices are the broker's own, e.g. {}")},
      .output = {mcp::out::number("unrealized_pnl").nullable(), mcp::out::rows("positions"),
                 mcp::out::string("as_of")},
      .handler = run};
}

}  // namespace tools
