// One question asked of research as a whole process, from exec to exit, for figures that a bench
// inside a process cannot give.
//
//   research_process sweep    1,000 SMA pairs on 2,500 daily bars, ranked: the best five on stdout
//   research_process memory   an SMA cross over a million minute bars: its peak resident memory
//   research_process nothing  neither: what starting costs
//
// bench it with, e.g.: perf stat -r 20 build/bin/research_process sweep

#include <sys/resource.h>

#include <cstdio>
#include <cstring>

#include "mcp_gateway/research/backtest/sweep.h"
#include "tests/bench/generated_bars.h"

namespace {

using namespace research;

int sweep() {
  const CheckedBars bars = *CheckedBars::check(
      research_data::generated(7, {trading::Timeframe::kOneDay, 2'500, 20'000, 300}));
  SweepRequest request;
  request.base.strategy = "ma_crossover";
  request.base.symbols = {{"BENCH", &bars}};
  request.base.has_costs = false;
  request.ranges = {{"fast_period", 5, 24, 1}, {"slow_period", 30, 128, 2}};
  const auto report = run_sweep(request);
  if (!report) return 1;
  for (std::size_t i = 0; i < 5; ++i) {
    const SweepRow& row = report->rows[i];
    std::printf("%2.0f/%3.0f  sharpe %.3f  return %.2f %%  trades %zu\n", row.params[0].second,
                row.params[1].second, row.sharpe.value_or(0), row.total_return_pct, row.num_trades);
  }
  return report->trials == 1'000 ? 0 : 1;
}

int memory() {
  const CheckedBars bars = *CheckedBars::check(research_data::generated(1, {}));
  const auto outcome = run_sma_cross(bars, {20, 50}, trading::Money(100'000'00));
  if (!outcome) return 1;
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("%zu bars, %zu trades, peak resident %ld KiB\n", bars.size(), outcome->trades.size(),
              usage.ru_maxrss);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "sweep") == 0) return sweep();
  if (argc == 2 && std::strcmp(argv[1], "memory") == 0) return memory();
  if (argc == 2 && std::strcmp(argv[1], "nothing") == 0) return 0;
  std::fprintf(stderr, "usage: research_process sweep|memory|nothing\n");
  return 2;
}
