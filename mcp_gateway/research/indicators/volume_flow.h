#pragma once

// Volume with a sign.
//
//   Obv         on-balance volume (Granville): the volume is added when the close rose, taken off
//               when it fell; begins with the first bar's volume. Exact.
//   Ad          accumulation / distribution: the volume times where the close lies in the bar's
//               range, -1 at the low to 1 at the high, added up; a bar without range adds nothing
//   AdOscillator  (Chaikin) average of that line of span fast less that of span slow, both recursive
//               from the first bar (TA-Lib too; it shows them from bar `slow` on)
//   Cmf         Chaikin's money flow: the same, summed over n bars, over the volume of those bars
//   Mfi         money flow index: typical price times volume, split by whether the typical price
//               rose or fell, 100 up / (up + down). Exact sums in 128 bits.
//   VolumeRatio volume over its own EMA
//   Vwma        average of the closes, weighted by volume. Exact sums in 128 bits.
//
// Running totals of fractions (Ad) carry the rounding of each addition along (Neumaier), so a
// million bars cost no more than one.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/smoothing.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Obv {
 public:
  static constexpr Needs kNeeds = Needs::kCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  void update(std::int64_t close_e4, std::int64_t volume) {
    if (is_first_ || close_e4 > previous_) {
      total_ += volume;
    } else if (close_e4 < previous_) {
      total_ -= volume;
    }
    previous_ = close_e4;
    is_first_ = false;
  }
  [[nodiscard]] double value() const { return is_first_ ? kNoValue : static_cast<double>(total_); }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {1, 1}; }

 private:
  std::int64_t total_ = 0;  // at most kMostBars * kMostVolume = 8e18
  std::int64_t previous_ = 0;
  bool is_first_ = true;
};

// ((close - low) - (high - close)) / (high - low) times the volume.
inline double signed_volume(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4,
                            std::int64_t volume) {
  if (high_e4 == low_e4) return 0;
  return static_cast<double>(2 * close_e4 - low_e4 - high_e4) /
         static_cast<double>(high_e4 - low_e4) * static_cast<double>(volume);
}

class CompensatedTotal {
 public:
  void add(double x) {
    const double sum = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - sum) + x : (x - sum) + sum_;
    sum_ = sum;
  }
  [[nodiscard]] double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

class Ad {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4,
              std::int64_t volume) {
    total_.add(signed_volume(high_e4, low_e4, close_e4, volume));
  }
  [[nodiscard]] double value() const { return total_.value(); }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {1, 1}; }

 private:
  CompensatedTotal total_;
};

class AdOscillator {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  // fast < slow
  AdOscillator(std::size_t fast, std::size_t slow)
      : slow_period_(slow),
        fast_(alpha_of_span(fast), fast, Seeding::kEwm),
        slow_(alpha_of_span(slow), slow, Seeding::kEwm) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4,
              std::int64_t volume) {
    ad_.update(high_e4, low_e4, close_e4, volume);
    fast_.update(ad_.value());
    slow_.update(ad_.value());
  }
  [[nodiscard]] double value() const { return fast_.value() - slow_.value(); }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {1, slow_period_}; }

 private:
  std::size_t slow_period_;
  Ad ad_;
  Smoothing fast_;
  Smoothing slow_;
};

class Cmf {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  explicit Cmf(std::size_t period) : flow_(period), volume_(period), wait_(period) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4,
              std::int64_t volume) {
    flow_.push(signed_volume(high_e4, low_e4, close_e4, volume));
    volume_.push(volume);
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    return wait_.is_over() ? flow_.sum() / static_cast<double>(volume_.sum()) : kNoValue;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  WindowSum flow_;
  ExactSum<> volume_;
  Countdown wait_;
};

class Mfi {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  explicit Mfi(std::size_t period) : up_(period), down_(period), wait_(period + 1) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4,
              std::int64_t volume) {
    const std::int64_t typical = high_e4 + low_e4 + close_e4;
    const Int128 flow = static_cast<Int128>(typical) * volume;
    up_.push(!is_first_ && typical > previous_ ? flow : 0);
    down_.push(!is_first_ && typical < previous_ ? flow : 0);
    previous_ = typical;
    is_first_ = false;
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    return 100 * to_double(up_.sum()) / to_double(up_.sum() + down_.sum());
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  ExactSum<Int128> up_;
  ExactSum<Int128> down_;
  Countdown wait_;
  std::int64_t previous_ = 0;
  bool is_first_ = true;
};

class VolumeRatio {
 public:
  static constexpr Needs kNeeds = Needs::kVolume;
  static constexpr std::size_t kOutputs = 2;  // ratio, ema

  explicit VolumeRatio(std::size_t period, Seeding seeding = Seeding::kEwm)
      : period_(period), ema_(alpha_of_span(period), period, seeding) {}
  void update(std::int64_t volume) {
    ema_.update(volume);
    volume_ = volume;
  }
  [[nodiscard]] double ratio() const { return static_cast<double>(volume_) / ema_.value(); }
  [[nodiscard]] double ema() const { return ema_.value(); }

  [[nodiscard]] std::array<double, kOutputs> values() const { return {ratio(), ema()}; }
  [[nodiscard]] WarmUp warm_up() const { return {ema_.seed_bars(), period_}; }

 private:
  std::size_t period_;
  PriceSmoothing ema_;
  std::int64_t volume_ = 0;
};

class Vwma {
 public:
  static constexpr Needs kNeeds = Needs::kCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  explicit Vwma(std::size_t period) : turnover_(period), volume_(period), wait_(period) {}
  void update(std::int64_t close_e4, std::int64_t volume) {
    turnover_.push(static_cast<Int128>(close_e4) * volume);
    volume_.push(volume);
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    return to_double(turnover_.sum()) / static_cast<double>(volume_.sum());
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  ExactSum<Int128> turnover_;
  ExactSum<> volume_;
  Countdown wait_;
};

}  // namespace research
