#pragma once

// Channels around the price.
//
//   Donchian  highest high and lowest low of the last n bars, this one included, and their middle
//   Keltner   EMA of the close, `multiplier` average true ranges to either side

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/stoch.h"

namespace research {

class Donchian {
 public:
  static constexpr Needs kNeeds = Needs::kHighLow;
  static constexpr std::size_t kOutputs = 3;  // upper, middle, lower

  explicit Donchian(std::size_t period) : range_(period) {}
  void update(std::int64_t high_e4, std::int64_t low_e4) { range_.update(high_e4, low_e4); }

  // The rest of this block: has_value() first.
  [[nodiscard]] bool has_value() const { return range_.is_full(); }
  [[nodiscard]] std::int64_t upper_e4() const { return range_.high(); }
  [[nodiscard]] std::int64_t lower_e4() const { return range_.low(); }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    if (!has_value()) return {kNoValue, kNoValue, kNoValue};
    return {static_cast<double>(upper_e4()), static_cast<double>(upper_e4() + lower_e4()) / 2,
            static_cast<double>(lower_e4())};
  }
  [[nodiscard]] WarmUp warm_up() const { return {range_.bars(), range_.bars()}; }

 private:
  HighLowRange range_;
};

class Keltner {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 3;  // upper, middle, lower

  Keltner(std::size_t period, std::size_t atr_period, double multiplier,
          Seeding seeding = Seeding::kEwm)
      : ema_(period, seeding), atr_(atr_period, seeding), multiplier_(multiplier) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    ema_.update(close_e4);
    atr_.update(high_e4, low_e4, close_e4);
  }
  [[nodiscard]] std::array<double, kOutputs> values() const {
    const double middle = ema_.value();
    const double reach = multiplier_ * atr_.value();
    return {middle + reach, middle, middle - reach};
  }
  [[nodiscard]] WarmUp warm_up() const {
    const WarmUp ema = ema_.warm_up();
    const WarmUp atr = atr_.warm_up();
    return {ema.first, std::max(ema.settled, atr.settled)};
  }

 private:
  Ema ema_;
  Atr atr_;
  double multiplier_;
};

}  // namespace research
