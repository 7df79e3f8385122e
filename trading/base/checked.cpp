#include "trading/base/checked.h"

namespace trading {

namespace {
// GCC and clang both have it; -Wpedantic wants the marker.
__extension__ using Int128 = __int128;
}  // namespace

std::int64_t mul_div(std::int64_t a, std::int64_t b, std::int64_t divisor, Rounding rounding) {
  INVARIANT(divisor > 0, "division by zero or by a negative number");
  const Int128 product = static_cast<Int128>(a) * b;
  Int128 quotient = product / divisor;
  const Int128 remainder = product % divisor;
  if (remainder != 0) {
    const bool is_negative = product < 0;
    const Int128 twice = (is_negative ? -remainder : remainder) * 2;
    bool away_from_zero = false;
    switch (rounding) {
      case Rounding::kHalfUp: away_from_zero = twice >= divisor; break;
      case Rounding::kDown: away_from_zero = false; break;
      case Rounding::kUp: away_from_zero = true; break;
      case Rounding::kFloor: away_from_zero = is_negative; break;
      case Rounding::kHalfEven: away_from_zero = twice > divisor || (twice == divisor && quotient % 2 != 0); break;
    }
    if (away_from_zero) quotient += is_negative ? -1 : 1;
  }
  INVARIANT(quotient <= std::numeric_limits<std::int64_t>::max() && quotient >= std::numeric_limits<std::int64_t>::min(),
            "quotient does not fit 64 bits");
  return static_cast<std::int64_t>(quotient);
}

}  // namespace trading
