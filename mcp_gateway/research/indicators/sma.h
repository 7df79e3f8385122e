#pragma once

// Simple moving average. The sum is an integer, so it is exact for ever and equal averages are
// equal: a strategy that compares two of them uses compare_means() and never a rounded quotient.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/exact_quotient.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Sma {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Sma(std::size_t period) : window_(period), mean_(period) {}

  void update(std::int64_t close_e4) {
    window_.push(close_e4);
    missing_ -= missing_ > 0 ? 1U : 0U;
  }
  void slide(std::int64_t close_e4, std::int64_t leaving) { window_.slide(close_e4, leaving); }
  void refill(const std::int64_t* last) { window_.refill(last); }
  [[nodiscard]] bool has_value() const { return missing_ == 0; }
  [[nodiscard]] double value() const { return has_value() ? values_of(terms())[0] : kNoValue; }
  [[nodiscard]] bool is_settled() const { return has_value(); }
  // Of the last period() closes; at most 5e14.
  [[nodiscard]] std::int64_t sum() const { return window_.sum(); }
  [[nodiscard]] std::size_t period() const { return window_.capacity(); }

  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] std::array<double, 1> terms() const { return {static_cast<double>(sum())}; }
  template <typename Number>
  [[nodiscard]] std::array<Number, kOutputs> values_of(const std::array<Number, 1>& terms) const {
    return {mean_.of(terms[0])};
  }
  [[nodiscard]] WarmUp warm_up() const { return {period(), period()}; }

 private:
  ExactSum<> window_;
  ExactQuotient mean_;
  std::size_t missing_ = window_.capacity();
};

// sum_a / period_a against sum_b / period_b, exactly: cross-multiplied, at most 2.5e18.
inline std::strong_ordering compare_means(std::int64_t sum_a, std::size_t period_a,
                                          std::int64_t sum_b, std::size_t period_b) {
  return sum_a * static_cast<std::int64_t>(period_b) <=>
         sum_b * static_cast<std::int64_t>(period_a);
}
// Both have a value.
inline std::strong_ordering compare_means(const Sma& a, const Sma& b) {
  return compare_means(a.sum(), a.period(), b.sum(), b.period());
}

}  // namespace research
