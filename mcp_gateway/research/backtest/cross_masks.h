#pragma once

// Where one average of closes stands above or below another, decided exactly: a bar's bit is set by
// comparing sum_fast x slow with sum_slow x fast, so equal averages are equal and no rounding has a
// say. Sixty-four bars a word, the first in the lowest bit.
//
// Two roads with the same answer: doubles, which are exact as long as every number in the
// comparison stays below 2^53 (fits_doubles says so), and integers for everything else.

#include <cstddef>
#include <cstdint>

namespace research {

struct SmaPair {
  std::uint32_t fast = 20;
  std::uint32_t slow = 50;
  friend bool operator==(const SmaPair&, const SmaPair&) = default;
};

// Up to here sum x period cannot leave 64 bits at the highest price there is.
inline constexpr std::uint32_t kLongestAverage = 5'000;

// May the double road be taken for running sums over `bars` prices of at most `highest_e4`?
bool fits_doubles(std::int64_t highest_e4, std::size_t bars, SmaPair pair);

// `sums` points at the running sum up to and including the first bar of interest; slow earlier
// values stand before it, and count - 1 later ones after. above and below get (count + 63) / 64
// words; bits past count are zero.
void cross_masks(const double* sums, std::size_t count, SmaPair pair, std::uint64_t* above,
                 std::uint64_t* below);
void cross_masks(const std::int64_t* sums, std::size_t count, SmaPair pair, std::uint64_t* above,
                 std::uint64_t* below);
// The road that every machine has, for tests to hold the others against.
void cross_masks_portable(const double* sums, std::size_t count, SmaPair pair,
                          std::uint64_t* above, std::uint64_t* below);

}  // namespace research
