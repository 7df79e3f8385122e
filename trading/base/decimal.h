#pragma once

// Decimal text <-> scaled integer, exactly. Money never passes through floating point: the text of a number as it
// stood in JSON, CSV or .env is what gets parsed.

#include <cstdint>
#include <string>
#include <string_view>

#include "trading/base/result.h"

namespace trading {

// "12.5" with scale 4 -> 125000. Grammar: -?digits[.digits], an exponent is accepted where JSON writes one ("1e3").
// Refuses (DECIMAL_INVALID): empty, NaN, inf, more decimals than the scale unless they are zeros, out of int64.
Result<std::int64_t> parse_decimal(std::string_view text, int scale);

// 125000 with scale 4 -> "12.5"; trailing zeros are cut, at least `min_decimals` stay.
std::string format_decimal(std::int64_t scaled, int scale, int min_decimals = 0);

// Rupees for people, in the Indian grouping: 12000000 e4 ... -> "1,20,000.00" (always 2 decimals, rounded half up).
std::string format_rupees(std::int64_t amount_e4);

}  // namespace trading
