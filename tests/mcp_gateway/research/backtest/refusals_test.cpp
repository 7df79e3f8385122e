// What is no backtest is an error that says why, never a number.

#include <cmath>
#include <limits>

#include "mcp_gateway/research/backtest/sweep.h"
#include "tests/mcp_gateway/research/backtest/backtest_fixture.h"

namespace research {
namespace {

trading::BarSeries good(std::size_t bars = 100) {
  return research_data::generated(4, {kDays, bars, 20'000, 100});
}
std::string refused(trading::BarSeries bars, const BarRules& rules = {}) {
  const auto result = CheckedBars::check(std::move(bars), rules);
  if (result) return "accepted";
  EXPECT_FALSE(result.error().fix.empty());
  return result.error().code;
}

TEST(Bars, BadOnesAreRefused) {
  EXPECT_EQ(refused(good()), "accepted");
  EXPECT_EQ(refused({}), "BARS_EMPTY");
  const auto with = [](auto change) {
    trading::BarSeries bars = good();
    change(bars);
    return refused(std::move(bars));
  };
  EXPECT_EQ(with([](auto& b) { b.high_e4[7] = b.low_e4[7] - 500; }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.open_e4[7] = 0; }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.low_e4[7] = -500; }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.close_e4[7] = b.high_e4[7] + 1; }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.high_e4[7] = kMostPriceE4 + 1; }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.volume[7] = -1; }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.volume[7] = std::numeric_limits<std::int64_t>::max(); }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.ts_us[7] = b.ts_us[6]; }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { std::swap(b.ts_us[7], b.ts_us[6]); }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.ts_us[0] = std::numeric_limits<std::int64_t>::min(); }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.ts_us[99] = std::numeric_limits<std::int64_t>::max(); }), "BARS_INVALID");
  EXPECT_EQ(with([](auto& b) { b.volume.pop_back(); }), "BARS_INVALID");
}

TEST(Bars, TheErrorNamesTheBarAndTheFault) {
  trading::BarSeries bars = good();
  bars.ts_us[7] = bars.ts_us[6];
  const auto error = CheckedBars::check(std::move(bars)).error();
  EXPECT_NE(error.what.find("bar 7"), std::string::npos);
  EXPECT_NE(error.what.find("same time"), std::string::npos);
}

