#include "mcp_gateway/tools/strategy/setup.h"

#include <algorithm>

#include "broker/v1/risk.pb.h"
#include "mcp_gateway/research/indicators/calculate.h"
#include "mcp_gateway/research/indicators/over_bars.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/indicators/finished_bars.h"
#include "mcp_gateway/tools/indicators/indicator_reply.h"
#include "mcp_gateway/tools/indicators/market_picture.h"
#include "mcp_gateway/tools/reply.h"

namespace tools {
namespace {

using nlohmann::json;
using research::Seeding;
namespace v1 = broker::v1;

constexpr std::size_t kAtrPeriod = 14;
// For an average of 200 bars to forget where it began.
constexpr std::size_t kPictureBars = 8'000;

json part(json value, int points, int of) {
  return {{"value", std::move(value)}, {"points", points}, {"of", of}};
}

json part(const std::optional<double>& value, int points, int of) {
  return part(value ? json(*value) : json(), value ? points : 0, of);
}

int rsi_points(double rsi) {
  if (rsi >= 45 && rsi <= 65) return 25;
  return rsi >= 35 && rsi <= 70 ? 10 : 0;
}

trading::Result<v1::CalculateStopLossReply> stop_of(const SetupStyle& style,
                                                    const std::string& symbol,
                                                    const research::LatestAtr& atr,
                                                    const char* tool, mcp::ToolContext& context) {
  v1::CalculateStopLossRequest request;
  request.set_symbol(symbol);
  request.set_side(v1::SIDE_BUY);
  request.set_atr_multiplier_e2(style.atr_multiplier_e2);
  ASSIGN_OR_RETURN(const trading::Price rounded, trading::price_from_double(*atr.rupees));
  request.set_atr_e4(rounded.value());
  return context.broker().calculate_stop_loss(request, call_of(context, tool));
}

}  // namespace

json score_of(const trading::BarSeries& bars) {
  const auto value = [&](const char* name, research::NamedParameters params, const char* output) {
    return newest(bars, name, params, Seeding::kEwm, output);
  };
  const double close =
      static_cast<double>(bars.close_e4.back()) / static_cast<double>(trading::kRupeeE4);
  const json trend = trend_of(bars, Seeding::kEwm);
  const std::string word = trend["trend"];
  const auto rsi = value("rsi", {{"period", 14}}, "rsi");
  const auto histogram = value("macd", {}, "histogram");
  const auto ratio = value("volume_ratio", {{"period", 20}}, "volume_ratio");
  const auto ema_50 = value("ema", {{"period", 50}}, "ema");

  json parts = {
      {"trend", part(json(word), word == "up" ? 30 : word == "sideways" ? 10 : 0, 30)},
      {"rsi", part(rsi, rsi ? rsi_points(*rsi) : 0, 25)},
      {"macd_histogram", part(histogram, histogram && *histogram > 0 ? 20 : 0, 20)},
      {"volume_ratio", part(ratio, ratio && *ratio > 1 ? 15 : 5, 15)},
      {"above_ema_50", part(ema_50, ema_50 && close > *ema_50 ? 10 : 0, 10)}};
  int score = 0;
  for (const json& one : parts) score += one["points"].get<int>();
  return {{"score", score},
          {"confidence", score >= kHighScore     ? "high"
                         : score >= kMediumScore ? "medium"
                                                 : "low"},
          {"parts", std::move(parts)},
          {"warming_up", trend["warming_up"]},
          {"close", rupees(bars.close_e4.back())}};
}

trading::Result<broker_client::HistoricalData> picture_bars(const std::string& symbol,
                                                            const std::string& timeframe,
                                                            const char* tool,
                                                            mcp::ToolContext& context) {
  ASSIGN_OR_RETURN(broker_client::HistoricalData history,
                   finished_bars({symbol, timeframe, tool}, kPictureBars, context));
  if (history.bars.size() < kFewestPictureBars)
    return trading::make_error("NOT_ENOUGH_BARS",
                               symbol + " has " + std::to_string(history.bars.size()) +
                                   " finished bars of " + timeframe + ", " +
                                   std::to_string(kFewestPictureBars) + " are needed",
                               "wait for more bars, or choose a symbol with a longer history",
                               trading::Retry::kNo, "symbol");
  RETURN_IF_ERROR(research::validate(history.bars));
  return history;
}

trading::Result<json> evaluate_setup(const SetupStyle& style, const std::string& symbol,
                                     const char* tool, mcp::ToolContext& context) {
  ASSIGN_OR_RETURN(const broker_client::HistoricalData history,
                   picture_bars(symbol, style.timeframe, tool, context));
  const research::LatestAtr atr =
      research::latest_atr(history.bars, false, kAtrPeriod, Seeding::kEwm);
  if (!atr.rupees)
    return trading::make_error("NOT_ENOUGH_BARS", symbol + " has no average range yet",
                               "wait for more bars", trading::Retry::kNo, "symbol");
  ASSIGN_OR_RETURN(const v1::CalculateStopLossReply stop,
                   stop_of(style, symbol, atr, tool, context));
  v1::CalculateTargetPriceRequest request;
  request.set_entry_price_e4(stop.reference_price_e4());
  request.set_stop_loss_e4(stop.stop_loss_e4());
  request.set_risk_reward_ratio_e2(style.risk_reward_e2);
  ASSIGN_OR_RETURN(const v1::CalculateTargetPriceReply target,
                   context.broker().calculate_target_price(request, call_of(context, tool)));

  json out = score_of(history.bars);
  out["symbol"] = symbol;
  out["style"] = style.name;
  out["timeframe"] = style.timeframe;
  out["product_type"] = style.product;
  out["side"] = "BUY";
  out["entry"] = rupees(stop.reference_price_e4());
  out["stop_loss"] = rupees(stop.stop_loss_e4());
  out["target"] = rupees(target.target_e4());
  out["risk_per_share"] = rupees(target.risk_per_share_e4());
  out["reward_per_share"] = rupees(target.reward_per_share_e4());
  out["risk_reward_ratio"] = decimal(style.risk_reward_e2, 2);
  out["atr"] = indicator_value(*atr.rupees);
  out["atr_multiplier"] = decimal(style.atr_multiplier_e2, 2);
  out["bars_used"] = history.bars.size();
  out["bar"] = bar_times(history.bars.timeframe, {history.bars.ts_us.back()})[0];
  put_provenance(out, stop.provenance());
  return out;
}

std::vector<mcp::Param> setup_output() {
  return {mcp::out::integer("score"),     mcp::out::string("confidence"),
          mcp::out::number("entry"),      mcp::out::number("stop_loss"),
          mcp::out::number("target")};
}

mcp::ToolResult setup_reply(const SetupStyle& style, const json& values, const char* tool,
                            mcp::ToolContext& context) {
  const Arguments arguments(values);
  auto setup = evaluate_setup(style, arguments.text("symbol"), tool, context);
  if (!setup) return broker_error(setup.error());
  (*setup)["notes"].push_back(kNotAdvice);
  (*setup)["next"] = "calculate_position_size, then preview_order with these levels";
  return std::move(*setup);
}

}  // namespace tools
