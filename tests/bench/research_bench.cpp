// Backtests, measured alone. Each figure says what one bar (or one pair, or one row) costs.

#include <benchmark/benchmark.h>

#include "execution_broker/market/csv/parse_csv.h"
#include "mcp_gateway/research/backtest/sma_cross_kernel.h"
#include "mcp_gateway/research/backtest/sweep.h"
#include "tests/bench/generated_bars.h"

namespace {

using namespace research;

// "bar" then says what one costs.
void per_bar(benchmark::State& state, std::size_t bars) {
  state.counters["bar"] = benchmark::Counter(
      static_cast<double>(bars),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

const CheckedBars& minutes() {
  static const CheckedBars bars = *CheckedBars::check(research_data::generated(1, {}));
  return bars;
}

void check_a_million_bars(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    trading::BarSeries series = minutes().series();
    state.ResumeTiming();
    if (!CheckedBars::check(std::move(series)))
      return state.SkipWithError("the bars do not pass");
  }
  per_bar(state, minutes().size());
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
  per_bar(state, bars.size());
  state.counters["trades"] = static_cast<double>(trades);
}
BENCHMARK(sma_cross_kernel)->Unit(benchmark::kMillisecond);

BacktestRequest request_for(const char* strategy, const CheckedBars& bars, bool has_costs) {
  BacktestRequest request;
  request.strategy = strategy;
  request.symbols = {{"BENCH", &bars}};
  request.has_costs = has_costs;
  request.max_trades = 0;
  return request;
}

// The general engine with the same strategy: costs off (range 0) and on (1).
void sma_cross_general_engine(benchmark::State& state) {
  const CheckedBars& bars = minutes();
  const StrategySpec& spec = **find_strategy("ma_crossover");
  const Params params = *Params::of(spec, {});
  EngineTerms terms;
  terms.capital = trading::Money(100'000'00);
  terms.has_costs = state.range(0) != 0;
  std::size_t trades = 0;
  for (auto _ : state) {
    const auto strategy = spec.make(params, 1);
    const auto outcome = run_engine({{"BENCH", &bars}}, *strategy, terms);
    if (!outcome) return state.SkipWithError("the backtest fails");
    trades = outcome->trades.size();
  }
  per_bar(state, bars.size());
  state.counters["trades"] = static_cast<double>(trades);
}
BENCHMARK(sma_cross_general_engine)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

// The whole report, engine and figures, of each strategy in the table with costs.
void report_of_each_strategy(benchmark::State& state) {
  const StrategySpec& spec = *strategies()[static_cast<std::size_t>(state.range(0))];
  const CheckedBars& bars = minutes();
  for (auto _ : state) {
    const auto report = run_backtest(request_for(spec.name.data(), bars, true));
    if (!report) return state.SkipWithError(report.error().text().c_str());
  }
  per_bar(state, bars.size());
  state.SetLabel(std::string(spec.name));
}
BENCHMARK(report_of_each_strategy)->DenseRange(0, 11)->Unit(benchmark::kMillisecond)->Iterations(1);

void sweep_a_thousand_pairs(benchmark::State& state) {
  const CheckedBars bars = *CheckedBars::check(
      research_data::generated(7, {trading::Timeframe::kOneDay, 2'500, 20'000, 300}));
  SweepRequest request;
  request.base = request_for("ma_crossover", bars, state.range(0) != 0);
  request.ranges = {{"fast_period", 5, 24, 1}, {"slow_period", 30, 128, 2}};
  for (auto _ : state) {
    const auto report = run_sweep(request);
    if (!report || report->trials != 1'000) return state.SkipWithError("the sweep fails");
    benchmark::DoNotOptimize(report->rows.front().final_e4);
  }
}
BENCHMARK(sweep_a_thousand_pairs)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void csv_to_columns(benchmark::State& state) {
  const std::string bytes = research_data::csv_of(minutes().series());
  for (auto _ : state) {
    const auto parsed = broker::parse_csv(bytes, "BENCH_nse_1m.csv");
    if (!parsed || parsed->bars.size() != minutes().size())
      return state.SkipWithError("the file does not parse");
  }
  per_bar(state, minutes().size());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(csv_to_columns)->Unit(benchmark::kMillisecond);

}  // namespace
