#pragma once

// The road for rows as almost every file writes them: eight bytes at a time, no loops over
// characters.
//
//   2024-01-19T09:15:00+05:30,100.05,101.00,99.50,100.50,1200\n
//
// Whatever deviates (other zones, longer numbers, wrong characters, the last bytes of the file) is
// declined, and the exact reader of parse_csv.cpp takes the line: this one never judges.

#include <array>
#include <bit>
#include <cstdint>

#include "execution_broker/market/csv/cells.h"

namespace broker::csv {

// Number of digits at the start of eight bytes.
inline unsigned digits_in(std::uint64_t word) {
  const std::uint64_t t = word ^ 0x3030303030303030ULL;  // digits become 0..9
  const std::uint64_t not_digit = ((t + 0x7676767676767676ULL) | t) & 0x8080808080808080ULL;
  return not_digit == 0 ? 8U : static_cast<unsigned>(std::countr_zero(not_digit)) / 8U;
}

// Value of eight digits, the first in the lowest byte: pairs, then fours, then eight.
inline std::uint64_t value_of_8(std::uint64_t word) {
  word -= 0x3030303030303030ULL;
  word = word * 10 + (word >> 8);
  return (((word & 0x000000ff000000ffULL) * 0x000f424000000064ULL) +
          (((word >> 16) & 0x000000ff000000ffULL) * 0x0000271000000001ULL)) >>
         32;
}

// The first `count` (1 to 8) digits of a word, the rest counting as leading zeros.
inline std::uint64_t value_of(std::uint64_t word, unsigned count) {
  const unsigned missing = 8U * (8U - count);
  if (missing == 0) return value_of_8(word);
  return value_of_8((word << missing) | (0x3030303030303030ULL >> (64U - missing)));
}

// "100.05," -> 1000500 and past the comma. At most 7 digits in all and at most 4 decimals.
inline bool fast_price(const char*& p, std::int64_t& out) {
  static constexpr std::array<std::int64_t, 5> kScale = {10'000, 1'000, 100, 10, 1};
  const std::uint64_t word = load8(p);
  const unsigned whole = digits_in(word);
  if (whole == 0 || whole > 6) return false;
  if (p[whole] == ',') {
    out = static_cast<std::int64_t>(value_of(word, whole)) * kScale[0];
    p += whole + 1;
    return true;
  }
  if (p[whole] != '.') return false;
  const std::uint64_t after = load8(p + whole + 1);
  const unsigned decimals = digits_in(after);
  if (decimals == 0 || decimals > 4 || whole + decimals > 8 || p[whole + 1 + decimals] != ',')
    return false;
  // The digits before and after the point, side by side.
  const std::uint64_t joined =
      (word & ((std::uint64_t{1} << (8U * whole)) - 1)) | (after << (8U * whole));
  out = static_cast<std::int64_t>(value_of(joined, whole + decimals)) * kScale[decimals];
  p += whole + decimals + 2;
  return true;
}

// One row at `p`, which then stands past its line end. Declines (false, `p` unmoved) what it does
// not know.
inline bool fast_row(const char*& p, const char* end, const TimeCells& times, std::int64_t& ts,
                     std::array<std::int64_t, 4>& price, std::int64_t& volume) {
  constexpr std::ptrdiff_t kLongest =
      96;  // a whole row of this form and the eight bytes read past it
  constexpr std::ptrdiff_t kTime = 25;
  if (end - p < kLongest) return false;
  if (p[kTime] != ',' || !times.read_known(p, ts)) return false;
  const char* at = p + kTime + 1;
  for (std::int64_t& cell : price)
    if (!fast_price(at, cell)) return false;
  const std::uint64_t word = load8(at);
  const unsigned digits = digits_in(word);
  if (digits == 0) return false;
  volume = static_cast<std::int64_t>(value_of(word, digits));
  at += digits;
  while (is_digit(*at) && volume < 1'000'000'000'000) volume = volume * 10 + (*at++ - '0');
  if (*at == '\r') ++at;
  if (*at != '\n') return false;
  p = at + 1;
  return true;
}

}  // namespace broker::csv
