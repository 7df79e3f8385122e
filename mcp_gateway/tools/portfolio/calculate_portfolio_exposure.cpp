#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

json rows_of(const google::protobuf::RepeatedPtrField<v1::Exposure>& exposures) {
  json rows = json::array();
  for (const v1::Exposure& exposure : exposures) {
    rows.push_back({{"name", exposure.name()},
                    {"gross", rupees(exposure.gross_e4())},
                    {"net", rupees(exposure.net_e4())},
                    {"share_pct", percent(exposure.share_of_purse_bps())}});
  }
  return rows;
}

mcp::ToolResult run(const json&, mcp::ToolContext& context) {
  const auto reply = context.broker().calculate_portfolio_exposure(
      {}, call_of(context, "calculate_portfolio_exposure"));
  if (!reply) return broker_error(reply.error());
  json out = {
      {"gross", rupees(reply->gross_e4())},       {"net", rupees(reply->net_e4())},
      {"purse", rupees(reply->purse_e4())},       {"by_symbol", rows_of(reply->by_symbol())},
      {"by_sector", rows_of(reply->by_sector())}, {"by_product", rows_of(reply->by_product())}};
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool calculate_portfolio_exposure() {
  return {.name = "calculate_portfolio_exposure",
          .title = "Portfolio exposure",
          .description =
              "Gross and net exposure of the book by symbol, sector and product, as a "
              "share of the purse (equity at the day's open).",
          .toolsets = {"portfolio"},
          .annotations = mcp::kReads,
          .output = {mcp::out::number("gross"), mcp::out::number("net"), mcp::out::number("purse"),
                     mcp::out::rows("by_symbol"), mcp::out::rows("by_sector")},
          .handler = run};
}

}  // namespace tools
