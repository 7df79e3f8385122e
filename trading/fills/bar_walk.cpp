// The four prints of a recorded bar.

#include "trading/fills/bar_walk.h"

#include "trading/base/checked.h"
#include "trading/base/invariant.h"

namespace trading {

namespace {

// Shares of the volume before print k: a running quarter, rounded down, so that the parts sum to
// the whole.
std::int64_t volume_before(std::int64_t volume, std::size_t print) {
  return mul_div(volume, static_cast<std::int64_t>(print),
                          static_cast<std::int64_t>(kPrintsOfWalk), Rounding::kFloor);
}

}  // namespace

std::array<BarPrint, kPrintsOfWalk> walk(const Bar& bar, Duration length, bool is_low_first) {
  INVARIANT(length >= seconds(4), "a bar shorter than its four prints");
  const std::array<Price, kPrintsOfWalk> prices = {
      bar.open, is_low_first ? bar.low : bar.high, is_low_first ? bar.high : bar.low, bar.close};
  const std::array<std::int64_t, kPrintsOfWalk> offsets_us = {0, length.us / 3, length.us / 3 * 2,
                                                              length.us - seconds(1).us};

  std::array<BarPrint, kPrintsOfWalk> prints{};
  for (std::size_t k = 0; k < kPrintsOfWalk; ++k) {
    prints[k].ts = bar.ts + Duration{offsets_us[k]};
    prints[k].price = prices[k];
    if (k > 0) prints[k].path_from = prices[k - 1];
    prints[k].volume = volume_before(bar.volume, k + 1) - volume_before(bar.volume, k);
  }
  return prints;
}

std::array<BarPrint, kPrintsOfWalk> walk(const Bar& bar, Duration length) {
  return walk(bar, length, makes_low_first(bar));
}

}  // namespace trading
