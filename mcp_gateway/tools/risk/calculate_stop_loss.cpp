#include "mcp_gateway/research/indicators/over_bars.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

constexpr std::size_t kAtrPeriod = 14;
// Smoothing forgets a bar's share to below a thousandth of a percent in this many.
constexpr int kBarsAsked = 250;
constexpr const char* kName = "calculate_stop_loss";

mcp::ToolResult too_few_bars(const std::string& symbol, std::size_t bars) {
  return mcp::tool_error(
      "NOT_ENOUGH_BARS",
      symbol + " has " + std::to_string(bars) + " finished bars, the range of " +
          std::to_string(kAtrPeriod) + " bars needs " + std::to_string(kAtrPeriod + 1),
      "use another timeframe, or set the stop from the chart", mcp::Retry::kNo, "timeframe");
}

json reply_fields(const Arguments& arguments, const v1::CalculateStopLossReply& reply,
                  const research::LatestAtr& atr, std::int64_t atr_e4) {
  return {{"symbol", arguments.text("symbol")},
          {"side", arguments.text("side")},
          {"timeframe", arguments.text("timeframe")},
          {"method", arguments.text("method")},
          {"stop_loss", rupees(reply.stop_loss_e4())},
          {"reference_price", rupees(reply.reference_price_e4())},
          {"distance", rupees(reply.distance_e4())},
          {"atr", rupees(atr_e4)},
          {"atr_period", kAtrPeriod},
          {"bars_used", atr.bars_used},
          {"warming_up", atr.is_warming_up},
          {"tick", rupees(reply.tick_e4())}};
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  v1::CalculateStopLossRequest request;
  request.set_symbol(arguments.text("symbol"));
  request.set_side(arguments.side());
  request.set_atr_multiplier_e2(static_cast<std::int32_t>(arguments.scaled("atr_multiplier", 2)));
  if (auto refusal = arguments.refusal()) return *refusal;

  v1::FetchHistoricalDataRequest history_request;
  history_request.set_symbol(request.symbol());
  history_request.set_timeframe(arguments.text("timeframe"));
  history_request.set_max_rows(kBarsAsked);
  const auto history =
      context.broker().fetch_historical_data(history_request, call_of(context, kName));
  if (!history) return broker_error(history.error());
  const auto seeding =
      arguments.text("method") == "talib" ? research::Seeding::kTalib : research::Seeding::kEwm;
  const research::LatestAtr atr =
      research::latest_atr(history->bars, history->is_last_unfinished, kAtrPeriod, seeding);
  if (!atr.rupees || atr.bars_used <= kAtrPeriod)
    return too_few_bars(request.symbol(), atr.bars_used);
  const auto rounded = trading::price_from_double(*atr.rupees);
  if (!rounded) return broker_error(rounded.error());
  request.set_atr_e4(rounded->value());

  const auto reply = context.broker().calculate_stop_loss(request, call_of(context, kName));
  if (!reply) return broker_error(reply.error());
  json out = reply_fields(arguments, *reply, atr, rounded->value());
  put_provenance(out, reply->provenance());
  return out;
}

}  // namespace

mcp::Tool calculate_stop_loss() {
  return {
      .name = kName,
      .title = "Stop loss by ATR",
      .description =
          "A stop at atr_multiplier times the 14-bar average true range away from the "
          "current price, on tick. method: ewm is seeded by the first bar, talib by "
          "the mean of 14.",
      .toolsets = {"risk"},
      .annotations = mcp::kReads,
      .input =
          {symbol(),
           mcp::enum_param("side", "Of the entry, e.g. BUY", {"BUY", "SELL"}).or_default("BUY"),
           mcp::number_param("atr_multiplier", "e.g. 1.5").between(0.1, 20).or_default(1.5),
           timeframe(), mcp::enum_param("method", "e.g. ewm", {"ewm", "talib"}).or_default("ewm")},
      .output = {mcp::out::number("stop_loss"), mcp::out::number("reference_price"),
                 mcp::out::number("atr"), mcp::out::integer("bars_used"),
                 mcp::out::boolean("warming_up")},
      .handler = run};
}

}  // namespace tools
