#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/rows.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

constexpr int kDefaultRows = 50;

json row_of(const v1::Fill& fill) {
  const std::int64_t net_e4 = fill.realized_e4() - fill.charges_e4();
  json row = {{"order_id", fill.order_id()},
              {"symbol", fill.symbol()},
              {"side", text_of(fill.side())},
              {"product_type", text_of(fill.product())},
              {"quantity", fill.quantity()},
              {"price", rupees(fill.price_e4())},
              {"time", ist(fill.market_us())},
              {"bar_ts", ist(fill.bar_us())},
              {"charges", rupees(fill.charges_e4())},
              {"realized_pnl", rupees(fill.realized_e4())},
              {"net", rupees(net_e4)},
              {"reason", fill.reason()}};
  if (!fill.strategy().empty()) row["strategy"] = fill.strategy();
  return row;
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  v1::FetchPaperTradesRequest request;
  if (arguments.has("product_type")) request.set_product(arguments.product());
  request.set_symbol(arguments.text("symbol"));
  request.set_limit(static_cast<std::int32_t>(arguments.whole("limit")));
  const auto reply =
      context.broker().fetch_paper_trades(request, call_of(context, "fetch_paper_trades"));
  if (!reply) return broker_error(reply.error());
  Rows rows(request.limit(), kDefaultRows);
  for (const v1::Fill& fill : reply->fills()) {
    if (!rows.add(row_of(fill))) break;
  }
  json out = json::object();
  std::move(rows).put(out, "trades", reply->total());
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool fetch_paper_trades() {
  return {
      .name = "fetch_paper_trades",
      .title = "Paper fills",
      .description =
          "Fills of the paper account, newest first, each with its charges and the "
          "profit or loss it realised.",
      .toolsets = {"paper"},
      .annotations = mcp::kReads,
      .input = {mcp::enum_param("product_type", "e.g. INTRADAY", {"INTRADAY", "DELIVERY"}),
                optional_symbol(),
                mcp::integer_param("limit", "e.g. 50").between(1, 200).or_default(kDefaultRows)},
      .output = {mcp::out::rows("trades"), mcp::out::integer("total"),
                 mcp::out::boolean("truncated")},
      .handler = run};
}

}  // namespace tools
