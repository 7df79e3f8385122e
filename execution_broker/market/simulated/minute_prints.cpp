// Prints of a simulated minute.

#include "execution_broker/market/simulated/minute_prints.h"

#include <algorithm>

#include "execution_broker/market/simulated/draws.h"

namespace broker::simulated {

namespace {

constexpr std::int64_t kSpacingUs = 2'000'000;
constexpr std::int64_t kJitterUs = 900'000;
constexpr std::int64_t kLastOffsetUs = 59'000'000;

struct Stop {
  std::int64_t print = 0;
  std::int64_t ticks = 0;
};

std::int64_t offset_of(std::size_t print, Draws& draws) {
  if (print == 0) return 0;
  if (print + 1 == kPrintsAMinute) return kLastOffsetUs;
  // Whole milliseconds, so that a timestamp stays readable.
  return static_cast<std::int64_t>(print) * kSpacingUs + draws.below(kJitterUs / 1'000) * 1'000;
}

}  // namespace

std::array<trading::BarPrint, kPrintsAMinute> prints_of(const trading::Bar& minute, trading::Price tick,
                                               std::uint64_t key) {
  Draws draws(key_of(key, Stream::kPrints, static_cast<std::uint64_t>(minute.ts.us)));
  const std::int64_t high = minute.high.value() / tick.value();
  const std::int64_t low = minute.low.value() / tick.value();
  const bool low_first = makes_low_first(minute);
  const std::uint64_t bits = draws.next();
  const std::array<Stop, 4> stops = {
      Stop{0, minute.open.value() / tick.value()},
      Stop{5 + static_cast<std::int64_t>(bits % 5), low_first ? low : high},
      Stop{15 + static_cast<std::int64_t>((bits >> 8) % 10), low_first ? high : low},
      Stop{kPrintsAMinute - 1, minute.close.value() / tick.value()}};
  const std::int64_t noise = (high - low) / 8;

  std::array<trading::BarPrint, kPrintsAMinute> prints{};
  std::array<std::int64_t, kPrintsAMinute + 1> weight_before{};
  std::size_t leg = 0;
  for (std::size_t k = 0; k < kPrintsAMinute; ++k) {
    const auto at = static_cast<std::int64_t>(k);
    while (leg + 2 < stops.size() && at >= stops[leg + 1].print) ++leg;
    const Stop& from = stops[leg];
    const Stop& to = stops[leg + 1];
    std::int64_t ticks = at >= to.print ? to.ticks
                                        : from.ticks + (to.ticks - from.ticks) * (at - from.print) /
                                                           (to.print - from.print);
    if (at != from.print && at < to.print && noise > 0)
      ticks = std::clamp(ticks + draws.below(2 * noise + 1) - noise, low, high);
    prints[k].ts = minute.ts + trading::Duration{offset_of(k, draws)};
    prints[k].price = trading::Price(ticks * tick.value());
    if (k > 0) prints[k].path_from = prints[k - 1].price;
    weight_before[k + 1] = weight_before[k] + 8 + draws.below(16);
  }
  std::int64_t sold = 0;
  for (std::size_t k = 0; k < kPrintsAMinute; ++k) {
    // At most 2e9 shares x 720 of weight: far from 64 bits.
    const std::int64_t up_to = minute.volume * weight_before[k + 1] / weight_before[kPrintsAMinute];
    prints[k].volume = up_to - sold;
    sold = up_to;
  }
  return prints;
}

}  // namespace broker::simulated
