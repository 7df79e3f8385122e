#pragma once

// Commodity channel index (Lambert 1980): (typical - its mean) / (0.015 mean absolute deviation),
// typical = (high + low + close) / 3. All in integers, in thirds: with S the sum of the last n,
//   (n t - S) n / (0.015 sum |n t_i - S|)
// Each bar looks at the n before it. No value where all of them are equal (TA-Lib says 0).

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Cci {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Cci(std::size_t period) : ring_(period), wait_(period) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    typical_ = high_e4 + low_e4 + close_e4;
    sum_ += typical_ - ring_.push(typical_);
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    const auto n = static_cast<std::int64_t>(ring_.capacity());
    std::int64_t deviation = 0;  // at most 5000 * 1.5e15
    for (const std::int64_t typical : ring_) deviation += std::abs(n * typical - sum_);
    return static_cast<double>(n * typical_ - sum_) * static_cast<double>(n) /
           (0.015 * static_cast<double>(deviation));
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  Ring<std::int64_t> ring_;
  Countdown wait_;
  std::int64_t sum_ = 0;
  std::int64_t typical_ = 0;
};

}  // namespace research
