#pragma once

// Directional movement (Wilder 1978). A bar moves up by high - previous high or down by previous
// low - low, whichever is larger, and not at all when both are equal or neither is above zero.
//   +DI, -DI  100 movement / true range, each smoothed with alpha = 1 / n
//   DX        100 |+DI - -DI| / (+DI + -DI); without any movement a bar has none and is passed over
//   ADX       DX smoothed again
//
//   kEwm     from the second bar on (the first has no movement)
//   kTalib   as TA-Lib: seeded with the sum of the first n - 1 movements and smoothed once, so DI
//            begins with bar n + 1; ADX with the mean of n DX, at bar 2 n
//
// Vortex (Botes and Siepman 2010) sums |high - previous low| and |low - previous high| over n bars
// and divides by the true ranges: exact sums.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/smoothing.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

// Wilder's smoothing as a sum: s -= s / n, s += x. Only ratios of two of them are used.
class WilderSum {
 public:
  WilderSum(std::size_t period, Seeding seeding)
      : keep_(1.0 - alpha_of_wilder(period)),
        first_weight_(seeding == Seeding::kEwm ? static_cast<double>(period) : 1),
        to_seed_(seeding == Seeding::kEwm ? 1 : period - 1),
        to_first_(seeding == Seeding::kEwm ? 1 : period) {}
  void update(double x) {
    to_first_ -= to_first_ > 0 ? 1U : 0U;
    if (to_seed_ > 0) {
      --to_seed_;
      sum_ += first_weight_ * x;
    } else {
      sum_ = keep_ * sum_ + x;
    }
  }
  [[nodiscard]] bool has_value() const { return to_first_ == 0; }
  [[nodiscard]] double sum() const { return sum_; }

 private:
  double keep_;
  double first_weight_;
  std::size_t to_seed_;
  std::size_t to_first_;
  double sum_ = 0;
};

class Adx {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 3;  // adx, plus_di, minus_di

  // period >= 2
  explicit Adx(std::size_t period, Seeding seeding = Seeding::kEwm)
      : period_(period),
        seeding_(seeding),
        plus_(period, seeding),
        minus_(period, seeding),
        ranges_(period, seeding),
        adx_(alpha_of_wilder(period), period, seeding) {}

  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    const std::int64_t range = range_.update(high_e4, low_e4, close_e4);
    if (is_first_) {
      is_first_ = false;
    } else {
      move(high_e4 - high_, low_ - low_e4, range);
    }
    high_ = high_e4;
    low_ = low_e4;
  }
  [[nodiscard]] double adx() const { return adx_.value(); }
  [[nodiscard]] double plus_di() const { return share(plus_); }
  [[nodiscard]] double minus_di() const { return share(minus_); }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    return {adx(), plus_di(), minus_di()};
  }
  [[nodiscard]] WarmUp warm_up() const {
    return {seeding_ == Seeding::kEwm ? 2 : period_ + 1, 2 * period_};
  }

 private:
  void move(std::int64_t up, std::int64_t down, std::int64_t range) {
    plus_.update(static_cast<double>(up > down && up > 0 ? up : 0));
    minus_.update(static_cast<double>(down > up && down > 0 ? down : 0));
    ranges_.update(static_cast<double>(range));
    const double both = plus_.sum() + minus_.sum();
    if (ranges_.has_value() && both > 0)
      adx_.update(100 * std::abs(plus_.sum() - minus_.sum()) / both);
  }
  [[nodiscard]] double share(const WilderSum& movement) const {
    return ranges_.has_value() ? 100 * movement.sum() / ranges_.sum() : kNoValue;
  }

  std::size_t period_;
  Seeding seeding_;
  TrueRange range_;
  WilderSum plus_;
  WilderSum minus_;
  WilderSum ranges_;
  Smoothing adx_;
  std::int64_t high_ = 0;
  std::int64_t low_ = 0;
  bool is_first_ = true;
};

class Vortex {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 2;  // plus, minus

  explicit Vortex(std::size_t period)
      : plus_(period), minus_(period), ranges_(period), wait_(period + 1) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    const std::int64_t range = range_.update(high_e4, low_e4, close_e4);
    if (!is_first_) {
      plus_.push(std::abs(high_e4 - low_));
      minus_.push(std::abs(low_e4 - high_));
      ranges_.push(range);
    }
    is_first_ = false;
    high_ = high_e4;
    low_ = low_e4;
    wait_.bar();
  }
  [[nodiscard]] std::array<double, kOutputs> values() const {
    if (!wait_.is_over()) return {kNoValue, kNoValue};
    const auto ranges = static_cast<double>(ranges_.sum());
    return {static_cast<double>(plus_.sum()) / ranges, static_cast<double>(minus_.sum()) / ranges};
  }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  TrueRange range_;
  ExactSum<> plus_;
  ExactSum<> minus_;
  ExactSum<> ranges_;
  Countdown wait_;
  std::int64_t high_ = 0;
  std::int64_t low_ = 0;
  bool is_first_ = true;
};

}  // namespace research
