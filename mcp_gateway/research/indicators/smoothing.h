#pragma once

// The recursive average all smoothed indicators are made of: value = (1 - alpha) value + alpha x.
//
// One product and one sum stand between a bar and the next (6 cycles where value + alpha (x -
// value) has 9), and the product alpha x waits for nothing. That form alone would wobble by a last
// bit on a constant input; prices are therefore smoothed as distances from the first price
// (PriceSmoothing): flat prices give exactly that price, and the difference of two averages
// (MACD) loses nothing to cancellation.

#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/seeding.h"

namespace research {

// pandas' span and TA-Lib's EMA period.
inline double alpha_of_span(std::size_t period) { return 2.0 / static_cast<double>(period + 1); }
// Wilder's.
inline double alpha_of_wilder(std::size_t period) { return 1.0 / static_cast<double>(period); }

class Smoothing {
 public:
  // The seed is the mean of the first `period` values by kTalib, the first value by kEwm.
  Smoothing(double alpha, std::size_t period, Seeding seeding)
      : alpha_(alpha),
        keep_(1.0 - alpha),
        seed_bars_(seeding == Seeding::kEwm ? 1 : period),
        to_seed_(seed_bars_) {}

  void update(double x) {
    if (to_seed_ == 0) [[likely]] {
      value_ = keep_ * value_ + alpha_ * x;
      return;
    }
    seed_sum_ += x;
    if (--to_seed_ == 0) value_ = seed_sum_ / static_cast<double>(seed_bars_);
  }

  // kNoValue until the seed stands.
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] bool has_value() const { return to_seed_ == 0; }
  [[nodiscard]] std::size_t seed_bars() const { return seed_bars_; }

 private:
  double alpha_;
  double keep_;
  std::size_t seed_bars_;
  std::size_t to_seed_;
  double seed_sum_ = 0;
  double value_ = kNoValue;
};

// A price as its distance from the first one. Distances of integers below 2^53 are exact.
class FromFirst {
 public:
  double distance(std::int64_t price_e4) {
    if (!is_set_) [[unlikely]] {
      first_ = price_e4;
      is_set_ = true;
    }
    return static_cast<double>(price_e4 - first_);
  }
  [[nodiscard]] bool is_settled() const { return is_set_; }
  [[nodiscard]] double price(double distance) const {
    return static_cast<double>(first_) + distance;
  }

 private:
  std::int64_t first_ = 0;
  bool is_set_ = false;
};

// Smoothing of prices; value() in 1/10,000 rupee.
class PriceSmoothing {
 public:
  PriceSmoothing(double alpha, std::size_t period, Seeding seeding)
      : smoothing_(alpha, period, seeding) {}
  void update(std::int64_t price_e4) { smoothing_.update(from_.distance(price_e4)); }
  [[nodiscard]] double value() const { return from_.price(smoothing_.value()); }
  [[nodiscard]] bool is_settled() const { return from_.is_settled() && smoothing_.has_value(); }
  [[nodiscard]] std::size_t seed_bars() const { return smoothing_.seed_bars(); }

 private:
  FromFirst from_;
  Smoothing smoothing_;
};

}  // namespace research
