#pragma once

// Where a recursive average begins. The two methods differ in nothing else; an indicator without a
// recursive average (a sum, an extreme, a regression) gives the same values by both.
//
//   kEwm     as pandas' ewm(adjust=False): from the first value on. A value stands with the first
//            bar and is warming up until the window has been filled once.
//   kTalib   as TA-Lib: from the mean of the first `period` values. No value before that.

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

namespace research {

enum class Seeding { kEwm, kTalib };

inline std::string_view name_of(Seeding seeding) {
  return seeding == Seeding::kEwm ? "ewm" : "talib";
}
inline std::optional<Seeding> parse_seeding(std::string_view text) {
  if (text == "ewm") return Seeding::kEwm;
  if (text == "talib") return Seeding::kTalib;
  return std::nullopt;
}

// In columns a bar without a value holds this; a NaN, so every comparison with it is false.
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// In bars, the first bar of the series being 1. Before `first` there is no value at all; from
// `settled` on every output has one and the seed's share no longer counts as warming up.
struct WarmUp {
  std::size_t first = 1;
  std::size_t settled = 1;
  friend bool operator==(WarmUp, WarmUp) = default;
};

}  // namespace research
