#pragma once

// sum / n for one n and many sums: the correctly rounded quotient, bit for bit what division gives,
// without the divider. A processor has one of those, and it also takes the roots: Bollinger's bands
// wait for nothing else.
//
//   high    sum (1 / n), rounded to a multiple of 1/8: at most 40 bits, so high n has no rounding
//   missed  sum - high n, exact, too: at most n / 8, a multiple of 1/8
//   result  high + missed (1 / n), rounded once, of a number off sum / n by 2^-56 at most
//
// A quotient of integers lies at least 1 / (2 n) of an ulp off every tie between two doubles, from
// 1024 on that is more than 2^-56, so the result rounds to the same side. What is less is divided.
//
// Holds for whole sums below n 2^37 (prices are) and 0 < n < 2^13; a NaN stays one.

#include <cstddef>

#include "mcp_gateway/research/indicators/lanes.h"

namespace research {

class ExactQuotient {
 public:
  explicit ExactQuotient(std::size_t n)
      : n_(static_cast<double>(n)), inverse_(1.0 / n_), least_(kLeast * n_) {}
  template <typename Number>  // double or Doubles2
  [[nodiscard]] Number of(Number sum) const {
    if (is_any_below(sum, least_)) [[unlikely]]
      return sum / n_;
    const Number high = (sum * inverse_ + kToEighths) - kToEighths;
    return high + (sum - high * n_) * inverse_;
  }

 private:
  static constexpr double kLeast = 1024;
  static constexpr double kToEighths = 0x1.8p49;  // doubles of this size are multiples of 1/8

  double n_;
  double inverse_;
  double least_;
};

}  // namespace research
