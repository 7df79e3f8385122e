#include "tests/sandbox_exchange/session_rules.h"

#include <gtest/gtest.h>

namespace sandbox {
namespace {

using namespace trading;

constexpr TradingDate kMonday = TradingDate::from_civil(2026, 11, 23);

TEST(SessionRules, BoardsEndAtTimesOfTheirOwn) {
  const DayPlan plan = plan_of(kMonday);
  ASSERT_TRUE(plan.is_trading);
  const auto at_time = [](int hour, int minute, int second = 0) { return timestamp_of(kMonday, at(hour, minute, second)); };
  struct Row {
    Timestamp t;
    Phase auctioned, plain, derivatives;
  };
  const Row rows[] = {
      {at_time(8, 59, 59), Phase::kClosed, Phase::kClosed, Phase::kClosed},
      {at_time(9, 0), Phase::kPreOpen, Phase::kPreOpen, Phase::kPreOpen},
      {at_time(9, 15), Phase::kContinuous, Phase::kContinuous, Phase::kContinuous},
      {at_time(15, 14, 59), Phase::kContinuous, Phase::kContinuous, Phase::kContinuous},
      {at_time(15, 15), Phase::kClosingAuction, Phase::kContinuous, Phase::kContinuous},
      {at_time(15, 30), Phase::kClosed, Phase::kClosed, Phase::kContinuous},
      {at_time(15, 40), Phase::kClosed, Phase::kClosed, Phase::kClosed},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(plan.phase(Board::kClosingAuction, row.t), row.auctioned) << format_ist(row.t);
    EXPECT_EQ(plan.phase(Board::kPlain, row.t), row.plain) << format_ist(row.t);
    EXPECT_EQ(plan.phase(Board::kDerivatives, row.t), row.derivatives) << format_ist(row.t);
  }
}

TEST(SessionRules, HolidaysAndUnknownDaysDoNotTrade) {
  EXPECT_FALSE(plan_of(kMonday + 1).is_trading);                                 // 24 Nov 2026, Gurunanak Jayanti
  EXPECT_FALSE(plan_of(TradingDate::from_civil(2027, 1, 4)).is_trading);         // not in the tables
  EXPECT_FALSE(plan_of(TradingDate::from_civil(2026, 11, 8)).is_trading);        // muhurat, hours unknown
  EXPECT_EQ(next_trading_date(kMonday), kMonday + 2);
  EXPECT_TRUE(plan_of(TradingDate::from_civil(2019, 3, 4)).is_trading);          // older bars: every weekday
}

TEST(SessionRules, BeforeTheAuctionsAllStocksTradedToHalfPastThree) {
  const TradingDate before = TradingDate::from_civil(2026, 7, 31);
  const DayPlan plan = plan_of(before);
  EXPECT_EQ(plan.phase(Board::kClosingAuction, timestamp_of(before, at(15, 29, 59))), Phase::kContinuous);
  EXPECT_EQ(plan.phase(Board::kClosingAuction, timestamp_of(before, at(15, 30))), Phase::kClosed);
  EXPECT_EQ(plan.close_derivatives, plan.close_plain);
}

}  // namespace
}  // namespace sandbox
