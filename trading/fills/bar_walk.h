#pragma once

// How an intraday bar becomes prints. The walk is the same for every recorded bar, so that a fill
// can be explained by the bar alone:
//
//   print   when            price
//   0       start           open
//   1       start + 1/3     low of a rising bar (close >= open), high of a falling one (colour rule)
//   2       start + 2/3     the other extreme
//   3       end - 1 s       close
//
// The bar's volume is split over the prints in whole shares that sum to it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "trading/bars/bar.h"

namespace trading {

// One print of a bar.
struct BarPrint {
  Timestamp ts;
  Price price;
  std::optional<Price> path_from;  // the bar's previous print; empty at its first
  std::int64_t volume = 0;                  // shares since the bar's previous print
};

inline constexpr std::size_t kPrintsOfWalk = 4;

// `length` is at least 4 seconds and a whole number of seconds.
std::array<BarPrint, kPrintsOfWalk> walk(const Bar& bar, Duration length);
// The same with the order of the extremes given: what a backtest asks for its worst and best case.
std::array<BarPrint, kPrintsOfWalk> walk(const Bar& bar, Duration length, bool is_low_first);

// True when the bar made its low before its high.
inline bool makes_low_first(const Bar& bar) {
  return bar.close >= bar.open;
}

}  // namespace trading
