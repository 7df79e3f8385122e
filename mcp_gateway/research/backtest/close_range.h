#pragma once

// Lowest and highest of a run of closes, in eight lanes so that the loop has no chain from bar to
// bar.

#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/statistics/two_roads.h"

namespace research {

template <typename Number>
struct CloseRange {
  Number lowest;
  Number highest;
};

template <typename Number>
struct FourOf;
template <>
struct FourOf<double> {
  using Type = Doubles4;
};
template <>
struct FourOf<std::int64_t> {
  using Type = Integers4;
};

// count > 0.
template <typename Number>
RESEARCH_INLINE CloseRange<Number> range_in_lanes(const Number* closes, std::size_t count) {
  using Four = typename FourOf<Number>::Type;
  const Number first = closes[0];
  const Four splat = {first, first, first, first};
  Four low = splat, other_low = splat, high = splat, other_high = splat;
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    Four close = splat;
    load4(close, closes + i);
    low = close < low ? close : low;
    high = close > high ? close : high;
    load4(close, closes + i + 4);
    other_low = close < other_low ? close : other_low;
    other_high = close > other_high ? close : other_high;
  }
  low = other_low < low ? other_low : low;
  high = other_high > high ? other_high : high;
  CloseRange<Number> out{low[0], high[0]};
  for (std::size_t lane = 1; lane < 4; ++lane) {
    out.lowest = low[lane] < out.lowest ? low[lane] : out.lowest;
    out.highest = high[lane] > out.highest ? high[lane] : out.highest;
  }
  for (; i < count; ++i) {
    out.lowest = closes[i] < out.lowest ? closes[i] : out.lowest;
    out.highest = closes[i] > out.highest ? closes[i] : out.highest;
  }
  return out;
}

CloseRange<std::int64_t> range_of(const std::int64_t* closes, std::size_t count);

}  // namespace research
