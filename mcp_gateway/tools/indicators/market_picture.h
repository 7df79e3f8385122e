#pragma once

// What several indicators say together about one symbol: parts that the tools detect_trend,
// calculate_volume_analysis, detect_support_resistance and get_indicator_snapshot share. Computed
// from finished bars; a part without enough bars has nulls.

#include <nlohmann/json_fwd.hpp>

#include "mcp_gateway/research/indicators/seeding.h"
#include "trading/bars/bar.h"

namespace tools {

inline constexpr std::size_t kFewestPictureBars = 30;

// trend (up, down, sideways), ema_20, ema_50, ema_200, slope_pct_a_bar, warming_up. Up: 20 above 50
// above 200 and the 50-bar regression rises; down the other way round.
nlohmann::json trend_of(const trading::BarSeries& bars, research::Seeding method);
// volume, volume_ema, volume_ratio, is_spike: the newest bar against the 20-bar average.
nlohmann::json volume_of(const trading::BarSeries& bars, research::Seeding method);
// support and resistance: prices, nearest first, of the newest 250 bars.
nlohmann::json levels_of(const trading::BarSeries& bars);

}  // namespace tools