trading::BarSeries split_after(std::size_t bar, int factor) {
  trading::BarSeries bars = series_of(std::vector<Row>(100, Row{1'000, 1'010, 990, 1'000}));
  for (std::size_t i = bar; i < bars.size(); ++i)
    for (auto* column : {&bars.open_e4, &bars.high_e4, &bars.low_e4, &bars.close_e4})
      (*column)[i] /= factor;
  return bars;
}

TEST(Bars, AnUnadjustedSplitIsRefusedUnlessItIsKnownOrAllowed) {
  EXPECT_EQ(refused(split_after(50, 2)), "UNADJUSTED_JUMP");
  EXPECT_EQ(refused(split_after(50, 5)), "UNADJUSTED_JUMP");
  BarRules known;
  known.known_actions = {trading::date_of({split_after(50, 2).ts_us[50]})};
  EXPECT_EQ(refused(split_after(50, 2), known), "accepted");
  BarRules allowed;
  allowed.allows_jumps = true;
  const CheckedBars bars = must(CheckedBars::check(split_after(50, 5), allowed));
  ASSERT_EQ(bars.jumps().size(), 1U);
  EXPECT_EQ(bars.jumps()[0].looks_like, "5:1 split");
  const BacktestReport report = must(run_backtest(request_of("ma_crossover", bars)));
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_NE(report.findings[0].find("no corporate action"), std::string::npos);
}

TEST(Bars, TheRawFileWithItsSplitsIsRefused) {
  for (const auto& file : price_files()) {
    if (file.name.find("_raw") == std::string::npos) continue;
    EXPECT_EQ(refused(file.bars), "UNADJUSTED_JUMP");
    return;
  }
  GTEST_SKIP() << "NOT TESTED: no raw price file beside the project";
}

// --- requests -----------------------------------------------------------------------------------

class Requests : public ::testing::Test {
 protected:
  template <typename Change>
  std::string code_of(Change change) const {
    BacktestRequest request = request_of("ma_crossover", bars);
    change(request);
    const auto result = run_backtest(request);
    if (result) return "accepted";
    EXPECT_FALSE(result.error().fix.empty()) << result.error().text();
    return result.error().code;
  }
  std::string with_param(const std::string& name, double value) const {
    return code_of([&](BacktestRequest& r) { r.params = {{name, value}}; });
  }
  const CheckedBars bars = checked(good());
};

TEST_F(Requests, UnknownNamesAreRefusedWithTheNamesThereAre) {
  EXPECT_EQ(code_of([](auto&) {}), "accepted");
  EXPECT_EQ(code_of([](auto& r) { r.strategy = "moon"; }), "UNKNOWN_STRATEGY");
  EXPECT_EQ(code_of([](auto& r) { r.strategy = ""; }), "UNKNOWN_STRATEGY");
  EXPECT_EQ(with_param("speed", 1), "UNKNOWN_PARAM");
  EXPECT_NE(find_strategy("moon").error().fix.find("breakout_volume"), std::string::npos);
}

TEST_F(Requests, AbsurdParametersAreRefused) {
  for (const double value : {0.0, -1.0, 2.5, 1e18, std::nan(""), std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()})
    EXPECT_EQ(with_param("fast_period", value), "PARAM_OUT_OF_RANGE") << value;
  EXPECT_EQ(with_param("fast_period", 50), "PARAM_OUT_OF_RANGE") << "not below the slow one";
  for (const StrategySpec* spec : strategies())
    for (const ParamSpec& param : spec->params) {
      EXPECT_FALSE(Params::of(*spec, {{std::string(param.name), std::nan("")}})) << spec->name;
      EXPECT_FALSE(Params::of(*spec, {{std::string(param.name), param.highest * 1.01 + 1}})) << spec->name;
      EXPECT_TRUE(param.normal >= param.lowest && param.normal <= param.highest) << spec->name;
    }
}

TEST_F(Requests, FewerThanSixtyBarsAreRefused) {
  for (const std::size_t n : {1U, 2U, 59U}) {
    const CheckedBars few = checked(good(n));
    for (const StrategySpec* spec : strategies()) {
      BacktestRequest request = request_of(std::string(spec->name), few);
      EXPECT_EQ(run_backtest(request).error().code, "TOO_FEW_BARS") << spec->name << " " << n;
    }
  }
  const CheckedBars enough = checked(good(60));
  EXPECT_TRUE(run_backtest(request_of("ma_crossover", enough)));
}

TEST_F(Requests, MoneyAndSizesThatMakeNoSenseAreRefused) {
  EXPECT_EQ(code_of([](auto& r) { r.capital = {}; }), "CAPITAL_OUT_OF_RANGE");
  EXPECT_EQ(code_of([](auto& r) { r.capital = trading::Money(-1); }), "CAPITAL_OUT_OF_RANGE");
  EXPECT_EQ(code_of([](auto& r) { r.capital = trading::Money(std::numeric_limits<std::int64_t>::max()); }),
            "CAPITAL_OUT_OF_RANGE");
  EXPECT_EQ(code_of([](auto& r) { r.sizing = {SizingKind::kFixed, Quantity(0), {}}; }), "SIZING_INVALID");
  EXPECT_EQ(code_of([](auto& r) { r.sizing = {SizingKind::kPercent, {}, trading::Bps(10'001)}; }), "SIZING_INVALID");
  EXPECT_EQ(code_of([](auto& r) { r.sizing = {SizingKind::kRisk, {}, trading::Bps(100)}; }), "SIZING_NEEDS_STOP");
  EXPECT_EQ(code_of([](auto& r) { r.protection.stop = trading::Bps(-1); }), "PROTECTION_INVALID");
  EXPECT_EQ(code_of([](auto& r) { r.protection.trail = trading::Bps(10'000); }), "PROTECTION_INVALID");
  EXPECT_EQ(code_of([](auto& r) { r.square_off.minutes = 0; }), "PROTECTION_INVALID");
}

TEST_F(Requests, WhatDoesNotFitTogetherIsRefused) {
  EXPECT_EQ(code_of([](auto& r) { r.strategy = "opening_range_breakout"; }), "TIMEFRAME_UNFIT");
  EXPECT_EQ(code_of([](auto& r) { r.product = trading::Product::kIntraday; }), "TIMEFRAME_UNFIT");
  EXPECT_EQ(code_of([](auto& r) { r.allows_short = true; }), "SHORT_NOT_POSSIBLE");
  EXPECT_EQ(code_of([](auto& r) { r.symbols.clear(); }), "SYMBOLS_INVALID");
  EXPECT_EQ(code_of([](auto& r) { r.symbols.push_back(r.symbols[0]); }), "SYMBOLS_INVALID");
  EXPECT_EQ(code_of([](auto& r) { r.symbols[0].finer = r.symbols[0].bars; }), "TIMEFRAME_UNFIT");
  trading::BarSeries silent = good();
  std::fill(silent.volume.begin(), silent.volume.end(), 0);
  const CheckedBars none = checked(std::move(silent));
  EXPECT_EQ(code_of([&](auto& r) { r.strategy = "breakout_volume"; r.symbols[0].bars = &none; }), "VOLUME_MISSING");
}

TEST_F(Requests, ALongRunCanBeCancelled) {
  const CheckedBars many = checked(research_data::generated(1, {kMinutes, 60'000}));
  BacktestRequest request = request_of("rsi_reversal", many);
  std::uint64_t seen = 0;
  request.progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, 60'000U);
    seen = done;
    return done < 20'000;
  };
  EXPECT_EQ(run_backtest(request).error().code, "CANCELLED");
  EXPECT_LT(seen, 30'000U);
}

// --- sweeps -------------------------------------------------------------------------------------

class Sweep : public Requests {
 protected:
  SweepRequest pairs() const {
    SweepRequest request;
    request.base = request_of("ma_crossover", bars);
    request.ranges = {{"fast_period", 2, 10, 2}, {"slow_period", 6, 30, 4}};
    request.max_rows = 100;
    return request;
  }
};

TEST_F(Sweep, RunsEveryFittingPairOnceAndRanksThem) {
  const SweepReport report = must(run_sweep(pairs()));
  EXPECT_EQ(report.trials + report.unfit, 35U);
  EXPECT_EQ(report.unfit, 4U);  // 6/6 8/6 10/6 10/10
  ASSERT_EQ(report.rows.size(), report.trials);
  for (std::size_t i = 1; i < report.rows.size(); ++i)
    EXPECT_GE(report.rows[i - 1].sharpe.value_or(-1e9), report.rows[i].sharpe.value_or(-1e9));
}

TEST_F(Sweep, ItsRowsAreThoseOfSingleBacktestsByKernelAndEngineAlike) {
  for (const bool has_costs : {false, true}) {
    SweepRequest request = pairs();
    request.base.has_costs = has_costs;
    for (const SweepRow& row : must(run_sweep(request)).rows) {
      BacktestRequest single = request.base;
      single.params = row.params;
      const BacktestReport report = must(run_backtest(single));
      EXPECT_EQ(report.final_capital.value(), row.final_e4);
      EXPECT_EQ(report.num_trades, row.num_trades);
      EXPECT_EQ(report.win_rate_pct, row.win_rate_pct);
      EXPECT_EQ(report.max_drawdown_pct, row.max_drawdown_pct);
      EXPECT_EQ(report.robustness.returns.sharpe, row.sharpe);
      EXPECT_EQ(report.robustness.returns.sortino, row.sortino);
    }
  }
}

TEST_F(Sweep, RangesThatMakeNoSenseAreRefused) {
  const auto code_with = [&](std::vector<ParamRange> ranges) {
    SweepRequest request = pairs();
    request.ranges = std::move(ranges);
    const auto result = run_sweep(request);
    return result ? "accepted" : result.error().code;
  };
  EXPECT_EQ(code_with({}), "SWEEP_INVALID");
  EXPECT_EQ(code_with({{"fast_period", 5, 2, 1}}), "SWEEP_INVALID");
  EXPECT_EQ(code_with({{"fast_period", 2, 5, 0}}), "SWEEP_INVALID");
  EXPECT_EQ(code_with({{"fast_period", 2, 5, -1}}), "SWEEP_INVALID");
  EXPECT_EQ(code_with({{"fast_period", std::nan(""), 5, 1}}), "SWEEP_INVALID");
  EXPECT_EQ(code_with({{"fast_period", 2, 1e300, 1}}), "SWEEP_INVALID");
  EXPECT_EQ(code_with({{"fast_period", 2, 5, 1}, {"fast_period", 2, 5, 1}}), "SWEEP_INVALID");
  EXPECT_EQ(code_with({{"fast_period", 60, 70, 1}}), "SWEEP_INVALID") << "none fits below 50";
  EXPECT_EQ(code_with({{"fast_period", 1, 200, 1}, {"slow_period", 1, 200, 1}}), "SWEEP_TOO_LARGE");
  EXPECT_EQ(code_with({{"speed", 1, 2, 1}}), "UNKNOWN_PARAM");
  EXPECT_EQ(code_with({{"fast_period", 1.5, 2.5, 1}}), "PARAM_OUT_OF_RANGE");
}

TEST_F(Sweep, CanBeCancelled) {
  SweepRequest request = pairs();
  request.ranges = {{"fast_period", 1, 20, 1}, {"slow_period", 21, 60, 1}};
  request.progress = [](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, 800U);
    return done < 200;
  };
  EXPECT_EQ(run_sweep(request).error().code, "CANCELLED");
}

TEST_F(Sweep, SayingHowManyWereTriedDiscountsTheBest) {
  SweepRequest request = pairs();
  const SweepReport many = must(run_sweep(request));
  ASSERT_TRUE(many.deflated_sharpe);
  BacktestRequest best = request.base;
  best.params = many.rows[0].params;
  EXPECT_LT(*many.deflated_sharpe, *must(run_backtest(best)).robustness.returns.probabilistic_sharpe);
}

}  // namespace
}  // namespace research
