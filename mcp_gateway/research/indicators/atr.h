#pragma once

// Average true range, Wilder (1978). True range = the largest of high - low, |high - previous
// close|, |low - previous close|; of the first bar it is high - low. Smoothing is
// atr += (true range - atr) / period, from the seed on:
//
//   kEwm     seeded with the first true range: a value from the first bar on, warming up until
//            `period` bars are in
//   kTalib   as TA-Lib: the first bar has no true range; seeded with the mean of the next `period`
//            ones, so the first value comes with bar period + 1
//
// A state of a few numbers; batches are made by calling update() for each bar.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace research {

enum class Seeding { kEwm, kTalib };

class Atr {
 public:
  explicit Atr(std::size_t period, Seeding seeding = Seeding::kEwm)
      : period_(period), seeding_(seeding) {}

  void update(double high, double low, double close) {
    ++bars_;
    const bool is_first = bars_ == 1;
    const double range = is_first ? high - low
                                  : std::max({high - low, std::abs(high - previous_close_),
                                              std::abs(low - previous_close_)});
    previous_close_ = close;
    if (seeding_ == Seeding::kEwm) {
      value_ = is_first ? range : value_ + (range - value_) / static_cast<double>(period_);
    } else if (!is_first) {
      seed_or_smooth(range);
    }
  }

  // Nothing before there is a value; then in the unit of the prices.
  [[nodiscard]] std::optional<double> value() const {
    const std::size_t needed = seeding_ == Seeding::kEwm ? 1 : period_ + 1;
    if (bars_ < needed) return std::nullopt;
    return value_;
  }
  [[nodiscard]] bool is_warming_up() const {
    return bars_ < (seeding_ == Seeding::kEwm ? period_ : period_ + 1);
  }
  [[nodiscard]] std::size_t bars_used() const { return bars_; }

 private:
  void seed_or_smooth(double range) {
    const std::size_t ranges = bars_ - 1;
    if (ranges <= period_) {
      seed_sum_ += range;
      if (ranges == period_) value_ = seed_sum_ / static_cast<double>(period_);
    } else {
      value_ += (range - value_) / static_cast<double>(period_);
    }
  }

  std::size_t period_;
  Seeding seeding_;
  std::size_t bars_ = 0;
  double previous_close_ = 0;
  double seed_sum_ = 0;
  double value_ = 0;
};

}  // namespace research
