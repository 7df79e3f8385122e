// Tools that look at one symbol through several indicators: trend, volume, levels, and all of it.

#include <nlohmann/json.hpp>

#include "mcp_gateway/tools/indicators/finished_bars.h"
#include "mcp_gateway/tools/indicators/indicator_params.h"
#include "mcp_gateway/tools/indicators/indicator_reply.h"
#include "mcp_gateway/tools/indicators/market_picture.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;
using research::Seeding;

// For an average of 200 bars to forget where it began.
constexpr std::size_t kPictureBars = 8'000;

using Picture = json (*)(const trading::BarSeries&, Seeding);

mcp::ToolResult run(const char* tool, std::size_t bars_wanted, std::size_t bars_needed,
                    Picture picture, const json& values, mcp::ToolContext& context) {
  const Arguments arguments(values);
  const auto history = finished_bars({arguments.text("symbol"), arguments.text("timeframe"), tool},
                                     bars_wanted, context);
  if (!history) return broker_error(history.error());
  const trading::BarSeries& bars = history->bars;
  if (bars.size() < bars_needed) {
    return mcp::tool_error("NOT_ENOUGH_BARS",
                           arguments.text("symbol") + " has " + std::to_string(bars.size()) +
                               " finished bars of " + arguments.text("timeframe") + ", " +
                               std::to_string(bars_needed) + " are needed",
                           "use a shorter timeframe, or wait for more bars", mcp::Retry::kNo,
                           "timeframe");
  }
  if (const auto fit = research::validate(bars); !fit) return broker_error(fit.error());
  const bool has_method = arguments.has("method");
  json out = picture(bars, method_of(arguments));
  out["symbol"] = arguments.text("symbol");
  out["timeframe"] = arguments.text("timeframe");
  if (has_method) out["method"] = arguments.text("method");
  out["close"] = rupees(bars.close_e4.back());
  out["bar"] = bar_times(bars.timeframe, {bars.ts_us.back()})[0];
  out["bars_used"] = bars.size();
  put_provenance(out, *history);
  return out;
}

json snapshot_of(const trading::BarSeries& bars, Seeding method) {
  const auto value = [&](const char* name, research::NamedParameters params, const char* output) {
    const auto found = newest(bars, name, params, method, output);
    return found ? json(*found) : json();
  };
  json trend = trend_of(bars, method);
  const bool is_warming_up = trend["warming_up"].get<bool>();
  json out = {{"sma_20", value("sma", {{"period", 20}}, "sma")},
              {"rsi_14", value("rsi", {{"period", 14}}, "rsi")},
              {"atr_14", value("atr", {{"period", 14}}, "atr")},
              {"adx_14", value("adx", {{"period", 14}}, "adx")},
              {"macd",
               {{"macd", value("macd", {}, "macd")},
                {"signal", value("macd", {}, "signal")},
                {"histogram", value("macd", {}, "histogram")}}},
              {"bollinger_bands",
               {{"upper", value("bbands", {}, "upper")},
                {"middle", value("bbands", {}, "middle")},
                {"lower", value("bbands", {}, "lower")},
                {"percent_b", value("bbands", {}, "percent_b")}}},
              {"volume", volume_of(bars, method)},
              {"levels", levels_of(bars)},
              {"warming_up", is_warming_up}};
  trend.erase("warming_up");
  out["trend"] = std::move(trend);
  // A session's average price means something within the session only.
  if (bars.timeframe != trading::Timeframe::kOneDay) out["vwap"] = value("vwap", {}, "vwap");
  return out;
}

}  // namespace

mcp::Tool calculate_volume_analysis() {
  constexpr const char* kTool = "calculate_volume_analysis";
  return {.name = kTool,
          .title = "Volume against its average",
          .description = "The newest bar's volume against its 20-bar exponential average; a spike "
                         "is twice the average.",
          .toolsets = {"indicators"},
          .annotations = mcp::kReads,
          .input = {symbol(), timeframe(), method()},
          .output = {mcp::out::integer("volume"), mcp::out::number("volume_ema").nullable(),
                     mcp::out::number("volume_ratio").nullable(),
                     mcp::out::boolean("is_spike").nullable(), mcp::out::integer("bars_used"),
                     mcp::out::string("as_of")},
          .handler = [](const json& arguments, mcp::ToolContext& context) {
            return run(kTool, kFewestBarsAsked, 2, volume_of, arguments, context);
          }};
}

mcp::Tool detect_support_resistance() {
  constexpr const char* kTool = "detect_support_resistance";
  return {.name = kTool,
          .title = "Support and resistance",
          .description = "Up to 4 price levels under and above the close where it has turned: swing "
                         "pivots of 10 bars each side in the newest 250 bars, merged within 1 %, nearest first.",
          .toolsets = {"indicators"},
          .annotations = mcp::kReads,
          .input = {symbol(), timeframe()},
          .output = {mcp::out::numbers("support"), mcp::out::numbers("resistance"),
                     mcp::out::number("close"), mcp::out::integer("bars_used"),
                     mcp::out::string("as_of")},
          .handler = [](const json& arguments, mcp::ToolContext& context) {
            return run(
                kTool, 250, 21,
                [](const trading::BarSeries& bars, Seeding) { return levels_of(bars); }, arguments,
                context);
          }};
}

mcp::Tool detect_trend() {
  constexpr const char* kTool = "detect_trend";
  return {.name = kTool,
          .title = "Trend",
          .description = "Up, down or sideways by the order of the 20, 50 and 200-bar exponential "
                         "averages and the slope of a 50-bar regression.",
          .toolsets = {"indicators"},
          .annotations = mcp::kReads,
          .input = {symbol(), timeframe(), method()},
          .output = {mcp::out::string("trend"), mcp::out::number("ema_20").nullable(),
                     mcp::out::number("ema_50").nullable(), mcp::out::number("ema_200").nullable(),
                     mcp::out::number("slope_pct_a_bar").nullable(),
                     mcp::out::boolean("warming_up"), mcp::out::integer("bars_used"),
                     mcp::out::string("as_of")},
          .handler = [](const json& arguments, mcp::ToolContext& context) {
            return run(kTool, kPictureBars, 50, trend_of, arguments, context);
          }};
}

mcp::Tool get_indicator_snapshot() {
  constexpr const char* kTool = "get_indicator_snapshot";
  return {.name = kTool,
          .title = "All indicators at a glance",
          .description = "Averages, RSI, MACD, Bollinger bands, ATR, ADX, volume, trend, levels and "
                         "(within the day) session VWAP of one symbol in one reply.",
          .toolsets = {"core", "indicators"},
          .annotations = mcp::kReads,
          .input = {symbol(), timeframe(), method()},
          .output = {mcp::out::number("close"), mcp::out::object("trend"),
                     mcp::out::boolean("warming_up"), mcp::out::string("as_of")},
          .handler = [](const json& arguments, mcp::ToolContext& context) {
            return run(kTool, kPictureBars, kFewestPictureBars, snapshot_of, arguments, context);
          }};
}

}  // namespace tools
