#pragma once

// Ichimoku (Hosoda). Each line is the middle of the range of the last n bars, so exact halves:
//   conversion, base      n = conversion, base
//   leading_a             (conversion + base) / 2, drawn `base` bars ahead of its bar
//   leading_b             n = span, drawn `base` bars ahead
//   cloud_a, cloud_b      what is drawn over this bar: the leading lines of `base` bars ago
// The lagging line is the close itself, drawn back; a value of bar i that needs a later bar does not
// exist here.

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/stoch.h"

namespace research {

class Ichimoku {
 public:
  static constexpr Needs kNeeds = Needs::kHighLow;
  static constexpr std::size_t kOutputs = 6;  // conversion, base, leading_a/b, cloud_a/b

  // conversion < base < span
  Ichimoku(std::size_t conversion, std::size_t base, std::size_t span)
      : conversion_(conversion), base_(base), span_(span), ahead_a_(base), ahead_b_(base) {}

  void update(std::int64_t high_e4, std::int64_t low_e4) {
    for (HighLowRange* range : {&conversion_, &base_, &span_}) range->update(high_e4, low_e4);
    values_[0] = middle(conversion_);
    values_[1] = middle(base_);
    values_[2] = (values_[0] + values_[1]) / 2;
    values_[3] = middle(span_);
    // The rings begin with zeros, which are no lines.
    const double a = ahead_a_.push(values_[2]);
    const double b = ahead_b_.push(values_[3]);
    values_[4] = a == 0 ? kNoValue : a;
    values_[5] = b == 0 ? kNoValue : b;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return values_; }
  [[nodiscard]] WarmUp warm_up() const {
    return {conversion_.bars(), span_.bars() + base_.bars()};
  }

 private:
  static double middle(const HighLowRange& range) {
    return range.is_full() ? static_cast<double>(range.high() + range.low()) / 2 : kNoValue;
  }

  HighLowRange conversion_;
  HighLowRange base_;
  HighLowRange span_;
  Ring<double> ahead_a_;
  Ring<double> ahead_b_;
  std::array<double, kOutputs> values_{kNoValue, kNoValue, kNoValue, kNoValue, kNoValue, kNoValue};
};

}  // namespace research
