#pragma once

// Integer arithmetic that cannot overflow in silence, and division whose rounding has a name.

#include <cstdint>
#include <limits>

#include "trading/base/invariant.h"

namespace trading {

inline std::int64_t checked_add(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  INVARIANT(!__builtin_add_overflow(a, b, &out), "64-bit sum overflows");
  return out;
}
inline std::int64_t checked_sub(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  INVARIANT(!__builtin_sub_overflow(a, b, &out), "64-bit difference overflows");
  return out;
}
inline std::int64_t checked_mul(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  INVARIANT(!__builtin_mul_overflow(a, b, &out), "64-bit product overflows");
  return out;
}

enum class Rounding {
  kHalfUp,    // half away from zero: the rule of charge lines and contract notes
  kDown,      // toward zero
  kUp,        // away from zero: for what we owe or might lose
  kFloor,     // toward minus infinity
  kHalfEven,
};

// a * b / divisor through 128 bits. divisor > 0. Aborts when the result does not fit.
std::int64_t mul_div(std::int64_t a, std::int64_t b, std::int64_t divisor, Rounding rounding);

inline std::int64_t divide(std::int64_t a, std::int64_t divisor, Rounding rounding) {
  return mul_div(a, 1, divisor, rounding);
}

}  // namespace trading
