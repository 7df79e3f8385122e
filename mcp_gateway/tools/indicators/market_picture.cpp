#include "mcp_gateway/tools/indicators/market_picture.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mcp_gateway/research/indicators/support_resistance.h"
#include "mcp_gateway/tools/indicators/indicator_reply.h"

namespace tools {

using nlohmann::json;
using research::Seeding;

namespace {

constexpr double kVolumeSpike = 2.0;
constexpr std::size_t kSlowestAverage = 200;
// A year of days. Of more bars so many pivots come that merging them walks up through all prices.
constexpr std::size_t kLevelBars = 250;

trading::BarSeries newest_bars(const trading::BarSeries& bars, std::size_t count) {
  trading::BarSeries out;
  out.timeframe = bars.timeframe;
  for (std::size_t i = bars.size() - std::min(count, bars.size()); i < bars.size(); ++i)
    out.push_back(bars.at(i));
  return out;
}

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(); }

}  // namespace

json trend_of(const trading::BarSeries& bars, Seeding method) {
  const auto ema = [&](double period) {
    return newest(bars, "ema", {{"period", period}}, method, "ema");
  };
  const auto fast = ema(20), middle = ema(50), slow = ema(200);
  const auto slope = newest(bars, "linreg", {{"period", 50}}, method, "slope_percent");
  std::string trend = "sideways";
  if (fast && middle && slow && slope) {
    if (*fast > *middle && *middle > *slow && *slope > 0) trend = "up";
    if (*fast < *middle && *middle < *slow && *slope < 0) trend = "down";
  } else {
    trend = "unknown";
  }
  return {{"trend", trend},
          {"ema_20", or_null(fast)},
          {"ema_50", or_null(middle)},
          {"ema_200", or_null(slow)},
          {"slope_pct_a_bar", or_null(slope)},
          {"warming_up", bars.size() < kSlowestAverage}};
}

json volume_of(const trading::BarSeries& bars, Seeding method) {
  const auto ratio = newest(bars, "volume_ratio", {{"period", 20}}, method, "volume_ratio");
  const auto average = newest(bars, "volume_ratio", {{"period", 20}}, method, "volume_ema");
  return {{"volume", bars.empty() ? json() : json(bars.volume.back())},
          {"volume_ema", or_null(average)},
          {"volume_ratio", or_null(ratio)},
          {"is_spike", ratio ? json(*ratio >= kVolumeSpike) : json()}};
}

json levels_of(const trading::BarSeries& all) {
  const trading::BarSeries bars = newest_bars(all, kLevelBars);
  json out = {{"support", json::array()}, {"resistance", json::array()}};
  for (const char* side : {"support", "resistance"}) {
    for (std::size_t i = 1; i <= research::kLevelsASide; ++i) {
      const auto level = newest(bars, "support_resistance", {}, Seeding::kEwm,
                                std::string(side) + "_" + std::to_string(i));
      if (level) out[side].push_back(*level);
    }
  }
  return out;
}

}  // namespace tools
