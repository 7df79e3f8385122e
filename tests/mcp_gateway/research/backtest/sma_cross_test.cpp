// The kernel, the general engine and a plain reference, trade by trade.

#include <random>

#include "mcp_gateway/research/backtest/sma_cross_sweep.h"
#include "mcp_gateway/research/backtest/sweep.h"
#include "tests/mcp_gateway/research/backtest/backtest_fixture.h"

namespace research {
namespace {

// --- the reference: integers, one bar after the other, nothing shared with what it judges ------

struct RefTrade {
  std::size_t in, out;
  std::int64_t quantity, bought, sold;
  bool at_end;
  bool operator==(const RefTrade&) const = default;
};
struct RefResult {
  std::vector<RefTrade> trades;
  std::int64_t cash;
};

RefResult reference(const trading::BarSeries& bars, std::int64_t fast, std::int64_t slow,
                    std::int64_t cash) {
  RefResult result;
  std::int64_t sum_fast = 0, sum_slow = 0, quantity = 0, bought = 0;
  std::size_t in = 0;
  int side = 0, before = 0;
  bool has_before = false, wants_in = false, wants_out = false;
  const std::size_t n = bars.size();
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t open = bars.open_e4[i], close = bars.close_e4[i];
    if (wants_in && cash >= open) {
      quantity = cash / open;
      bought = open;
      cash -= quantity * open;
      in = i;
    }
    if (wants_out) {
      cash += quantity * open;
      result.trades.push_back({in, i, quantity, bought, open, false});
      quantity = 0;
    }
    wants_in = wants_out = false;
    sum_fast += close - (i >= std::size_t(fast) ? bars.close_e4[i - std::size_t(fast)] : 0);
    sum_slow += close - (i >= std::size_t(slow) ? bars.close_e4[i - std::size_t(slow)] : 0);
    if (i + 1 < std::size_t(slow)) continue;
    const std::int64_t d = sum_fast * slow - sum_slow * fast;
    side = d > 0 ? 1 : d < 0 ? -1 : 0;
    if (has_before && i + 1 < n) {
      wants_in = quantity == 0 && before <= 0 && side > 0;
      wants_out = quantity > 0 && before >= 0 && side < 0;
    }
    before = side;
    has_before = true;
  }
  if (quantity > 0) {
    cash += quantity * bars.close_e4[n - 1];
    result.trades.push_back({in, n - 1, quantity, bought, bars.close_e4[n - 1], true});
  }
  result.cash = cash;
  return result;
}

// --- the three together -------------------------------------------------------------------------

constexpr std::int64_t kCapital = 100'000;

RefResult of_kernel(const trading::BarSeries& bars, const CrossOutcome& outcome) {
  RefResult result{{}, outcome.final_e4};
  for (const CrossTrade& trade : outcome.trades)
    result.trades.push_back(
        {trade.entry_bar, trade.exit_bar, trade.quantity, bars.open_e4[trade.entry_bar],
         trade.is_closed_at_end ? bars.close_e4[trade.exit_bar] : bars.open_e4[trade.exit_bar],
         trade.is_closed_at_end});
  return result;
}

RefResult of_engine(const EngineOutcome& outcome) {
  RefResult result{{}, outcome.final_e4};
  for (const Trade& trade : outcome.trades)
    result.trades.push_back({trade.entry_bar, trade.exit_bar, trade.quantity.value(),
                             trade.entry_price().value(), trade.exit_price().value(),
                             trade.reason == ExitReason::kEnd});
  return result;
}

EngineOutcome engine_outcome(const CheckedBars& bars, SmaPair pair, std::int64_t rupees) {
  const StrategySpec& spec = *must(find_strategy("ma_crossover"));
  const Params params =
      must(Params::of(spec, {{"fast_period", pair.fast}, {"slow_period", pair.slow}}));
  const auto strategy = spec.make(params, 1);
  return must(run_engine({{"TEST", &bars}}, *strategy, free_of_costs(rupees)));
}

void expect_all_equal(const CheckedBars& bars, SmaPair pair, const std::string& what,
                      std::int64_t rupees = kCapital) {
  SCOPED_TRACE(what + " " + std::to_string(pair.fast) + "/" + std::to_string(pair.slow));
  const RefResult wanted = reference(bars.series(), pair.fast, pair.slow, rupees * 10'000);
  const CrossOutcome kernel = must(run_sma_cross(bars, pair, trading::Money(rupees * 100)));
  const RefResult got = of_kernel(bars.series(), kernel);
  ASSERT_EQ(got.trades.size(), wanted.trades.size());
  for (std::size_t i = 0; i < wanted.trades.size(); ++i)
    ASSERT_TRUE(got.trades[i] == wanted.trades[i]) << "trade " << i;
  ASSERT_EQ(got.cash, wanted.cash);

  const EngineOutcome engine = engine_outcome(bars, pair, rupees);
  const RefResult general = of_engine(engine);
  ASSERT_EQ(general.trades.size(), wanted.trades.size());
  for (std::size_t i = 0; i < wanted.trades.size(); ++i)
    ASSERT_TRUE(general.trades[i] == wanted.trades[i]) << "engine, trade " << i;
  ASSERT_EQ(engine.final_e4, kernel.final_e4);
  ASSERT_EQ(engine.max_drawdown_pct, kernel.max_drawdown_pct);
  ASSERT_EQ(engine.bars_in_position, kernel.bars_in_position);
  ASSERT_EQ(engine.days.equity_e4, kernel.days.equity_e4);
  ASSERT_EQ(engine.days.dates, kernel.days.dates);
  ASSERT_EQ(months_of(engine.days), kernel.months);

  SmaCrossSweep sweep(bars, trading::Money(rupees * 100));
  const PairOutcome row = must(sweep.run(pair));
  ASSERT_EQ(row.final_e4, kernel.final_e4);
  ASSERT_EQ(row.trades, kernel.trades.size());
  ASSERT_EQ(row.max_drawdown_pct, kernel.max_drawdown_pct);
  ASSERT_EQ(row.sharpe, kernel.sharpe);
  ASSERT_EQ(row.sortino, kernel.sortino);
}

TEST(SmaCross, KernelEngineAndReferenceAgreeOnEveryPriceFile) {
  const auto files = price_files();
  if (files.empty()) GTEST_SKIP() << "NOT TESTED: no price files beside the project";
  for (const auto& file : files) {
    const CheckedBars bars = checked(file.bars);
    for (const SmaPair pair : {SmaPair{20, 50}, {5, 20}, {1, 2}, {10, 11}, {50, 200}, {3, 1'000}})
      expect_all_equal(bars, pair, file.name);
  }
}

TEST(SmaCross, KernelEngineAndReferenceAgreeOnAMillionMinutes) {
  const CheckedBars bars = checked(research_data::generated(1, {}));
  expect_all_equal(bars, {20, 50}, "a million minutes, seed 1");
}

TEST(SmaCross, KernelEngineAndReferenceAgreeOnManyWalks) {
  std::random_device device;
  const std::uint64_t seed = device();
  std::mt19937_64 random(seed);
  for (int n = 0; n < 150; ++n) {
    // Walks of one or two ticks: averages tie all the time. Cash from nothing to plenty.
    research_data::Shape shape;
    shape.timeframe = n % 2 == 0 ? kMinutes : kDays;
    shape.bars = 1 + random() % 3'000;
    shape.volatility = 1 + static_cast<int>(random() % 3) * (n % 3 == 0 ? 100 : 1);
    const CheckedBars bars = checked(research_data::generated(random(), shape));
    const auto fast = static_cast<std::uint32_t>(1 + random() % 30);
    const auto slow = fast + 1 + static_cast<std::uint32_t>(random() % 90);
    expect_all_equal(bars, {fast, slow}, "seed " + std::to_string(seed) + " case " +
                                             std::to_string(n),
                     n % 5 == 0 ? 1'200 : 100'000);
    if (HasFatalFailure()) return;
  }
}

TEST(SmaCross, PricesTooLargeForDoublesTakeTheIntegerRoad) {
  research_data::Shape shape{kDays, 2'000, 150'000'000, 100'000};  // 75 lakh rupees a share
  const CheckedBars bars = checked(research_data::generated(3, shape));
  ASSERT_FALSE(fits_doubles(bars.highest_e4(), bars.size(), {200, 1'000}));
  expect_all_equal(bars, {200, 1'000}, "dear shares", 1'000'000'000);
  expect_all_equal(bars, {20, 50}, "dear shares", 1'000'000'000);
}

TEST(SmaCross, BothRoadsSetTheSameBits) {
  std::mt19937_64 random(5);
  std::vector<double> sums(3'000);
  double running = 0;
  for (double& sum : sums) sum = running += static_cast<double>(20'000 + random() % 7) * 500;
  for (const std::size_t count : {1U, 63U, 64U, 65U, 130U, 2'000U}) {
    std::vector<std::uint64_t> above(40), below(40), above_portable(40), below_portable(40);
    cross_masks(sums.data() + 500, count, {20, 50}, above.data(), below.data());
    cross_masks_portable(sums.data() + 500, count, {20, 50}, above_portable.data(),
                         below_portable.data());
    EXPECT_EQ(above, above_portable);
    EXPECT_EQ(below, below_portable);
    std::vector<std::int64_t> integers(sums.begin(), sums.end());
    std::vector<std::uint64_t> above_exact(40), below_exact(40);
    cross_masks(integers.data() + 500, count, {20, 50}, above_exact.data(), below_exact.data());
    EXPECT_EQ(above, above_exact);
    EXPECT_EQ(below, below_exact);
  }
}

TEST(SmaCross, RefusesPairsAndCapitalThatMakeNoSense) {
  const CheckedBars bars = checked(research_data::generated(1, {kDays, 100}));
  for (const SmaPair pair : {SmaPair{0, 5}, {5, 5}, {6, 5}, {5, 5'001}})
    EXPECT_EQ(run_sma_cross(bars, pair, trading::Money(1)).error().code, "PARAM_OUT_OF_RANGE");
  EXPECT_EQ(run_sma_cross(bars, {2, 3}, trading::Money(0)).error().code, "CAPITAL_OUT_OF_RANGE");
  EXPECT_EQ(run_sma_cross(bars, {2, 3}, trading::Money(-5)).error().code, "CAPITAL_OUT_OF_RANGE");
}

TEST(SmaCross, CanBeCancelled) {
  const CheckedBars bars = checked(research_data::generated(1, {kMinutes, 50'000}));
  std::uint64_t seen = 0;
  const auto outcome = run_sma_cross(bars, {20, 50}, trading::Money(100'000'00),
                                     [&](std::uint64_t done, std::uint64_t total) {
                                       EXPECT_EQ(total, 50'000U);
                                       seen = done;
                                       return done < 10'000;
                                     });
  EXPECT_EQ(outcome.error().code, "CANCELLED");
  EXPECT_LT(seen, 20'000U);
}

TEST(SmaCross, AnAccountThatOutgrowsAllBoundsIsAnError) {
  // A price that falls to a hundredth of a paisa and rises again a thousand million times.
  trading::BarSeries bars;
  bars.timeframe = kDays;
  const auto day = [&](std::int64_t e4) {
    bars.push_back({timestamp_of(TradingDate::from_civil(2000, 1, 1) +
                                     static_cast<std::int32_t>(bars.size()), {}),
                    Price(e4), Price(e4), Price(e4), Price(e4), 1});
  };
  for (int i = 0; i < 50; ++i) day(i % 2 == 0 ? 2 : 1);
  for (int i = 0; i < 20; ++i) day(3);
  for (int i = 0; i < 20; ++i) day(kMostPriceE4);
  const CheckedBars all = checked(std::move(bars));
  const trading::Money rich(1'000'000'000'00);
  EXPECT_EQ(run_sma_cross(all, {2, 3}, rich).error().code, "BACKTEST_VALUE_TOO_LARGE");
  BacktestRequest request = request_of("ma_crossover", all);
  request.params = {{"fast_period", 2}, {"slow_period", 3}};
  request.capital = rich;
  EXPECT_EQ(run_backtest(request).error().code, "BACKTEST_VALUE_TOO_LARGE");
  request.protection.stop = trading::Bps(100);  // the general engine
  EXPECT_EQ(run_backtest(request).error().code, "BACKTEST_VALUE_TOO_LARGE");
}

}  // namespace
}  // namespace research
