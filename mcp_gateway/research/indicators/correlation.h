#pragma once

// Two series bar by bar.
//
//   Correlation  Pearson's, of the closes of the last n bars; exact sums in 128 bits
//   Beta         of the returns close / previous close - 1 of the last n bars: covariance with the
//                second series' returns over their variance (so the second is the market). The sums
//                are windows that never subtract.
//   Volatility   of one series: standard deviation (n - 1) of the log returns of the last n bars,
//                times the root of the bars in a year, in percent
//
// No value where a series does not move.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Correlation {
 public:
  static constexpr Needs kNeeds = Needs::kTwoCloses;
  static constexpr std::size_t kOutputs = 1;

  explicit Correlation(std::size_t period) : x_(period), y_(period), products_(period) {}
  void update(std::int64_t close_e4, std::int64_t second_e4) {
    x_.update(close_e4);
    y_.update(second_e4);
    products_.push(static_cast<Int128>(close_e4) * second_e4);
  }
  [[nodiscard]] double value() const {
    if (!x_.has_value()) return kNoValue;
    const Int128 together = static_cast<Int128>(x_.period()) * products_.sum() -
                            static_cast<Int128>(x_.sum()) * y_.sum();
    const double r = to_double(together) / (x_.root_spread() * y_.root_spread());
    return r > 1 ? 1 : (r < -1 ? -1 : r);  // a last bit beyond; keeps a NaN
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {x_.period(), x_.period()}; }

 private:
  Moments x_;
  Moments y_;
  ExactSum<Int128> products_;
};

class Beta {
 public:
  static constexpr Needs kNeeds = Needs::kTwoCloses;
  static constexpr std::size_t kOutputs = 1;

  explicit Beta(std::size_t period)
      : x_(period), y_(period), xx_(period), xy_(period), wait_(period + 1) {}
  void update(std::int64_t close_e4, std::int64_t second_e4) {
    if (close_ != 0) {
      const double y = static_cast<double>(close_e4 - close_) / static_cast<double>(close_);
      const double x = static_cast<double>(second_e4 - second_) / static_cast<double>(second_);
      x_.push(x);
      y_.push(y);
      xx_.push(x * x);
      xy_.push(x * y);
    }
    close_ = close_e4;
    second_ = second_e4;
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    const auto n = static_cast<double>(x_.capacity());
    const double spread = n * xx_.sum() - x_.sum() * x_.sum();
    return spread > 0 ? (n * xy_.sum() - x_.sum() * y_.sum()) / spread : kNoValue;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  WindowSum x_;
  WindowSum y_;
  WindowSum xx_;
  WindowSum xy_;
  Countdown wait_;
  std::int64_t close_ = 0;  // prices are above zero
  std::int64_t second_ = 0;
};

class Volatility {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  // period >= 2
  Volatility(std::size_t period, double bars_a_year)
      : returns_(period), squares_(period), wait_(period + 1), bars_a_year_(bars_a_year) {}
  void update(std::int64_t close_e4) {
    if (close_ != 0) {
      const double change = std::log1p(static_cast<double>(close_e4 - close_) /
                                       static_cast<double>(close_));
      returns_.push(change);
      squares_.push(change * change);
    }
    close_ = close_e4;
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    const auto n = static_cast<double>(returns_.capacity());
    const double spread = squares_.sum() - returns_.sum() * returns_.sum() / n;
    return 100 * std::sqrt(std::max(spread, 0.0) / (n - 1) * bars_a_year_);
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  WindowSum returns_;
  WindowSum squares_;
  Countdown wait_;
  double bars_a_year_;
  std::int64_t close_ = 0;
};

}  // namespace research
