#pragma once

// Weighted averages of the last n closes, from exact integer sums: nothing drifts, and flat
// prices give exactly that price.
//
//   Wma    weights 1 (oldest) to n (newest)
//   Hma    Hull: the WMA over floor(sqrt(n)) of 2 WMA(n / 2) - WMA(n); n / 2 rounded down
//   Trima  triangular: the mean of the mean, half of the period each; as TA-Lib splits it

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

// 1 + 2 + ... + n
inline std::int64_t weights_to(std::size_t n) {
  return static_cast<std::int64_t>(n) * static_cast<std::int64_t>(n + 1) / 2;
}

class Wma {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Wma(std::size_t period) : window_(period), wait_(period) {}
  void update(std::int64_t close_e4) {
    window_.push(close_e4);
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    return static_cast<double>(window_.weighted()) /
           static_cast<double>(weights_to(window_.capacity()));
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  ExactWeightedSum<> window_;  // at most 1.25e18
  Countdown wait_;
};

class Hma {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  // period >= 2
  explicit Hma(std::size_t period)
      : half_(period / 2),
        full_(period),
        smooth_(root_of(period)),
        wait_full_(period),
        wait_(period + root_of(period) - 1) {}

  void update(std::int64_t close_e4) {
    half_.push(close_e4);
    full_.push(close_e4);
    wait_full_.bar();
    wait_.bar();
    if (!wait_full_.is_over()) return;
    // 2 WMA(n / 2) - WMA(n) over the common divisor: at most 1e25, and 3e28 when weighted.
    const Int128 half_weights = weights_to(half_.capacity());
    const Int128 full_weights = weights_to(full_.capacity());
    smooth_.push(2 * half_.weighted() * full_weights - full_.weighted() * half_weights);
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    return to_double(smooth_.weighted()) / (static_cast<double>(weights_to(half_.capacity())) *
                                            static_cast<double>(weights_to(full_.capacity())) *
                                            static_cast<double>(weights_to(smooth_.capacity())));
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  static std::size_t root_of(std::size_t period) {
    return static_cast<std::size_t>(std::sqrt(static_cast<double>(period)));
  }

  ExactWeightedSum<> half_;
  ExactWeightedSum<> full_;
  ExactWeightedSum<Int128> smooth_;
  Countdown wait_full_;
  Countdown wait_;
};

class Trima {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Trima(std::size_t period)
      : inner_(period / 2 + 1), outer_(period - period / 2), wait_(period) {}
  void update(std::int64_t close_e4) {
    inner_.push(close_e4);
    outer_.push(inner_.sum());
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    return static_cast<double>(outer_.sum()) /
           static_cast<double>(inner_.capacity() * outer_.capacity());
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  ExactSum<> inner_;
  ExactSum<> outer_;  // at most 1e11 * 2501 * 2500
  Countdown wait_;
};

}  // namespace research
