#pragma once

// The straight line through the last n closes, by least squares over the bars' numbers 1 to n. From
// exact sums: with W = sum of i close_i and S = sum of closes,
//   slope = (n W - n (n + 1) / 2 S) / (n^2 (n^2 - 1) / 12)
// Flat closes have a slope of exactly zero.
//
//   slope          price a bar
//   slope_percent  the same in percent of the mean
//   end            the line at the newest bar
//   r_squared      share of the closes' variance the line explains; no value for flat closes

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Regression {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 4;  // slope, slope_percent, end, r_squared

  // period >= 2
  explicit Regression(std::size_t period) : weighted_(period), moments_(period) {}
  void update(std::int64_t close_e4) {
    weighted_.push(close_e4);
    moments_.update(close_e4);
  }
  [[nodiscard]] double slope() const {
    return moments_.has_value() ? to_double(covariance()) / spread_of_bars() : kNoValue;
  }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    if (!moments_.has_value()) return {kNoValue, kNoValue, kNoValue, kNoValue};
    const double mean = moments_.mean();
    const double together = to_double(covariance());
    const double slope = together / spread_of_bars();
    return {slope, 100 * slope / mean,
            mean + slope * (static_cast<double>(moments_.period() - 1) / 2),
            together / moments_.spread() * together / spread_of_bars()};
  }
  [[nodiscard]] WarmUp warm_up() const { return {moments_.period(), moments_.period()}; }

 private:
  // n^2 times the covariance with, and the variance of, the bars' numbers.
  [[nodiscard]] Int128 covariance() const {
    const auto n = static_cast<std::int64_t>(moments_.period());
    return static_cast<Int128>(n) * weighted_.weighted() -
           static_cast<Int128>(n * (n + 1) / 2) * weighted_.sum();
  }
  [[nodiscard]] double spread_of_bars() const {
    const auto n = static_cast<std::int64_t>(moments_.period());
    return static_cast<double>(n * n * (n * n - 1) / 12);
  }

  ExactWeightedSum<> weighted_;
  Moments moments_;
};

}  // namespace research
