#include "trading/bars/bar.h"

#include <gtest/gtest.h>

namespace trading {
namespace {

TEST(BarSeries, KeepsColumnsOfEqualLength) {
  BarSeries series;
  series.reserve(2);
  EXPECT_TRUE(series.empty());
  const Bar bar{Timestamp{5}, Price(100), Price(120), Price(90), Price(110), 7};
  series.push_back(bar);
  ASSERT_EQ(series.size(), 1U);
  EXPECT_EQ(series.volume.size(), 1U);
  EXPECT_EQ(series.at(0).high, Price(120));
  EXPECT_EQ(series.at(0).low, Price(90));
  EXPECT_EQ(series.at(0).ts, Timestamp{5});
  EXPECT_EQ(series.at(0).volume, 7);
}

TEST(BarSeriesDeathTest, IndexBeyondTheEndAborts) {
  EXPECT_DEATH((void)BarSeries{}.at(0), "beyond");
}

TEST(Timeframe, NamesRoundTrip) {
  for (const Timeframe timeframe :
       {Timeframe::kOneMinute, Timeframe::kFiveMinute, Timeframe::kTenMinute,
        Timeframe::kFifteenMinute, Timeframe::kThirtyMinute, Timeframe::kOneHour,
        Timeframe::kOneDay})
    EXPECT_EQ(parse_timeframe(name_of(timeframe)).value(), timeframe);
  EXPECT_EQ(length_of(Timeframe::kFifteenMinute), minutes(15));
  const auto refused = parse_timeframe("5m");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "TIMEFRAME_INVALID");
  EXPECT_NE(refused.error().fix.find("FIVE_MINUTE"), std::string::npos);
}

TEST(MarketSlice, TellsItsBestPricesAndLocks) {
  MarketSlice slice;
  slice.last = Price(1'000);
  slice.band = {Price(900), Price(1'000)};
  EXPECT_FALSE(slice.bid());
  slice.bids[1] = {Price(990), Quantity(5)};  // an empty first level is no price
  EXPECT_EQ(slice.bid(), Price(990));
  EXPECT_TRUE(slice.is_locked_upper());
  EXPECT_FALSE(slice.is_locked_lower());
  slice.asks[0] = {Price(1'000), Quantity(1)};
  EXPECT_FALSE(slice.is_locked_upper()) << "still offered at the limit";
  slice.asks[0] = {};
  slice.band = {};
  EXPECT_FALSE(slice.is_locked_upper()) << "no band known";
}

}  // namespace
}  // namespace trading
