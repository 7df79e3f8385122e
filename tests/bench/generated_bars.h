#pragma once

// Bars for benches and tests: a seeded walk on the exchange's price grid of 0.05, so that averages
// tie as they do in real minute data. 375 minutes a day, every civil day.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "trading/bars/bar.h"

namespace research_data {

struct Shape {
  trading::Timeframe timeframe = trading::Timeframe::kOneMinute;
  std::size_t bars = 1'000'000;
  std::int64_t first_tick = 20'000;  // 1,000.00 rupees
  int volatility = 3;                // ticks a bar
};

inline trading::BarSeries generated(std::uint64_t seed, const Shape& shape) {
  constexpr std::int64_t kTickE4 = 500;
  std::mt19937_64 random(seed);
  const auto up_to = [&](int n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n + 1));
  };
  trading::BarSeries series;
  series.timeframe = shape.timeframe;
  series.reserve(shape.bars);
  const bool is_daily = shape.timeframe == trading::Timeframe::kOneDay;
  const std::size_t bars_a_day =
      is_daily ? 1
               : static_cast<std::size_t>(trading::minutes(375).us /
                                          trading::length_of(shape.timeframe).us);
  const auto first_day = trading::TradingDate::from_civil(2015, 1, 1);
  std::int64_t close = shape.first_tick;
  for (std::size_t i = 0; i < shape.bars; ++i) {
    const auto day = first_day + static_cast<std::int32_t>(i / bars_a_day);
    trading::Timestamp ts = timestamp_of(day, is_daily ? trading::at(0, 0) : trading::at(9, 15));
    if (!is_daily)
      ts.us += static_cast<std::int64_t>(i % bars_a_day) * trading::length_of(shape.timeframe).us;
    const std::int64_t open =
        std::max<std::int64_t>(2'000, close + up_to(2 * (shape.volatility / 2)) - shape.volatility / 2);
    close = std::max<std::int64_t>(2'000, open + up_to(2 * shape.volatility) - shape.volatility);
    const std::int64_t high = std::max(open, close) + up_to(shape.volatility);
    const std::int64_t low = std::min(open, close) - up_to(shape.volatility);
    series.push_back({ts, trading::Price(open * kTickE4), trading::Price(high * kTickE4),
                      trading::Price(low * kTickE4), trading::Price(close * kTickE4),
                      1'000 + up_to(9'000)});
  }
  return series;
}

// As a price file of the data folder.
inline std::string csv_of(const trading::BarSeries& series) {
  std::string out = "ts,open,high,low,close,volume\n";
  out.reserve(series.size() * 72);
  const auto price = [](std::int64_t e4) { return trading::Price(e4).rupees(); };
  for (std::size_t i = 0; i < series.size(); ++i)
    out += trading::format_ist({series.ts_us[i]}) + "," + price(series.open_e4[i]) + "," +
           price(series.high_e4[i]) + "," + price(series.low_e4[i]) + "," +
           price(series.close_e4[i]) + "," + std::to_string(series.volume[i]) + "\n";
  return out;
}

}  // namespace research_data
