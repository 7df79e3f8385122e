#pragma once

// Spread of the last n closes around their mean, of the population (divided by n): the standard
// deviation, Bollinger's bands, and the z-score.
//
// No drift: the sum and
//   n^2 variance = n sum(x^2) - sum(x)^2
// are integers (of 128 bits where need be), so both are exact after any number of bars, never
// negative, and zero exactly when all closes are equal. A rolling sum of squared doubles loses that
// within a few thousand bars.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/exact_quotient.h"
#include "mcp_gateway/research/indicators/lanes.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

// Of prices, none negative. Kept are the sum and the spread, n^2 variance; as x comes and o leaves,
//
//   sum' = sum + (x - o)        spread' = spread + (x - o) (n (x + o) - sum - sum')
//
// As long as n x stays below 2^32 (21,000 rupees for 20 bars) the spread is below 2^62 and 64-bit
// arithmetic is exact; the first price above that moves the spread to 128 bits for good. Both ways
// give the same integers.
class Moments {
 public:
  explicit Moments(std::size_t period)
      : ring_(period),
        mean_(period),
        missing_(period),
        period_(static_cast<std::int64_t>(period)),
        most_narrow_(((std::int64_t{1} << 32U) - 1) / period_) {}

  void update(std::int64_t x) {
    slide(x, ring_.push(x));
    missing_ -= missing_ > 0 ? 1U : 0U;
  }
  void slide(std::int64_t x, std::int64_t leaving) {
    const std::int64_t before = sum_;
    sum_ += x - leaving;
    if (x <= most_narrow_) [[likely]] {
      spread_ += static_cast<std::uint64_t>(x - leaving) *
                 static_cast<std::uint64_t>(period_ * (x + leaving) - before - sum_);
    } else {
      update_wide(x, leaving, before);
    }
  }
  void refill(const std::int64_t* last) { ring_.refill(last); }
  [[nodiscard]] bool has_value() const { return missing_ == 0; }
  [[nodiscard]] bool is_settled() const { return has_value(); }
  [[nodiscard]] std::size_t period() const { return ring_.capacity(); }
  [[nodiscard]] std::int64_t sum() const { return sum_; }
  template <typename Number>
  [[nodiscard]] Number mean_of(Number sum) const {
    return mean_.of(sum);
  }
  [[nodiscard]] double mean() const { return mean_of(static_cast<double>(sum_)); }
  // period^2 times the variance.
  [[nodiscard]] double spread() const {
    if (most_narrow_ >= 0) [[likely]]
      return static_cast<double>(static_cast<std::int64_t>(spread_));
    return to_double(wide_spread_);
  }
  // period times the standard deviation.
  [[nodiscard]] double root_spread() const { return std::sqrt(spread()); }

 private:
  [[gnu::noinline, gnu::cold]] void update_wide(std::int64_t x, std::int64_t leaving,
                                                std::int64_t before) {
    if (most_narrow_ >= 0) wide_spread_ = static_cast<Int128>(spread_);
    most_narrow_ = -1;
    wide_spread_ += static_cast<Int128>(x - leaving) * (period_ * (x + leaving) - before - sum_);
  }

  Ring<std::int64_t> ring_;
  ExactQuotient mean_;
  std::size_t missing_;
  std::int64_t period_;
  std::int64_t most_narrow_;  // -1: wide
  std::int64_t sum_ = 0;
  std::uint64_t spread_ = 0;
  Int128 wide_spread_ = 0;
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
  void slide(std::int64_t close_e4, std::int64_t leaving) { moments_.slide(close_e4, leaving); }
  void refill(const std::int64_t* last) { moments_.refill(last); }
  [[nodiscard]] std::size_t period() const { return moments_.period(); }
  [[nodiscard]] bool is_settled() const { return moments_.is_settled(); }
  struct Bands {
    double upper, middle, lower;
  };
  [[nodiscard]] Bands bands() const {
    if (!moments_.has_value()) [[unlikely]]
      return {kNoValue, kNoValue, kNoValue};
    const auto values = values_of(terms());
    return {values[0], values[1], values[2]};
  }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    const Bands b = bands();
    return {b.upper, b.middle, b.lower};
  }
  [[nodiscard]] std::array<double, 2> terms() const {
    return {static_cast<double>(moments_.sum()), moments_.spread()};
  }
  template <typename Number>
  [[nodiscard]] std::array<Number, kOutputs> values_of(const std::array<Number, 2>& terms) const {
    const Number middle = moments_.mean_of(terms[0]);
    const Number distance = reach_ * root_of(terms[1]);
    return {middle + distance, middle, middle - distance};
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
