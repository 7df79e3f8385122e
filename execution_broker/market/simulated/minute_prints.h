#pragma once

// Thirty prints a minute, never more than 3 seconds apart as on a live feed. The first is the
// minute's open at its start, the last its close one second before its end; between them the price
// visits the extremes in colour-rule order, so that the prints give back the minute's bar exactly.

#include <array>
#include <cstdint>

#include "trading/fills/bar_walk.h"

namespace broker::simulated {

inline constexpr std::size_t kPrintsAMinute = 30;

// `key` is that of the instrument's day; the bar's prices are multiples of `tick`.
std::array<trading::BarPrint, kPrintsAMinute> prints_of(const trading::Bar& minute, trading::Price tick,
                                               std::uint64_t key);

}  // namespace broker::simulated
