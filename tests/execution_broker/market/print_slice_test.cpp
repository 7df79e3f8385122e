// The walk of a bar and what is modelled around its prints.

#include "trading/fills/bar_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "execution_broker/market/print_slice.h"

namespace broker {
namespace {

using trading::Bar;
using trading::Price;
using trading::Timestamp;

Bar bar_of(std::int64_t open, std::int64_t high, std::int64_t low, std::int64_t close,
           std::int64_t volume) {
  return {
      Timestamp{1'700'000'100'000'000}, Price(open), Price(high), Price(low), Price(close), volume};
}

TEST(BarWalk, ARisingBarMadeItsLowFirst) {
  const auto prints = walk(bar_of(100, 130, 90, 120, 10), trading::minutes(5));
  EXPECT_EQ(prints[0].price, Price(100));
  EXPECT_EQ(prints[1].price, Price(90));
  EXPECT_EQ(prints[2].price, Price(130));
  EXPECT_EQ(prints[3].price, Price(120));
  EXPECT_EQ(prints[1].ts - prints[0].ts, trading::seconds(100));
  EXPECT_EQ(prints[2].ts - prints[0].ts, trading::seconds(200));
  EXPECT_EQ(prints[3].ts - prints[0].ts, trading::seconds(299));
  EXPECT_FALSE(prints[0].path_from.has_value());
  EXPECT_EQ(prints[3].path_from, Price(130));
}

TEST(BarWalk, AFallingBarMadeItsHighFirstAndAFlatOneCountsAsRising) {
  EXPECT_EQ(walk(bar_of(100, 130, 90, 99, 10), trading::minutes(1))[1].price, Price(130));
  EXPECT_EQ(walk(bar_of(100, 130, 90, 100, 10), trading::minutes(1))[1].price, Price(90));
}

TEST(BarWalk, RandomBarsComeBackFromTheirPrints) {
  const std::uint64_t seed = 42;
  std::mt19937_64 random(seed);
  for (int n = 0; n < 20'000; ++n) {
    const auto draw = [&](std::int64_t below) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
    };
    const std::int64_t low = 1 + draw(50'000'000);
    const std::int64_t high = low + draw(1 + low / 10);
    const Bar bar = bar_of(low + draw(high - low + 1), high, low, low + draw(high - low + 1),
                           draw(n % 3 == 0 ? 5 : 9'000'000));
    const auto prints = walk(bar, n % 2 == 0 ? trading::minutes(1) : trading::minutes(5));
    Price highest = prints[0].price, lowest = prints[0].price;
    std::int64_t volume = 0;
    for (const trading::BarPrint& print : prints) {
      highest = std::max(highest, print.price);
      lowest = std::min(lowest, print.price);
      volume += print.volume;
      ASSERT_GE(print.volume, 0);
    }
    ASSERT_TRUE(prints.front().price == bar.open && prints.back().price == bar.close &&
                highest == bar.high && lowest == bar.low && volume == bar.volume)
        << "seed " << seed << ", bar " << n;
  }
}

class ModelledDepth : public ::testing::Test {
 protected:
  static trading::MarketSlice slice(const Bar& bar, Price last, trading::PriceBand band) {
    DayTerms terms{Price(1'000'000), Price(500), band};
    DaySoFar day;
    day.add(bar);
    const trading::BarPrint print{bar.ts, last, std::nullopt, 10};
    return slice_of("TEST", terms, day, bar, trading::minutes(1), print,
                    trading::SessionPhase::kContinuous);
  }
  static constexpr trading::PriceBand kWide{Price(900'000), Price(1'100'000)};
};

TEST_F(ModelledDepth, StaysInsideBarAndBandOnTick) {
  const std::uint64_t seed = 7;
  std::mt19937_64 random(seed);
  for (int n = 0; n < 20'000; ++n) {
    const std::int64_t low = 1'900 + static_cast<std::int64_t>(random() % 200);
    const std::int64_t high = low + static_cast<std::int64_t>(random() % 40);
    const std::int64_t last =
        low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
    const Bar bar = bar_of(last * 500, high * 500, low * 500, last * 500,
                           static_cast<std::int64_t>(random() % 100'000));
    const trading::PriceBand band{Price(1'950 * 500), Price(2'050 * 500)};
    const trading::MarketSlice made = slice(bar, bar.open, band);
    for (std::size_t i = 0; i < trading::kDepthLevels; ++i) {
      for (const trading::DepthLevel& level : {made.bids[i], made.asks[i]}) {
        if (level.quantity.is_zero()) continue;
        ASSERT_TRUE(level.quantity.is_positive() && level.price.is_on_tick(Price(500)) &&
                    level.price >= bar.low && level.price <= bar.high && band.contains(level.price))
            << "seed " << seed << ", case " << n;
      }
      if (i > 0 && made.bids[i].quantity.is_positive()) {
        ASSERT_LT(made.bids[i].price, made.bids[i - 1].price);
      }
      if (i > 0 && made.asks[i].quantity.is_positive()) {
        ASSERT_GT(made.asks[i].price, made.asks[i - 1].price);
      }
    }
    if (made.bid() && made.ask()) {
      ASSERT_LE(*made.bid(), *made.ask());
    }
  }
}

TEST_F(ModelledDepth, ABarLockedAtItsCircuitHasAnEmptyOppositeSide) {
  const Bar up = bar_of(1'100'000, 1'100'000, 1'100'000, 1'100'000, 4'000);
  EXPECT_TRUE(slice(up, up.close, kWide).is_locked_upper());
  EXPECT_TRUE(slice(up, up.close, kWide).bid().has_value());
  const Bar down = bar_of(900'000, 900'000, 900'000, 900'000, 4'000);
  EXPECT_TRUE(slice(down, down.close, kWide).is_locked_lower());
  EXPECT_TRUE(slice(down, down.close, kWide).ask().has_value());
  const Bar touched = bar_of(1'090'000, 1'100'000, 1'080'000, 1'095'000, 4'000);
  EXPECT_FALSE(slice(touched, touched.high, kWide).is_locked_upper())
      << "a bar that left the limit is not locked";
}

TEST_F(ModelledDepth, ASilentBarShowsNoBook) {
  const Bar silent = bar_of(1'000'000, 1'000'000, 1'000'000, 1'000'000, 0);
  EXPECT_FALSE(slice(silent, silent.close, kWide).bid().has_value());
  EXPECT_FALSE(slice(silent, silent.close, kWide).ask().has_value());
}

TEST_F(ModelledDepth, TheSamePrintShowsTheSameBook) {
  const Bar bar = bar_of(1'000'000, 1'010'000, 990'000, 1'005'000, 70'000);
  const trading::MarketSlice a = slice(bar, bar.open, kWide);
  const trading::MarketSlice b = slice(bar, bar.open, kWide);
  for (std::size_t i = 0; i < trading::kDepthLevels; ++i)
    EXPECT_EQ(a.bids[i].quantity, b.bids[i].quantity);
}

}  // namespace
}  // namespace broker
