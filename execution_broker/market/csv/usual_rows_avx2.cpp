// A row's cells by their separators, found all at once.
//
// Of the 64 bytes after the time, masks say where commas, points and the line's end stand. From
// them follow the ends of the five cells and the points in them, so that the cells need not wait
// for one another. Each number is then loaded by its last 16 bytes and shuffled into one shape,
//
//   ....1000.05   ->   0 0 0 0 0 0 0 0 1 0 0 0 | 0 5 0 0      whole rupees | decimals
//
// by a table over its length and the place of its point. Shapes that are no number (no digit before
// or after a point, too many) shuffle to zero, which is no price; every byte of a cell but its
// point is in the shape, so that one look at the shuffled bytes says whether all were digits.

#include "execution_broker/market/csv/usual_rows.h"

#if CSV_HAS_AVX2_ROAD

#include <immintrin.h>

namespace broker::csv {

namespace {

#define CSV_AVX2 __attribute__((target("avx2,bmi,bmi2")))

constexpr unsigned kWindow = 64;      // bytes looked at; every length is below
constexpr unsigned kLongestTail = 7;  // the point and what follows it; above 5 there is no shape
constexpr unsigned kVolume = kLongestTail + 1;  // a row of the table for itself: whole numbers
constexpr char kNothing = '\x80';               // shuffles to zero

struct Shapes {
  alignas(16) char of[(kVolume + 1) * kWindow][16];
};
constexpr std::size_t shape_index(std::size_t tail, std::size_t length) {
  return tail * kWindow + length;
}
// The shape of a cell of `length` bytes whose last `tail` ones are its point and decimals: places
// in the 16 bytes that end with it.
constexpr Shapes shapes() {
  Shapes out{};
  for (auto& shape : out.of)
    for (char& place : shape) place = kNothing;
  for (unsigned tail = 0; tail <= 5; ++tail) {
    if (tail == 1) continue;  // a point without decimals
    for (unsigned length = tail + 1; length <= tail + 12 && length <= 16; ++length) {
      char* const shape = out.of[shape_index(tail, length)];
      for (unsigned digit = 0; digit < length - tail; ++digit)
        shape[11 - digit] = static_cast<char>(15 - tail - digit);
      for (unsigned decimal = 0; decimal + 1 < tail; ++decimal)
        shape[12 + decimal] = static_cast<char>(17 - tail + decimal);
    }
  }
  for (unsigned length = 1; length <= 12; ++length)
    for (unsigned digit = 0; digit < length; ++digit)
      out.of[shape_index(kVolume, length)][15 - digit] = static_cast<char>(15 - digit);
  return out;
}
constexpr Shapes kShapes = shapes();

CSV_AVX2 inline __m128i load16(const char* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
CSV_AVX2 inline __m256i load32(const char* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}

// A bit a byte: where `sign` stands in the 64 bytes.
CSV_AVX2 inline std::uint64_t places_of(__m256i sign, __m256i low, __m256i high) {
  const auto bits = [](__m256i bytes) CSV_AVX2 {
    return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes))};
  };
  return bits(_mm256_cmpeq_epi8(low, sign)) | bits(_mm256_cmpeq_epi8(high, sign)) << 32;
}

// The digits of two cells by where they end, 0 to 9 each.
CSV_AVX2 inline __m256i digits_of(const char* low_end, std::size_t low_shape, const char* high_end,
                                  std::size_t high_shape, __m256i zeros) {
  const __m256i text = _mm256_inserti128_si256(_mm256_castsi128_si256(load16(low_end - 16)),
                                               load16(high_end - 16), 1);
  const __m256i shape = _mm256_inserti128_si256(
      _mm256_castsi128_si256(load16(kShapes.of[low_shape])), load16(kShapes.of[high_shape]), 1);
  return _mm256_shuffle_epi8(_mm256_sub_epi8(text, zeros), shape);
}

// Sixteen digits in each half -> four numbers of four digits.
CSV_AVX2 inline __m256i fours_of(__m256i digits) {
  const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010a));  // 10, 1
  return _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));                 // 100, 1
}
CSV_AVX2 inline __m128i fours_of(__m128i digits) {
  const __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010a));
  return _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
}
constexpr int kTenThousandOne = 0x00012710;  // two fours -> an eight

// The compiler would build a constant anew for each row; of what it cannot see through it keeps the
// register.
CSV_AVX2 inline __m256i kept(char byte) {
  __m256i out = _mm256_set1_epi8(byte);
  asm("" : "+x"(out));
  return out;
}

}  // namespace

