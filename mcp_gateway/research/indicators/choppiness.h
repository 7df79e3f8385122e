#pragma once

// Choppiness index (Dreiss): 100 log10(sum of true ranges / range of the last n bars) / log10(n): near
// 100 when the price went nowhere, low when it went one way. Exact sums; the first bar has no
// previous close and its true range is left out. No value where the range is a single price.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/stoch.h"

namespace research {

class Choppiness {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  // period >= 2
  explicit Choppiness(std::size_t period) : ranges_(period), range_(period), wait_(period + 1) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    ranges_.push(true_range_.update(high_e4, low_e4, close_e4));
    range_.update(high_e4, low_e4);
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over() || range_.high() == range_.low()) return kNoValue;
    return 100 *
           std::log10(static_cast<double>(ranges_.sum()) /
                      static_cast<double>(range_.high() - range_.low())) /
           std::log10(static_cast<double>(range_.bars()));
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  TrueRange true_range_;
  ExactSum<> ranges_;
  HighLowRange range_;
  Countdown wait_;
};

}  // namespace research
