// Chooses the road, then looks at the block's values, column by column.

#include "execution_broker/market/csv/usual_rows.h"

#include <algorithm>

#include "execution_broker/market/csv/fast_row.h"

namespace broker::csv {

namespace {

bool is_sound(const RowBlock& block, std::size_t i) {
  const std::int64_t lowest = std::min({block.open_e4[i], block.low_e4[i], block.close_e4[i]});
  const std::int64_t highest = std::max({block.open_e4[i], block.high_e4[i], block.close_e4[i]});
  return block.ts_us[i] >= kEarliestUs && block.ts_us[i] < kLatestUs && lowest > 0 &&
         highest <= kHighestPriceE4 && block.high_e4[i] >= block.low_e4[i] &&
         block.volume[i] >= 0 && block.volume[i] <= kMostShares;
}

bool has_avx2() {
#if CSV_HAS_AVX2_ROAD
  static const bool has =
      __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi2") != 0;
  return has;
#else
  return false;
#endif
}

bool judge(RowBlock& block, std::int64_t last_us) {
#if CSV_HAS_AVX2_ROAD
  if (has_avx2()) return judge_avx2(block, last_us);
#endif
  return judge_rows(block, last_us);
}

std::size_t read_rows(const char*& p, const char* end, std::size_t most, const TimeCells& times,
                      RowBlock& block, std::size_t from) {
#if CSV_HAS_AVX2_ROAD
  if (has_avx2()) return read_rows_avx2(p, end, most, times, block, from);
#endif
  return read_rows_portable(p, end, most, times, block, from);
}

}  // namespace

std::size_t read_rows_portable(const char*& p, const char* end, std::size_t most,
                               const TimeCells& times, RowBlock& block, std::size_t from) {
  std::size_t i = from;
  std::array<std::int64_t, 4> price{};
  for (; i < most && fast_row(p, end, times, block.ts_us[i], price, block.volume[i]); ++i) {
    block.open_e4[i] = price[0];
    block.high_e4[i] = price[1];
    block.low_e4[i] = price[2];
    block.close_e4[i] = price[3];
  }
  return i;
}

void UsualRows::read(const char*& p, const char* end, std::size_t most, std::int64_t last_us,
                     RowBlock& block) {
  most = std::min(most, RowBlock::kRows);
  const char* const begin = p;
  block.count = 0;
  do {
    block.count = read_rows(p, end, most, times_, block, block.count);
  } while (block.count < most && times_.learns_hour(p, end));
  if (!judge(block, last_us)) {  // only up to the first that is not sound
    std::size_t sound = 0;
    for (p = begin; is_sound(block, sound); ++sound)
      p = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p))) + 1;
    block.count = sound;
    static_cast<void>(judge(block, last_us));
  }
}

}  // namespace broker::csv
