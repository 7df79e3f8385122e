#pragma once

// Ultimate oscillator (Williams 1976): buying pressure = close - lower of low and previous close,
// over the true range, summed over three spans and weighted 4 : 2 : 1, in percent. Exact sums; the
// first bar has no previous close and is left out.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Ultimate {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  // fast < middle < slow
  Ultimate(std::size_t fast, std::size_t middle, std::size_t slow)
      : spans_{Span(fast), Span(middle), Span(slow)}, wait_(slow + 1) {}

  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    if (!is_first_) {
      const std::int64_t floor = std::min(low_e4, previous_close_);
      for (Span& span : spans_) {
        span.pressure.push(close_e4 - floor);
        span.range.push(std::max(high_e4, previous_close_) - floor);
      }
    }
    is_first_ = false;
    previous_close_ = close_e4;
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    return 100 * (4 * spans_[0].share() + 2 * spans_[1].share() + spans_[2].share()) / 7;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  struct Span {
    explicit Span(std::size_t n) : pressure(n), range(n) {}
    [[nodiscard]] double share() const {
      return static_cast<double>(pressure.sum()) / static_cast<double>(range.sum());
    }
    ExactSum<> pressure;
    ExactSum<> range;
  };

  std::array<Span, 3> spans_;
  Countdown wait_;
  std::int64_t previous_close_ = 0;
  bool is_first_ = true;
};

}  // namespace research
