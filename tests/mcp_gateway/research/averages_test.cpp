// The averages by figures worked out by hand, in both methods.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/exact_quotient.h"
#include "mcp_gateway/research/indicators/macd.h"
#include "mcp_gateway/research/indicators/over_bars.h"
#include "mcp_gateway/research/indicators/rsi.h"
#include "mcp_gateway/research/indicators/sma.h"
#include "tests/trading/support/seeded.h"

namespace research {
namespace {

struct Row {
  std::int64_t high, low, close;
};

// In 1/10,000 rupee. True ranges: 2, 3 (gap up: 14 - 11), 4 (gap down: 13 - 9), 1, 2.
constexpr std::int64_t kOne = trading::kRupeeE4;
const std::vector<Row> kRows{{12 * kOne, 10 * kOne, 11 * kOne},
                             {14 * kOne, 12 * kOne, 13 * kOne},
                             {10 * kOne, 9 * kOne, 95'000},
                             {10 * kOne, 9 * kOne, 95'000},
                             {11 * kOne, 9 * kOne, 10 * kOne}};

double atr_after(std::size_t bars, std::size_t period, Seeding seeding) {
  Atr atr(period, seeding);
  for (std::size_t i = 0; i < bars; ++i) atr.update(kRows[i].high, kRows[i].low, kRows[i].close);
  return atr.value() / double{kOne};
}

TEST(Atr, EwmBeginsWithTheFirstRange) {
  EXPECT_TRUE(std::isnan(atr_after(0, 3, Seeding::kEwm)));
  EXPECT_DOUBLE_EQ(atr_after(1, 3, Seeding::kEwm), 2.0);
  EXPECT_DOUBLE_EQ(atr_after(2, 3, Seeding::kEwm), 2.0 + (3.0 - 2.0) / 3.0);
  const double second = 2.0 + 1.0 / 3.0;
  EXPECT_DOUBLE_EQ(atr_after(3, 3, Seeding::kEwm), second + (4.0 - second) / 3.0);
  EXPECT_EQ(Atr(3, Seeding::kEwm).warm_up(), (WarmUp{1, 3}));
}

TEST(Atr, TalibSeedsWithTheMeanOfTheRangesAfterTheFirstBar) {
  EXPECT_TRUE(std::isnan(atr_after(3, 3, Seeding::kTalib)));
  const double seed = (3.0 + 4.0 + 1.0) / 3.0;
  EXPECT_DOUBLE_EQ(atr_after(4, 3, Seeding::kTalib), seed);
  EXPECT_DOUBLE_EQ(atr_after(5, 3, Seeding::kTalib), (seed * 2 + 2.0) / 3.0);
  EXPECT_EQ(Atr(3, Seeding::kTalib).warm_up(), (WarmUp{4, 4}));
}

TEST(Atr, OverBarsLeavesTheUnfinishedOneOut) {
  trading::BarSeries bars;
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    const trading::Price low(kRows[i].low);
    const trading::Price high(kRows[i].high);
    bars.push_back({trading::Timestamp{static_cast<std::int64_t>(i)}, low, high, low,
                    trading::Price(kRows[i].close), 1});
  }
  EXPECT_EQ(latest_atr(bars, false, 3, Seeding::kEwm).bars_used, 5U);
  EXPECT_EQ(latest_atr(bars, true, 3, Seeding::kEwm).bars_used, 4U);
  EXPECT_FALSE(latest_atr(bars, true, 3, Seeding::kTalib).is_warming_up);
  EXPECT_DOUBLE_EQ(*latest_atr(bars, true, 3, Seeding::kTalib).rupees, 8.0 / 3.0);
  EXPECT_TRUE(latest_atr(bars, false, 5, Seeding::kTalib).is_warming_up);
  EXPECT_FALSE(latest_atr(bars, false, 5, Seeding::kTalib).rupees);
  EXPECT_EQ(latest_atr({}, true, 3, Seeding::kEwm).bars_used, 0U);
  EXPECT_FALSE(latest_atr({}, true, 3, Seeding::kEwm).rupees);
}

TEST(ExactQuotient, IsWhatDivisionGivesToTheBit) {
  SEEDED_RANDOM(random, 20'260'414);
  const auto is_equal = [](std::size_t n, std::int64_t sum) {
    const auto exact = static_cast<double>(sum);
    return std::bit_cast<std::uint64_t>(ExactQuotient(n).of(exact)) ==
           std::bit_cast<std::uint64_t>(exact / static_cast<double>(n));
  };
  for (std::size_t n = 1; n <= kMostPeriod; ++n) {
    const auto periods = static_cast<std::int64_t>(n);
    for (const std::int64_t price : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1'023},
                                     std::int64_t{1'024}, std::int64_t{1'025}, kMostPriceE4}) {
      for (const std::int64_t more : {-1, 0, 1})
        ASSERT_TRUE(is_equal(n, price * periods + more)) << n << " " << price * periods + more;
    }
    for (int i = 0; i < 400; ++i) {
      const std::int64_t most = periods << random.between(0, 36);
      const std::int64_t sum = random.between(0, most);
      ASSERT_TRUE(is_equal(n, sum)) << n << " " << sum;
    }
  }
  EXPECT_TRUE(std::isnan(ExactQuotient(3).of(kNoValue)));
}

template <typename State>
std::vector<double> closes_through(State state, const std::vector<std::int64_t>& closes) {
  std::vector<double> values;
  for (const std::int64_t close : closes) {
    state.update(close);
    values.push_back(state.values()[0]);
  }
  return values;
}

TEST(Sma, MeansAreExactAndEqualOnesCompareEqual) {
  const auto values = closes_through(Sma(3), {10, 11, 13, 13, 14});
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_EQ(values[2], 34.0 / 3);
  EXPECT_EQ(values[4], 40.0 / 3);

  Sma fast(2);
  Sma slow(4);
  for (const std::int64_t close : {3, 5, 4, 4}) {
    fast.update(close);
    slow.update(close);
  }
  EXPECT_EQ(compare_means(fast, slow), std::strong_ordering::equal);
  fast.update(5);
  slow.update(5);
  EXPECT_EQ(compare_means(fast, slow), std::strong_ordering::equal);  // 9/2 and 18/4
  fast.update(6);
  slow.update(6);
  EXPECT_EQ(compare_means(fast, slow), std::strong_ordering::greater);
  EXPECT_EQ(compare_means(slow, fast), std::strong_ordering::less);
}

TEST(Ema, BothMethodsByHand) {
  const std::vector<std::int64_t> closes{10, 20, 40, 80};  // alpha = 1/2
  const auto ewm = closes_through(Ema(3, Seeding::kEwm), closes);
  EXPECT_EQ(ewm, (std::vector<double>{10, 15, 27.5, 53.75}));
  const auto talib = closes_through(Ema(3, Seeding::kTalib), closes);
  EXPECT_TRUE(std::isnan(talib[1]));
  EXPECT_DOUBLE_EQ(talib[2], 70.0 / 3);
  EXPECT_DOUBLE_EQ(talib[3], (70.0 / 3 + 80) / 2);
}

TEST(Ema, FlatPricesGiveExactlyThatPriceAndNoMacd) {
  for (const Seeding seeding : {Seeding::kEwm, Seeding::kTalib}) {
    Ema ema(7, seeding);
    Macd macd(12, 26, 9, seeding);
    for (int i = 0; i < 1000; ++i) {
      ema.update(1'234'567);
      macd.update(1'234'567);
    }
    EXPECT_EQ(ema.value(), 1'234'567.0);
    EXPECT_EQ(macd.macd(), 0.0);
    EXPECT_EQ(macd.histogram(), 0.0);
  }
}

TEST(Rsi, EwmBeginsWithTheFirstChange) {
  const auto values = closes_through(Rsi(2, Seeding::kEwm), {10, 12, 11, 11});
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_EQ(values[1], 100.0);
  EXPECT_DOUBLE_EQ(values[2], 100 * 1.0 / (1.0 + 0.5));   // gains (2 + 0) / 2, losses (0 + 1) / 2
  EXPECT_DOUBLE_EQ(values[3], 100 * 0.5 / (0.5 + 0.25));  // both halved
}

TEST(Rsi, WithoutAnyChangeThereIsNoValue) {
  for (const Seeding seeding : {Seeding::kEwm, Seeding::kTalib}) {
    const auto values = closes_through(Rsi(2, seeding), {10, 10, 10, 10, 9});
    EXPECT_TRUE(std::isnan(values[3]));
    EXPECT_EQ(values[4], 0.0);
  }
}

TEST(Bollinger, BandsOfThePopulation) {
  Bollinger bands(4, 2.0);
  for (const std::int64_t close : {99, 2, 4, 4, 6}) bands.update(close);  // mean 4, variance 2
  EXPECT_EQ(bands.bands().middle, 4.0);
  EXPECT_DOUBLE_EQ(bands.bands().upper, 4 + 2 * std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(bands.bands().lower, 4 - 2 * std::sqrt(2.0));

  BollingerWithWidth wide(4, 2.0);
  for (const std::int64_t close : {99, 2, 4, 4, 6}) wide.update(close);
  EXPECT_DOUBLE_EQ(wide.values()[3], (2 + 2 * std::sqrt(2.0)) / (4 * std::sqrt(2.0)));
  EXPECT_DOUBLE_EQ(wide.values()[4], 100 * std::sqrt(2.0));
}

TEST(Bollinger, MiddleIsTheSimpleAverageToTheBit) {
  SEEDED_RANDOM(random, 20'260'415);
  Sma sma(20);
  Bollinger bands(20, 2);
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t close = random.between(1, std::int64_t{1} << random.between(1, 36));
    sma.update(close);
    bands.update(close);
    if (!sma.has_value()) continue;
    ASSERT_EQ(sma.value(), bands.bands().middle);
  }
}

// The first price above 2^32 / period moves the sums to 128 bits; what was summed before stays.
TEST(Bollinger, WideAndNarrowSumsAreTheSameIntegers) {
  constexpr std::int64_t kEdge = ((std::int64_t{1} << 32) - 1) / 4;
  const auto spread = [](const std::vector<std::int64_t>& x) {  // 16 times the variance
    __extension__ using Wide = __int128;
    Wide sum = 0;
    Wide squares = 0;
    for (const std::int64_t value : x) {
      sum += value;
      squares += static_cast<Wide>(value) * value;
    }
    return static_cast<double>(4 * squares - sum * sum);
  };
  Moments moments(4);
  std::vector<std::int64_t> last;
  for (const std::int64_t x : {kEdge, std::int64_t{1}, kEdge, kEdge - 1, kEdge, kEdge, kEdge + 1,
                               std::int64_t{7}, kMostPriceE4, std::int64_t{1}, std::int64_t{5},
                               std::int64_t{6}, std::int64_t{7}, std::int64_t{9}}) {
    moments.update(x);
    last.push_back(x);
    if (last.size() < 4) continue;
    if (last.size() > 4) last.erase(last.begin());
    ASSERT_EQ(moments.spread(), spread(last)) << "after " << x;
  }
}

TEST(Bollinger, EqualClosesHaveExactlyNoSpread) {
  StandardDeviation deviation(20);
  for (int i = 0; i < 100'000; ++i) deviation.update(100'000'000'000 - i % 7);  // the largest price
  EXPECT_GT(deviation.value(), 1.0);
  for (int i = 0; i < 20; ++i) deviation.update(99'999'999'999);
  EXPECT_EQ(deviation.value(), 0.0);
}

}  // namespace
}  // namespace research