CSV_AVX2 std::size_t read_rows_avx2(const char*& p, const char* end, std::size_t most,
                                    const TimeCells& times, RowBlock& block, std::size_t i) {
  constexpr std::ptrdiff_t kTime = 26;         // with its comma
  constexpr std::ptrdiff_t kFarAhead = 1'024;  // what is asked of memory now comes in time
  const __m256i comma = kept(','), point = kept('.'), end_of_line = kept('\n'), zeros = kept('0'),
                nine = kept(9);
  const char* row = p;
  for (; i < most && end - row > kTime + std::ptrdiff_t{kWindow}; ++i) {
    if (row[kTime - 1] != ',' || !times.read_known(row, block.ts_us[i])) break;
    const char* const cells = row + kTime;
    _mm_prefetch(cells + kFarAhead, _MM_HINT_T0);
    const __m256i low = load32(cells);
    const __m256i high = load32(cells + 32);
    const std::uint64_t points = places_of(point, low, high);
    std::uint64_t commas = places_of(comma, low, high);
    const std::uint64_t signs = points | commas;

    // What is not there counts as at 64. A fifth comma would stand in the volume and be no digit.
    const std::uint64_t line_end = _tzcnt_u64(places_of(end_of_line, low, high));
    const auto next = [&commas]() CSV_AVX2 {
      const std::uint64_t at = _tzcnt_u64(commas);
      commas = _blsr_u64(commas);
      return at;
    };
    const std::uint64_t open_end = next(), high_end = next(), low_end = next(), close_end = next();
    const char before_end = row[kTime - 1 + static_cast<std::ptrdiff_t>(line_end)];
    const std::uint64_t volume_end = line_end - (before_end == '\r' ? 1 : 0);
    const std::uint64_t volume_length = volume_end - close_end - 1;
    if (line_end == kWindow || volume_length - 1 > 11) break;

    // From where a cell begins to its point, or to its end when it has none.
    const auto point_from = [signs](std::uint64_t begin)
                                CSV_AVX2 { return begin + _tzcnt_u64(signs >> begin); };
    const std::size_t open_shape = shape_index(open_end - point_from(0), open_end);
    const std::size_t high_shape =
        shape_index(high_end - point_from(open_end + 1), high_end - open_end - 1);
    const std::size_t low_shape =
        shape_index(low_end - point_from(high_end + 1), low_end - high_end - 1);
    const std::size_t close_shape =
        shape_index(close_end - point_from(low_end + 1), close_end - low_end - 1);
    if ((open_shape | high_shape | low_shape | close_shape) >= shape_index(kLongestTail + 1, 0))
      break;
    const __m256i open_high =
        digits_of(cells + open_end, open_shape, cells + high_end, high_shape, zeros);
    const __m256i low_close =
        digits_of(cells + low_end, low_shape, cells + close_end, close_shape, zeros);
    const __m128i volume = _mm_shuffle_epi8(
        _mm_sub_epi8(load16(cells + volume_end - 16), _mm256_castsi256_si128(zeros)),
        load16(kShapes.of[shape_index(kVolume, volume_length)]));
    const __m256i largest =
        _mm256_max_epu8(_mm256_max_epu8(open_high, low_close), _mm256_zextsi128_si256(volume));
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(largest, nine), nine)) != -1) break;

    // Eight digits each, the higher ones in the lower 32 bits: open, low | high, close.
    const __m256i eights =
        _mm256_madd_epi16(_mm256_packus_epi32(fours_of(open_high), fours_of(low_close)),
                          _mm256_set1_epi32(kTenThousandOne));
    const __m256i prices = _mm256_add_epi64(
        _mm256_mul_epu32(eights, _mm256_set1_epi64x(100'000'000)), _mm256_srli_epi64(eights, 32));
    const __m128i open_and_low = _mm256_castsi256_si128(prices);
    const __m128i high_and_close = _mm256_extracti128_si256(prices, 1);
    block.open_e4[i] = _mm_cvtsi128_si64(open_and_low);
    block.low_e4[i] = _mm_extract_epi64(open_and_low, 1);
    block.high_e4[i] = _mm_cvtsi128_si64(high_and_close);
    block.close_e4[i] = _mm_extract_epi64(high_and_close, 1);
    const __m128i volume_fours = fours_of(volume);
    const auto volume_eights = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_madd_epi16(
        _mm_packus_epi32(volume_fours, volume_fours), _mm_set1_epi32(kTenThousandOne))));
    block.volume[i] = static_cast<std::int64_t>((volume_eights & 0xffffffff) * 100'000'000 +
                                                (volume_eights >> 32));
    row = cells + line_end + 1;
  }
  p = row;
  return i;
}

CSV_AVX2 bool judge_avx2(RowBlock& block, std::int64_t last_us) {
  return judge_rows(block, last_us);
}

}  // namespace broker::csv

#endif
