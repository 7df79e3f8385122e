#pragma once

// Rows as almost every file writes them, a block at a time:
//
//   2024-01-19T09:15:00+05:30,100.05,101.00,99.50,100.50,1200\n
//
// Reads as long as rows are of this form and sound. It never judges: whatever deviates (other
// zones, longer numbers, wrong characters, impossible values, the last bytes of the file) is left
// standing, and the exact reader of parse_csv.cpp takes that line.
//
// Two roads with the same results: fast_row.h for every machine, and for those with AVX2 one that
// finds all cells of a row at once (usual_rows_avx2.cpp).

#include <array>
#include <cstddef>
#include <cstdint>

#include "execution_broker/market/csv/cells.h"

namespace broker::csv {

// What no file of prices goes beyond.
inline constexpr std::int64_t kHighestPriceE4 = 100'000'000'000;  // one crore rupees a share
inline constexpr std::int64_t kMostShares = 1'000'000'000'000;
inline constexpr std::int64_t kEarliestUs =
    timestamp_of(trading::TradingDate::from_civil(1990, 1, 1), trading::at(0, 0)).us;
inline constexpr std::int64_t kLatestUs =
    timestamp_of(trading::TradingDate::from_civil(2100, 1, 1), trading::at(0, 0)).us;

struct RowBlock {
  static constexpr std::size_t kRows = 256;  // the block stays in the first-level cache
  using Column = std::array<std::int64_t, kRows>;

  alignas(64) Column ts_us, open_e4, high_e4, low_e4, close_e4, volume;
  std::size_t count = 0;
  bool is_ordered = true;  // times ascend, also from the block before
  bool has_ranges = true;  // every range holds open and close
};

class UsualRows {
 public:
  // Fills the block with at most `most` rows from `p` on, which then stands past their line ends.
  // `last_us` is the time of the row before, kEarliestUs - 1 when there is none.
  void read(const char*& p, const char* end, std::size_t most, std::int64_t last_us,
            RowBlock& block);

 private:
  TimeCells times_;
};

// Are all rows sound? Notes their order and ranges, too. One pass without a branch a row: the sign
// of a - b tells whether a < b, and nothing here is large enough to overflow.
[[gnu::always_inline]] inline bool judge_rows(RowBlock& block, std::int64_t last_us) {
  const std::int64_t *const ts = block.ts_us.data(), *const open = block.open_e4.data(),
                            *const high = block.high_e4.data(), *const low = block.low_e4.data(),
                            *const close = block.close_e4.data(),
                            *const volume = block.volume.data();
  const std::size_t count = block.count;
  std::int64_t unsound = 0, outside = 0;
  for (std::size_t i = 0; i < count; ++i) {
    unsound |= (ts[i] - kEarliestUs) | (kLatestUs - 1 - ts[i]) | (open[i] - 1) | (low[i] - 1) |
               (close[i] - 1) | (high[i] - low[i]) | (kHighestPriceE4 - open[i]) |
               (kHighestPriceE4 - high[i]) | (kHighestPriceE4 - close[i]) | volume[i] |
               (kMostShares - volume[i]);
    outside |=
        (high[i] - open[i]) | (high[i] - close[i]) | (open[i] - low[i]) | (close[i] - low[i]);
  }
  std::int64_t disorder = count > 0 ? ts[0] - last_us - 1 : 0;
  for (std::size_t i = 1; i < count; ++i) disorder |= ts[i] - ts[i - 1] - 1;
  block.is_ordered = disorder >= 0;
  block.has_ranges = outside >= 0;
  return unsound >= 0;
}

// The roads: rows [from, most) of the block by their form alone, as long as they are of the hour
// that `times` knows. Give the row after the last. UsualRows looks at hours and values.
std::size_t read_rows_portable(const char*& p, const char* end, std::size_t most,
                               const TimeCells& times, RowBlock& block, std::size_t from);
#if defined(__x86_64__) && defined(__GNUC__)
#define CSV_HAS_AVX2_ROAD 1
std::size_t read_rows_avx2(const char*& p, const char* end, std::size_t most,
                           const TimeCells& times, RowBlock& block, std::size_t from);
bool judge_avx2(RowBlock& block, std::int64_t last_us);
#else
#define CSV_HAS_AVX2_ROAD 0
#endif

}  // namespace broker::csv
