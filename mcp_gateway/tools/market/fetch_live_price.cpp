#include "broker/v1/market.pb.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

json best(const google::protobuf::RepeatedPtrField<v1::DepthLevel>& levels) {
  return levels.empty() ? json() : rupees(levels[0].price_e4());
}

json best_quantity(const google::protobuf::RepeatedPtrField<v1::DepthLevel>& levels) {
  return levels.empty() ? json(0) : json(levels[0].quantity());
}

// A price of zero is one that the source does not know.
json known(std::int64_t price_e4) {
  return rupees_if(price_e4 > 0, price_e4);
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  v1::FetchLivePriceRequest request;
  request.set_symbol(Arguments(values).text("symbol"));
  const auto reply =
      context.broker().fetch_live_price(request, call_of(context, "fetch_live_price"));
  if (!reply) return broker_error(reply.error());
  json out = {{"symbol", reply->symbol()},
              {"last_price", rupees(reply->last_price_e4())},
              {"bid", best(reply->bids())},
              {"ask", best(reply->asks())},
              {"bid_quantity", best_quantity(reply->bids())},
              {"ask_quantity", best_quantity(reply->asks())},
              {"open", known(reply->open_e4())},
              {"high", known(reply->high_e4())},
              {"low", known(reply->low_e4())},
              {"close", known(reply->previous_close_e4())},
              {"volume", reply->volume()},
              {"lower_circuit", known(reply->lower_circuit_e4())},
              {"upper_circuit", known(reply->upper_circuit_e4())},
              {"phase", reply->phase()}};
  if (reply->is_locked_upper()) out["locked"] = "upper";
  if (reply->is_locked_lower()) out["locked"] = "lower";
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool fetch_live_price() {
  return {.name = "fetch_live_price",
          .title = "Live price",
          .description =
              "Last price, best bid and ask, day's open/high/low, previous close, volume "
              "and circuit band of one NSE stock, with its age.",
          .toolsets = {"core", "market"},
          .annotations = mcp::kReads,
          .input = {symbol()},
          .output = {mcp::out::string("symbol"), mcp::out::number("last_price"),
                     mcp::out::number("bid").nullable(), mcp::out::number("ask").nullable(),
                     mcp::out::number("close", "previous day's").nullable(),
                     mcp::out::integer("volume"), mcp::out::string("source"),
                     mcp::out::string("as_of"), mcp::out::integer("age_ms")},
          .handler = run};
}

}  // namespace tools
