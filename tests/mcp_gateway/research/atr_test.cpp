#include "mcp_gateway/research/indicators/atr.h"

#include <gtest/gtest.h>

#include <vector>

#include "mcp_gateway/research/indicators/over_bars.h"

namespace research {
namespace {

struct Row {
  double high, low, close;
};

// True ranges, worked out by hand: 2, 3 (gap up: 14 - 11), 4 (gap down: 13 - 9), 1, 2.
const std::vector<Row> kRows{{12, 10, 11}, {14, 12, 13}, {10, 9, 9.5}, {10, 9, 9.5}, {11, 9, 10}};

Atr fed(std::size_t period, Seeding seeding, std::size_t bars) {
  Atr atr(period, seeding);
  for (std::size_t i = 0; i < bars; ++i) atr.update(kRows[i].high, kRows[i].low, kRows[i].close);
  return atr;
}

TEST(Atr, EwmBeginsWithTheFirstRange) {
  EXPECT_FALSE(fed(3, Seeding::kEwm, 0).value());
  EXPECT_DOUBLE_EQ(*fed(3, Seeding::kEwm, 1).value(), 2.0);
  EXPECT_DOUBLE_EQ(*fed(3, Seeding::kEwm, 2).value(), 2.0 + (3.0 - 2.0) / 3.0);
  const double second = 2.0 + 1.0 / 3.0;
  EXPECT_DOUBLE_EQ(*fed(3, Seeding::kEwm, 3).value(), second + (4.0 - second) / 3.0);
  EXPECT_TRUE(fed(3, Seeding::kEwm, 2).is_warming_up());
  EXPECT_FALSE(fed(3, Seeding::kEwm, 3).is_warming_up());
}

TEST(Atr, TalibSeedsWithTheMeanOfTheRangesAfterTheFirstBar) {
  EXPECT_FALSE(fed(3, Seeding::kTalib, 3).value());
  EXPECT_TRUE(fed(3, Seeding::kTalib, 3).is_warming_up());
  const double seed = (3.0 + 4.0 + 1.0) / 3.0;
  EXPECT_DOUBLE_EQ(*fed(3, Seeding::kTalib, 4).value(), seed);
  EXPECT_DOUBLE_EQ(*fed(3, Seeding::kTalib, 5).value(), (seed * 2 + 2.0) / 3.0);
  EXPECT_EQ(fed(3, Seeding::kTalib, 5).bars_used(), 5U);
}

TEST(Atr, OverBarsLeavesTheUnfinishedOneOut) {
  trading::BarSeries bars;
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    const auto price = [](double rupees) { return trading::price_from_double(rupees).value(); };
    bars.push_back({trading::Timestamp{static_cast<std::int64_t>(i)}, price(kRows[i].low),
                    price(kRows[i].high), price(kRows[i].low), price(kRows[i].close), 1});
  }
  EXPECT_EQ(atr_of(bars, false, 3, Seeding::kEwm).bars_used(), 5U);
  EXPECT_EQ(atr_of(bars, true, 3, Seeding::kEwm).bars_used(), 4U);
  EXPECT_DOUBLE_EQ(*atr_of(bars, true, 3, Seeding::kTalib).value(), 8.0 / 3.0);
  EXPECT_EQ(atr_of({}, true, 3, Seeding::kEwm).bars_used(), 0U);
}

}  // namespace
}  // namespace research
