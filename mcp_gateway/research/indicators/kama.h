#pragma once

// Kaufman's efficiency ratio: how far the price came in n bars over the way it went, 0 to 1 (1 for
// prices that did not move, as TA-Lib). And his adaptive average, whose alpha lies by that ratio
// between the ones of spans `slow` and `fast`, squared. Both distances are exact.
//
// The average begins with the close of bar n, so its first value comes with bar n + 1, by both
// methods. TA-Lib fixes fast at 2 and slow at 30.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/smoothing.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class EfficiencyRatio {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit EfficiencyRatio(std::size_t period) : closes_(period), way_(period), wait_(period + 1) {}

  void update(std::int64_t close_e4) {
    way_.push(is_first_ ? 0 : std::abs(close_e4 - previous_));
    distance_ = std::abs(close_e4 - closes_.push(close_e4));
    previous_ = close_e4;
    is_first_ = false;
    wait_.bar();
  }
  [[nodiscard]] bool has_value() const { return wait_.is_over(); }
  [[nodiscard]] double value() const {
    if (!has_value()) return kNoValue;
    if (way_.sum() == 0) return 1;
    return static_cast<double>(distance_) / static_cast<double>(way_.sum());
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  Ring<std::int64_t> closes_;
  ExactSum<> way_;
  Countdown wait_;
  std::int64_t previous_ = 0;
  std::int64_t distance_ = 0;
  bool is_first_ = true;
};

class Kama {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  Kama(std::size_t period, std::size_t fast, std::size_t slow)
      : ratio_(period), fast_(alpha_of_span(fast)), slow_(alpha_of_span(slow)) {}

  void update(std::int64_t close_e4) {
    ratio_.update(close_e4);
    const auto close = static_cast<double>(close_e4);
    if (!ratio_.has_value()) {
      value_ = close;
      return;
    }
    const double alpha = ratio_.value() * (fast_ - slow_) + slow_;
    value_ += alpha * alpha * (close - value_);
  }
  [[nodiscard]] double value() const { return ratio_.has_value() ? value_ : kNoValue; }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return ratio_.warm_up(); }

 private:
  EfficiencyRatio ratio_;
  double fast_;
  double slow_;
  double value_ = 0;
};

}  // namespace research
