// What holds for every strategy on every series.

#include <random>

#include "mcp_gateway/research/backtest/sweep.h"
#include "tests/mcp_gateway/research/backtest/backtest_fixture.h"

namespace research {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const StrategySpec* spec : strategies()) all.emplace_back(spec->name);
  return all;
}

trading::BarSeries five_minutes(std::uint64_t seed, std::size_t bars) {
  return research_data::generated(seed, {trading::Timeframe::kFiveMinute, bars, 20'000, 20});
}

BacktestRequest any_request(const std::string& name, const CheckedBars& bars,
                            std::mt19937_64& random) {
  BacktestRequest request = request_of(name, bars);
  request.has_costs = random() % 2 == 0;
  const StrategySpec& spec = *must(find_strategy(name));
  if (random() % 2 == 0) request.product = trading::Product::kIntraday;
  request.allows_short =
      spec.can_short && request.product.value_or(spec.product) == trading::Product::kIntraday;
  if (random() % 2 == 0)
    request.protection = {trading::Bps(static_cast<std::int64_t>(20 + random() % 80)),
                          trading::Bps(static_cast<std::int64_t>(20 + random() % 80)),
                          trading::Bps(random() % 3 == 0 ? 50 : 0)};
  if (random() % 3 == 0) request.sizing = {SizingKind::kPercent, {}, trading::Bps(3'000)};
  request.max_trades = 1'000'000;
  return request;
}

TEST(Properties, TradesSumToTheChangeOfEquityToThePaisa) {
  const std::uint64_t seed = std::random_device()();
  std::mt19937_64 random(seed);
  std::size_t trades = 0;
  for (int round = 0; round < 6; ++round) {
    const CheckedBars bars = checked(five_minutes(random(), 4'000));
    for (const std::string& name : names()) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " " + name);
      const BacktestRequest request = any_request(name, bars, random);
      const BacktestReport report = must(run_backtest(request));
      trading::Accrual sum;
      for (const Trade& trade : report.trades) {
        ASSERT_TRUE(trade.is_closed);
        sum += trade.pnl();
      }
      ASSERT_EQ(report.trades.size(), report.num_trades);
      ASSERT_EQ(sum, report.total_pnl);
      ASSERT_EQ(request.capital.accrual() + sum, report.final_capital);
      trades += report.num_trades;
    }
  }
  EXPECT_GT(trades, 500U) << "the runs must trade to show anything";
}

TEST(Properties, EveryStrategyTradesSomewhere) {
  const CheckedBars minutes = checked(five_minutes(3, 20'000));
  for (const std::string& name : names())
    EXPECT_GT(must(run_backtest(request_of(name, minutes))).num_trades, 0U) << name;
}

TEST(Properties, NothingChangesWhenFutureBarsChange) {
  const std::uint64_t seed = std::random_device()();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 4; ++round) {
    const trading::BarSeries whole = five_minutes(random(), 3'000);
    const std::size_t cut = 1'000 + random() % 1'500;
    // The same past, another future: other prices from bar `cut` on.
    trading::BarSeries other = whole;
    for (std::size_t i = cut; i < other.size(); ++i)
      for (auto* column : {&other.open_e4, &other.high_e4, &other.low_e4, &other.close_e4})
        (*column)[i] = (*column)[i] * 9 / 10 / 500 * 500;
    const CheckedBars a = checked(whole);
    const CheckedBars b = checked(other);
    const CheckedBars past = checked(trading::test::first_bars(whole, cut));
    for (const std::string& name : names()) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " " + name);
      BacktestRequest request = any_request(name, a, random);
      const auto trades_on = [&](const CheckedBars& bars) {
        request.symbols[0].bars = &bars;
        std::vector<Trade> done;
        for (const Trade& trade : must(run_backtest(request)).trades)
          if (trade.exit_bar + 1 < cut) done.push_back(trade);
        return done;
      };
      const auto first = trades_on(a);
      for (const auto& second : {trades_on(b), trades_on(past)}) {
        ASSERT_EQ(first.size(), second.size());
        for (std::size_t i = 0; i < first.size(); ++i) {
          ASSERT_EQ(first[i].entry_bar, second[i].entry_bar);
          ASSERT_EQ(first[i].exit_bar, second[i].exit_bar);
          ASSERT_EQ(first[i].quantity, second[i].quantity);
          ASSERT_EQ(first[i].gross(), second[i].gross());
          // A contract note is made when its day is over.
          if (date_of(first[i].exit_ts) < date_of(Timestamp{whole.ts_us[cut]})) {
            ASSERT_EQ(first[i].pnl(), second[i].pnl());
          }
        }
      }
    }
  }
}

TEST(Properties, ForAFixedListOfTradesCostsNeverImproveIt) {
  const std::uint64_t seed = std::random_device()();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; ++round) {
    const trading::BarSeries bars = five_minutes(random(), 800);
    std::map<std::size_t, Decision> plan;
    for (std::size_t bar = 1; bar < 780; bar += 2 + random() % 20)
      plan[bar] = plan.size() % 2 == 0 ? buy() : leave();
    EngineTerms terms = free_of_costs(1'000'000);
    terms.product = round % 2 == 0 ? trading::Product::kDelivery : trading::Product::kIntraday;
    terms.sizing = {SizingKind::kFixed, Quantity(static_cast<std::int64_t>(1 + random() % 5)), {}};
    const EngineOutcome without = run_script(bars, plan, terms);
    terms.has_costs = true;
    const EngineOutcome with = run_script(bars, plan, terms);
    ASSERT_EQ(with.trades.size(), without.trades.size());
    for (std::size_t i = 0; i < with.trades.size(); ++i) {
      ASSERT_EQ(with.trades[i].entry_bar, without.trades[i].entry_bar);
      ASSERT_EQ(with.trades[i].quantity, without.trades[i].quantity);
      ASSERT_LE(with.trades[i].gross(), without.trades[i].gross())
          << "seed " << seed << ": the spread alone helped";
    }
    ASSERT_LE(with.final_e4, without.final_e4) << "seed " << seed;
    if (!with.trades.empty()) {
      ASSERT_LT(with.final_e4, without.final_e4) << "seed " << seed;
    }
  }
}

TEST(Properties, WorstLikelyAndBestAreInOrderWhereBarsAreInDoubt) {
  std::size_t in_doubt = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const CheckedBars bars =
        checked(research_data::generated(seed, {kDays, 800, 20'000, 300}));
    BacktestRequest request = request_of("rsi_reversal", bars);
    request.protection = {trading::Bps(60), trading::Bps(60), {}};
    const BacktestReport report = must(run_backtest(request));
    ASSERT_EQ(report.robustness.range.has_value(), report.robustness.ambiguous_bars > 0);
    if (!report.robustness.range) continue;
    ++in_doubt;
    const Range& range = *report.robustness.range;
    EXPECT_LE(range.worst_e4, range.likely_e4);
    EXPECT_LE(range.likely_e4, range.best_e4);
    EXPECT_LT(range.worst_e4, range.best_e4);
    EXPECT_EQ(range.likely_e4, report.final_capital.value());
  }
  EXPECT_GT(in_doubt, 5U);
}

TEST(Properties, TheSameRequestGivesTheSameReport) {
  const CheckedBars bars = checked(five_minutes(9, 3'000));
  for (const std::string& name : names()) {
    const BacktestReport a = must(run_backtest(request_of(name, bars)));
    const BacktestReport b = must(run_backtest(request_of(name, bars)));
    EXPECT_EQ(a.final_capital, b.final_capital);
    EXPECT_EQ(a.robustness.returns.sharpe, b.robustness.returns.sharpe);
  }
}

TEST(Properties, DualMomentumHoldsTheStrongestOfItsSymbols) {
  // A rises 1 % a bar, B 2 %, C falls.
  const auto line = [](double factor) {
    trading::BarSeries bars;
    bars.timeframe = kDays;
    double price = 1'000;
    for (int i = 0; i < 120; ++i, price *= factor) {
      const Price at(static_cast<std::int64_t>(price) * 10'000);
      bars.push_back({timestamp_of(TradingDate::from_civil(2024, 1, 1) + i, {}), at, at, at, at, 1});
    }
    return bars;
  };
  const CheckedBars a = checked(line(1.01)), b = checked(line(1.02)), c = checked(line(0.99));
  BacktestRequest request = request_of("dual_momentum", a);
  request.symbols = {{"A", &a}, {"B", &b}, {"C", &c}};
  request.params = {{"lookback", 20}, {"rebalance", 5}};
  const BacktestReport report = must(run_backtest(request));
  ASSERT_EQ(report.num_trades, 1U);
  EXPECT_EQ(report.trades[0].symbol, 1U);
  EXPECT_EQ(report.trades[0].entry_bar, 25U) << "the first choice after 20 bars is at bar 24's close";
}

}  // namespace
}  // namespace research
