// Comparing two averages, sixty-four bars at a time.

#include "mcp_gateway/research/backtest/cross_masks.h"

#include "mcp_gateway/research/statistics/two_roads.h"

#if RESEARCH_HAS_AVX2_ROAD
#include <immintrin.h>
#endif

namespace research {

namespace {

constexpr std::size_t kWord = 64;
constexpr double kExactDoubles = 9'007'199'254'740'992.0;  // 2^53

// A word's worth of bars (or fewer) by plain arithmetic.
struct Word {
  std::uint64_t above = 0;
  std::uint64_t below = 0;
};
RESEARCH_INLINE Word word_of(const double* sums, std::size_t count, SmaPair pair) {
  const double fast = static_cast<double>(pair.fast);
  const double slow = static_cast<double>(pair.slow);
  Word word;
  for (std::size_t i = 0; i < count; ++i) {
    const double* at = sums + i;
    const double scaled_fast = (*at - *(at - pair.fast)) * slow;
    const double scaled_slow = (*at - *(at - pair.slow)) * fast;
    word.above |= static_cast<std::uint64_t>(scaled_fast > scaled_slow) << i;
    word.below |= static_cast<std::uint64_t>(scaled_fast < scaled_slow) << i;
  }
  return word;
}

#if RESEARCH_HAS_AVX2_ROAD
RESEARCH_AVX2 void cross_masks_avx2(const double* sums, std::size_t count, SmaPair pair,
                                    std::uint64_t* above, std::uint64_t* below) {
  const __m256d fast = _mm256_set1_pd(static_cast<double>(pair.fast));
  const __m256d slow = _mm256_set1_pd(static_cast<double>(pair.slow));
  const std::size_t whole = count / kWord;
  for (std::size_t w = 0; w < whole; ++w) {
    std::uint64_t up = 0;
    std::uint64_t down = 0;
    const double* at = sums + w * kWord;
    for (unsigned k = 0; k < kWord; k += 4) {
      const __m256d now = _mm256_loadu_pd(at + k);
      const __m256d scaled_fast =
          _mm256_mul_pd(_mm256_sub_pd(now, _mm256_loadu_pd(at + k - pair.fast)), slow);
      const __m256d scaled_slow =
          _mm256_mul_pd(_mm256_sub_pd(now, _mm256_loadu_pd(at + k - pair.slow)), fast);
      const int is_above = _mm256_movemask_pd(_mm256_cmp_pd(scaled_fast, scaled_slow, _CMP_GT_OQ));
      const int is_below = _mm256_movemask_pd(_mm256_cmp_pd(scaled_fast, scaled_slow, _CMP_LT_OQ));
      up |= static_cast<std::uint64_t>(is_above) << k;
      down |= static_cast<std::uint64_t>(is_below) << k;
    }
    above[w] = up;
    below[w] = down;
  }
  if (count % kWord != 0) {
    const Word last = word_of(sums + whole * kWord, count % kWord, pair);
    above[whole] = last.above;
    below[whole] = last.below;
  }
}
#endif

}  // namespace

bool fits_doubles(std::int64_t highest_e4, std::size_t bars, SmaPair pair) {
  const double highest = static_cast<double>(highest_e4);
  return highest * static_cast<double>(bars) < kExactDoubles &&
         highest * static_cast<double>(pair.fast) * static_cast<double>(pair.slow) < kExactDoubles;
}

void cross_masks_portable(const double* sums, std::size_t count, SmaPair pair,
                          std::uint64_t* above, std::uint64_t* below) {
  for (std::size_t i = 0; i < count; i += kWord) {
    const std::size_t left = count - i < kWord ? count - i : kWord;
    const Word word = word_of(sums + i, left, pair);
    above[i / kWord] = word.above;
    below[i / kWord] = word.below;
  }
}

void cross_masks(const double* sums, std::size_t count, SmaPair pair, std::uint64_t* above,
                 std::uint64_t* below) {
#if RESEARCH_HAS_AVX2_ROAD
  if (has_avx2()) return cross_masks_avx2(sums, count, pair, above, below);
#endif
  cross_masks_portable(sums, count, pair, above, below);
}

void cross_masks(const std::int64_t* sums, std::size_t count, SmaPair pair, std::uint64_t* above,
                 std::uint64_t* below) {
  const auto fast = static_cast<std::int64_t>(pair.fast);
  const auto slow = static_cast<std::int64_t>(pair.slow);
  for (std::size_t i = 0; i < count; i += kWord) {
    Word word;
    for (std::size_t k = 0; k < kWord && i + k < count; ++k) {
      const std::int64_t* at = sums + i + k;
      const std::int64_t scaled_fast = (*at - *(at - pair.fast)) * slow;
      const std::int64_t scaled_slow = (*at - *(at - pair.slow)) * fast;
      word.above |= static_cast<std::uint64_t>(scaled_fast > scaled_slow) << k;
      word.below |= static_cast<std::uint64_t>(scaled_fast < scaled_slow) << k;
    }
    above[i / kWord] = word.above;
    below[i / kWord] = word.below;
  }
}

}  // namespace research
