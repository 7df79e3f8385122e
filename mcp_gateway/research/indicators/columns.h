#pragma once

// What an indicator reads: a view of the integer columns of a bar series. Nothing is copied or
// converted; a state turns into double what it needs, bar by bar.
//
// Prices are 1/10,000 rupee, and outputs in the unit of a price are 1/10,000 rupee too, as doubles:
// a close compares with them without a rounding of its own.

#include <cstddef>
#include <cstdint>

#include "trading/bars/bar.h"

namespace research {

// Within these bounds no exact sum in this folder overflows. validate() in calculate.h holds
// outside series to them.
inline constexpr std::int64_t kMostPriceE4 = 100'000'000'000;  // one crore rupees a share
inline constexpr std::int64_t kMostVolume = 1'000'000'000'000;
inline constexpr std::size_t kMostPeriod = 5'000;
inline constexpr std::size_t kMostBars = 8'000'000;

struct Columns {
  const std::int64_t* ts_us = nullptr;
  const std::int64_t* open = nullptr;
  const std::int64_t* high = nullptr;
  const std::int64_t* low = nullptr;
  const std::int64_t* close = nullptr;
  const std::int64_t* volume = nullptr;
  const std::int64_t* second = nullptr;  // closes of a second series, bar by bar; null when none
  std::size_t size = 0;
};

// The first `count` bars; the series outlives the view.
inline Columns columns_of(const trading::BarSeries& bars, std::size_t count) {
  return {bars.ts_us.data(),    bars.open_e4.data(), bars.high_e4.data(), bars.low_e4.data(),
          bars.close_e4.data(), bars.volume.data(),  nullptr,             count};
}
inline Columns columns_of(const trading::BarSeries& bars) { return columns_of(bars, bars.size()); }

// Which columns update() takes, in this order.
enum class Needs {
  kClose,
  kHighLow,
  kHighLowClose,
  kOpenHighLowClose,
  kVolume,
  kCloseVolume,
  kHighLowCloseVolume,
  kTimeHighLowClose,
  kTimeHighLowCloseVolume,
  kTwoCloses,
};

}  // namespace research
