// The opening range over a day written by hand.

#include "tests/mcp_gateway/research/backtest/backtest_fixture.h"

namespace research {
namespace {

// 15 minutes between 99 and 101, a close below at minute 20, a close above at minute 40.
std::vector<Row> day_that_breaks_both_ways() {
  std::vector<Row> rows(15, {100, 101, 99, 100});
  for (int minute = 15; minute < 70; ++minute) {
    if (minute == 20) {
      rows.push_back({100, 100, 97, 98});
    } else if (minute < 40) {
      rows.push_back({100, 101, 99, 100});
    } else {
      rows.push_back({102, 103, 101, 102});
    }
  }
  return rows;
}

TEST(OpeningRangeBreakout, ABreakThatMayNotBeTakenLeavesTheDaysEntryOpen) {
  const CheckedBars bars = checked(series_of(day_that_breaks_both_ways(), kMinutes));
  BacktestRequest request = request_of("opening_range_breakout", bars);
  const BacktestReport long_only = must(run_backtest(request));
  ASSERT_EQ(long_only.num_trades, 1U);
  EXPECT_EQ(long_only.trades[0].side, Side::kBuy);
  EXPECT_EQ(long_only.trades[0].entry_bar, 41U);

  request.allows_short = true;
  const BacktestReport both = must(run_backtest(request));
  ASSERT_EQ(both.num_trades, 1U) << "one entry a day";
  EXPECT_EQ(both.trades[0].side, Side::kSell);
  EXPECT_EQ(both.trades[0].entry_bar, 21U);
}

}  // namespace
}  // namespace research
