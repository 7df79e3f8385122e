// The two roads of range_of.

#include "mcp_gateway/research/backtest/close_range.h"

namespace research {

namespace {

#if RESEARCH_HAS_AVX2_ROAD
RESEARCH_AVX2 CloseRange<std::int64_t> range_avx2(const std::int64_t* closes, std::size_t count) {
  return range_in_lanes(closes, count);
}
#endif

}  // namespace

CloseRange<std::int64_t> range_of(const std::int64_t* closes, std::size_t count) {
#if RESEARCH_HAS_AVX2_ROAD
  if (has_avx2()) return range_avx2(closes, count);
#endif
  return range_in_lanes(closes, count);
}

}  // namespace research
