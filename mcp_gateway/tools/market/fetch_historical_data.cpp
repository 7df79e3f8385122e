#include "broker/v1/market.pb.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/market/history.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

// 600 intraday bars stay below the limit of one reply.
constexpr int kMaxRows = 600;

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  broker::v1::FetchHistoricalDataRequest request;
  request.set_symbol(arguments.text("symbol"));
  request.set_timeframe(arguments.text("timeframe"));
  if (const auto from = arguments.from_time("start_date")) request.set_from_us(from->us);
  if (const auto to = arguments.until_time("end_date")) request.set_to_us(to->us);
  request.set_max_rows(static_cast<std::int32_t>(arguments.whole("max_rows")));
  const bool is_adjusted = arguments.flag("adjusted");
  request.set_is_raw(!is_adjusted);
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto history =
      context.broker().fetch_historical_data(request, call_of(context, "fetch_historical_data"));
  if (!history) return broker_error(history.error());
  return history_reply(request.symbol(), is_adjusted, *history);
}

}  // namespace

mcp::Tool fetch_historical_data() {
  return {
      .name = "fetch_historical_data",
      .title = "Price history",
      .description =
          "OHLCV bars of one NSE stock as columns t,o,h,l,c,v, newest max_rows up to the clock; "
          "says which bar is unfinished, where gaps are, and data_hash of the bars returned.",
      .toolsets = {"core", "market"},
      .annotations = mcp::kReads,
      .input =
          {symbol(), timeframe(),
           mcp::string_param("start_date", "ISO date or time, IST, e.g. 2026-10-01"),
           mcp::string_param("end_date", "Inclusive, e.g. 2026-11-20"),
           mcp::integer_param("max_rows", "e.g. 100").between(1, kMaxRows).or_default(100),
           mcp::boolean_param("adjusted", "For splits and bonuses, e.g. true").or_default(true)},
      .output = {mcp::out::object("columns"), mcp::out::integer("rows"), mcp::out::integer("total"),
                 mcp::out::boolean("truncated"), mcp::out::boolean("unfinished"),
                 mcp::out::strings("gaps"), mcp::out::string("data_hash"),
                 mcp::out::string("as_of")},
      .handler = run};
}

}  // namespace tools
