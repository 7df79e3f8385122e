// Backtests, measured alone. Each figure says what one bar (or one pair, or one row) costs.

#include <benchmark/benchmark.h>

#include "mcp_gateway/research/backtest/sma_cross_kernel.h"
#include "mcp_gateway/research/backtest/sma_cross_sweep.h"
#include "tests/bench/generated_bars.h"

namespace {

using namespace research;

const CheckedBars& minutes() {
  static const CheckedBars bars = *CheckedBars::check(research_data::generated(1, {}));
  return bars;
}

void check_a_million_bars(benchmark::State& state) {
  trading::BarSeries series = research_data::generated(1, {});
  for (auto _ : state) {
    auto checked = CheckedBars::check(std::move(series));
    if (!checked) return state.SkipWithError("the bars do not pass");
    series = checked->series();  // the copy is measured, too
  }
  state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK(check_a_million_bars)->Unit(benchmark::kMillisecond);

void sma_cross_kernel(benchmark::State& state) {
  const CheckedBars& bars = minutes();
  std::size_t trades = 0;
  for (auto _ : state) {
    const auto outcome = run_sma_cross(bars, {20, 50}, trading::Money(100'000'00));
    if (!outcome) return state.SkipWithError("the backtest fails");
    trades = outcome->trades.size();
    benchmark::DoNotOptimize(outcome->max_drawdown_pct);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(bars.size()));
  state.counters["trades"] = static_cast<double>(trades);
  state.counters["s/bar"] = benchmark::Counter(
      static_cast<double>(bars.size()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(sma_cross_kernel)->Unit(benchmark::kMillisecond);

void sweep_a_thousand_pairs(benchmark::State& state) {
  research_data::Shape shape{trading::Timeframe::kOneDay, 2'500, 20'000, 300};
  const CheckedBars bars = *CheckedBars::check(research_data::generated(7, shape));
  for (auto _ : state) {
    SmaCrossSweep sweep(bars, trading::Money(100'000'00));
    double best = 0;
    for (std::uint32_t fast = 5; fast < 25; ++fast)
      for (std::uint32_t slow = 30; slow < 130; slow += 2) {
        const auto outcome = sweep.run({fast, slow});
        if (!outcome) return state.SkipWithError("the pair fails");
        best = std::max(best, outcome->sharpe.value_or(0));
      }
    benchmark::DoNotOptimize(best);
  }
}
BENCHMARK(sweep_a_thousand_pairs)->Unit(benchmark::kMillisecond);

}  // namespace
