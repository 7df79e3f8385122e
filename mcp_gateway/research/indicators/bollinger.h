#pragma once

// Spread of the last n closes around their mean, of the population (divided by n): the standard
// deviation, Bollinger's bands, and the z-score.
//
// No drift: sum and sum of squares are integers (the squares in 128 bits), so
//   n^2 variance = n sum(x^2) - sum(x)^2
// is exact after any number of bars, never negative, and zero exactly when all closes are equal.
// A rolling sum of squared doubles loses that within a few thousand bars.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Moments {
 public:
  explicit Moments(std::size_t period) : ring_(period), missing_(period) {}

  void update(std::int64_t x) {
    const std::int64_t leaving = ring_.push(x);
    sum_ += x - leaving;
    squares_ += static_cast<Int128>(x - leaving) * (x + leaving);
    missing_ -= missing_ > 0 ? 1U : 0U;
  }
  [[nodiscard]] bool has_value() const { return missing_ == 0; }
  [[nodiscard]] bool is_settled() const { return has_value(); }
  [[nodiscard]] std::size_t period() const { return ring_.capacity(); }
  [[nodiscard]] std::int64_t sum() const { return sum_; }
  [[nodiscard]] double mean() const {
    return static_cast<double>(sum_) / static_cast<double>(period());
  }
  // period^2 times the variance.
  [[nodiscard]] Int128 spread() const {
    return static_cast<Int128>(period()) * squares_ - static_cast<Int128>(sum_) * sum_;
  }
  // period times the standard deviation.
  [[nodiscard]] double root_spread() const { return std::sqrt(to_double(spread())); }

 private:
  Ring<std::int64_t> ring_;
  std::size_t missing_;
  std::int64_t sum_ = 0;
  Int128 squares_ = 0;
};

class StandardDeviation {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit StandardDeviation(std::size_t period) : moments_(period) {}
  void update(std::int64_t close_e4) { moments_.update(close_e4); }
  [[nodiscard]] bool is_settled() const { return moments_.is_settled(); }
  [[nodiscard]] double value() const {
    return moments_.has_value() ? moments_.root_spread() / static_cast<double>(moments_.period())
                                : kNoValue;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {moments_.period(), moments_.period()}; }

 private:
  Moments moments_;
};

// middle = SMA, bit for bit; upper and lower `deviations` standard deviations from it.
class Bollinger {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 3;  // upper, middle, lower

  Bollinger(std::size_t period, double deviations)
      : moments_(period), reach_(deviations / static_cast<double>(period)) {}

  void update(std::int64_t close_e4) { moments_.update(close_e4); }
  [[nodiscard]] bool is_settled() const { return moments_.is_settled(); }
  struct Bands {
    double upper, middle, lower;
  };
  [[nodiscard]] Bands bands() const {
    if (!moments_.has_value()) [[unlikely]]
      return {kNoValue, kNoValue, kNoValue};
    const double middle = moments_.mean();
    const double distance = reach_ * moments_.root_spread();
    return {middle + distance, middle, middle - distance};
  }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    const Bands b = bands();
    return {b.upper, b.middle, b.lower};
  }
  [[nodiscard]] WarmUp warm_up() const { return {moments_.period(), moments_.period()}; }

 private:
  Moments moments_;
  double reach_;
};

// The bands and how the close lies in them; the two quotients are not for a hot loop.
//   percent_b  0 at the lower band, 1 at the upper; no value where the bands meet
//   width      upper - lower in percent of the middle
class BollingerWithWidth {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 5;  // upper, middle, lower, percent_b, width

  BollingerWithWidth(std::size_t period, double deviations) : bollinger_(period, deviations) {}
  void update(std::int64_t close_e4) {
    bollinger_.update(close_e4);
    close_ = close_e4;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const {
    const Bollinger::Bands b = bollinger_.bands();
    const double span = b.upper - b.lower;
    return {b.upper, b.middle, b.lower, (static_cast<double>(close_) - b.lower) / span,
            100 * span / b.middle};
  }
  [[nodiscard]] WarmUp warm_up() const { return bollinger_.warm_up(); }

 private:
  Bollinger bollinger_;
  std::int64_t close_ = 0;
};

// (close - mean) / standard deviation; no value when all closes are equal.
class ZScore {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit ZScore(std::size_t period) : moments_(period) {}
  void update(std::int64_t close_e4) {
    moments_.update(close_e4);
    close_ = close_e4;
  }
  [[nodiscard]] double value() const {
    if (!moments_.has_value()) return kNoValue;
    const auto n = static_cast<std::int64_t>(moments_.period());
    return static_cast<double>(n * close_ - moments_.sum()) / moments_.root_spread();
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {moments_.period(), moments_.period()}; }

 private:
  Moments moments_;
  std::int64_t close_ = 0;
};

}  // namespace research
