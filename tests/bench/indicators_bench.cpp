// What indicators cost over 1M bars, beside TA-Lib and Tulip Indicators in the same run.
//   build/bin/indicators_bench [--benchmark_filter=...] [--benchmark_repetitions=N]
//
// Each figure is the median of the repetitions, which are interleaved in random order so that a busy
// moment of the machine hits all alike; on a busy machine the best runs say more. All sides write whole columns of doubles into the same
// staggered memory; the libraries read doubles, ours reads the integer columns of the bars.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/batch.h"
#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/macd.h"
#include "mcp_gateway/research/indicators/registry.h"
#include "mcp_gateway/research/indicators/rsi.h"
#include "mcp_gateway/research/indicators/sma.h"
#include "mcp_gateway/research/indicators/value_columns.h"
#include "tests/support/reference_libraries.h"

namespace {

using namespace research;  // NOLINT: a bench of it

constexpr std::size_t kBars = 1'000'000;
constexpr std::size_t kBlock = 1'024;

struct Market {
  trading::BarSeries bars;
  std::vector<double> high, low, close;  // in rupees, for the libraries
  Market() {
    std::mt19937_64 random(20'260'420);
    const auto up_to = [&](std::uint64_t most) { return static_cast<std::int64_t>(random() % (most + 1)); };
    std::int64_t close_e4 = 15'000'000;
    bars.reserve(kBars);
    for (std::size_t i = 0; i < kBars; ++i) {
      const std::int64_t open = close_e4;
      close_e4 = std::max<std::int64_t>(5'000'000, close_e4 + (up_to(60) - 30) * 500);
      const std::int64_t top = std::max(open, close_e4) + up_to(10) * 500;
      const std::int64_t bottom = std::min(open, close_e4) - up_to(10) * 500;
      bars.push_back({trading::Timestamp{static_cast<std::int64_t>(i) * 60'000'000},
                      trading::Price(open), trading::Price(top), trading::Price(bottom),
                      trading::Price(close_e4), up_to(100'000)});
      high.push_back(static_cast<double>(top) / 10'000);
      low.push_back(static_cast<double>(bottom) / 10'000);
      close.push_back(static_cast<double>(close_e4) / 10'000);
    }
  }
};
const Market& market() {
  static const Market made;
  return made;
}
ValueColumns& out() {
  static ValueColumns columns(10, kBars);
  return columns;
}
template <typename State>
Out<State> columns_from(std::size_t first) {
  Out<State> columns;
  for (std::size_t k = 0; k < columns.size(); ++k) columns[k] = out().column(first + k);
  return columns;
}

void per_bar(benchmark::State& state, std::size_t bars = kBars) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(bars));
}

template <typename State>
void add_ours(const char* name, State fresh) {
  benchmark::RegisterBenchmark((std::string(name) + "/ours").c_str(), [fresh](benchmark::State& state) {
    const Columns columns = columns_of(market().bars);
    const Out<State> into = columns_from<State>(0);
    for (auto _ : state) {
      State running = fresh;
      run_batch(columns, 0, kBars, into, running);
      benchmark::ClobberMemory();
    }
    per_bar(state);
  });
}

void add_theirs(const std::string& name, std::function<int()> call) {
  benchmark::RegisterBenchmark(name.c_str(), [call = std::move(call)](benchmark::State& state) {
    for (auto _ : state) {
      if (call() != 0) state.SkipWithError("the library refuses");
      benchmark::ClobberMemory();
    }
    per_bar(state);
  });
}

// --- the libraries ---

using Real = const double*;
constexpr int kLast = static_cast<int>(kBars) - 1;

bool add_talib() {
  static const reference::Library library(REFERENCE_FOLDER, "libtalib.so");
  if (!library.is_there()) return false;
  static int begin = 0;
  static int count = 0;
  const auto one = [](const char* name, int period) {
    auto* const call = library.function<int(int, int, Real, int, int*, int*, double*)>(name);
    return [=] {
      return call(0, kLast, market().close.data(), period, &begin, &count, out().column(0));
    };
  };
  add_theirs("sma20/talib", one("TA_SMA", 20));
  add_theirs("ema20/talib", one("TA_EMA", 20));
  add_theirs("rsi14/talib", one("TA_RSI", 14));
  add_theirs("macd/talib", [] {
    static auto* const call = library.function<int(int, int, Real, int, int, int, int*, int*,
                                                   double*, double*, double*)>("TA_MACD");
    return call(0, kLast, market().close.data(), 12, 26, 9, &begin, &count, out().column(0),
                out().column(1), out().column(2));
  });
  add_theirs("bbands20/talib", [] {
    static auto* const call = library.function<int(int, int, Real, int, double, double, int, int*,
                                                   int*, double*, double*, double*)>("TA_BBANDS");
    return call(0, kLast, market().close.data(), 20, 2, 2, 0, &begin, &count, out().column(0),
                out().column(1), out().column(2));
  });
  add_theirs("atr14/talib", [] {
    static auto* const call =
        library.function<int(int, int, Real, Real, Real, int, int*, int*, double*)>("TA_ATR");
    return call(0, kLast, market().high.data(), market().low.data(), market().close.data(), 14,
                &begin, &count, out().column(0));
  });
  return true;
}

bool add_tulip() {
  static const reference::Library library(REFERENCE_FOLDER, "libtulip.so");
  if (!library.is_there()) return false;
  using Call = int(int, Real const*, Real, double* const*);
  const auto call = [](const char* name, std::vector<Real> inputs, std::vector<double> options) {
    auto* const function = library.function<Call>(name);
    return [=] {
      double* const outputs[] = {out().column(0), out().column(1), out().column(2)};
      return function(static_cast<int>(kBars), inputs.data(), options.data(), outputs);
    };
  };
  const Real close = market().close.data();
  add_theirs("sma20/tulip", call("ti_sma", {close}, {20}));
  add_theirs("ema20/tulip", call("ti_ema", {close}, {20}));
  add_theirs("rsi14/tulip", call("ti_rsi", {close}, {14}));
  add_theirs("macd/tulip", call("ti_macd", {close}, {12, 26, 9}));
  add_theirs("bbands20/tulip", call("ti_bbands", {close}, {20, 2}));
  add_theirs("atr14/tulip",
             call("ti_atr", {market().high.data(), market().low.data(), close}, {14}));
  return true;
}

// --- the six together ---

struct Six {
  Sma sma{20};
  Ema ema{20};
  Rsi rsi{14};
  Macd macd{12, 26, 9};
  Bollinger bands{20, 2};
  Atr atr{14};

  // Into columns 0 to 9, from row `row` on.
  void run(const Columns& columns, std::size_t from, std::size_t to, std::size_t row) {
    const auto at = [&](std::size_t k) { return out().column(k) + row; };
    run_fused(columns, from, to,
              std::tuple(Out<Sma>{at(0)}, Out<Ema>{at(1)}, Out<Rsi>{at(2)},
                         Out<Macd>{at(3), at(4), at(5)}, Out<Bollinger>{at(6), at(7), at(8)},
                         Out<Atr>{at(9)}),
              sma, ema, rsi, macd, bands, atr);
  }
};

void fused_into_columns(benchmark::State& state) {
  const Columns columns = columns_of(market().bars);
  for (auto _ : state) {
    Six six;
    six.run(columns, 0, kBars, 0);
    benchmark::ClobberMemory();
  }
  per_bar(state);
}
BENCHMARK(fused_into_columns)->Name("six fused, whole columns");

void fused_in_blocks(benchmark::State& state) {
  const Columns columns = columns_of(market().bars);
  for (auto _ : state) {
    Six six;
    for (std::size_t from = 0; from < kBars; from += kBlock) {
      six.run(columns, from, std::min(kBars, from + kBlock), 0);
      benchmark::ClobberMemory();
    }
  }
  per_bar(state);
}
BENCHMARK(fused_in_blocks)->Name("six fused, in blocks");

// A bar comes, all ten values are read. Nothing is kept in registers from bar to bar.
void streaming(benchmark::State& state) {
  const Columns c = columns_of(market().bars);
  for (auto _ : state) {
    Six six;
    benchmark::DoNotOptimize(&six);
    for (std::size_t i = 0; i < kBars; ++i) {
      six.sma.update(c.close[i]);
      six.ema.update(c.close[i]);
      six.rsi.update(c.close[i]);
      six.macd.update(c.close[i]);
      six.bands.update(c.close[i]);
      six.atr.update(c.high[i], c.low[i], c.close[i]);
      const auto bands = six.bands.bands();
      double values[] = {six.sma.value(),     six.ema.value(),        six.rsi.value(),
                         six.macd.macd(),     six.macd.signal(),      six.macd.histogram(),
                         bands.upper,         bands.middle,           bands.lower,
                         six.atr.value()};
      benchmark::DoNotOptimize(&values[0]);
      benchmark::ClobberMemory();
    }
  }
  per_bar(state);
}
BENCHMARK(streaming)->Name("six streaming");

// --- every indicator of the registry, as the tools run it ---

void add_registry() {
  for (const IndicatorSpec& spec : indicators()) {
    benchmark::RegisterBenchmark(("all/" + std::string(spec.name)).c_str(), [&spec](benchmark::State& state) {
      constexpr std::size_t kSome = 100'000;
      Columns columns = columns_of(market().bars, kSome);
      columns.second = columns.open;
      const Parameters parameters = *check_parameters(spec, {});
      std::vector<double*> into;
      for (std::size_t k = 0; k < spec.outputs.size(); ++k) into.push_back(out().column(k));
      for (auto _ : state) {
        const auto running = spec.make(parameters, Seeding::kTalib);
        running->run(columns, 0, kSome, into.data());
        benchmark::ClobberMemory();
      }
      per_bar(state, kSome);
    });
  }
}

// --- the table ---

class Medians : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const auto rate = run.counters.find("items_per_second");
      if (rate != run.counters.end()) ns_a_bar_[run.run_name.function_name].push_back(1e9 / rate->second);
    }
  }
  void print(bool has_talib, bool has_tulip) const {
    std::printf("\nns a bar              ours   TA-Lib    Tulip   ours / the faster: medians, best runs\n");
    for (const char* name : {"sma20", "ema20", "rsi14", "macd", "bbands20", "atr14"}) {
      const auto ratio = [&](double share) {
        const double ours = at(std::string(name) + "/ours", share);
        const double talib = at(std::string(name) + "/talib", share);
        const double tulip = at(std::string(name) + "/tulip", share);
        return talib == 0 || tulip == 0 ? 0 : ours / std::min(talib, tulip);
      };
      if (median(std::string(name) + "/ours") == 0) continue;
      std::printf("  %-18s %6.2f   %6.2f   %6.2f", name, median(std::string(name) + "/ours"),
                  median(std::string(name) + "/talib"), median(std::string(name) + "/tulip"));
      ratio(0.5) == 0 ? std::printf("   (not compared)\n")
                      : std::printf("   %.2f, %.2f\n", ratio(0.5), ratio(0));
    }
    for (const char* name : {"six fused, whole columns", "six fused, in blocks", "six streaming"})
      if (median(name) > 0) std::printf("  %-26s %6.2f, best run %.2f\n", name, median(name), at(name, 0));
    std::printf("\nevery indicator, defaults, ns a bar:\n");
    std::size_t column = 0;
    for (const auto& [name, figures] : ns_a_bar_) {
      if (name.rfind("all/", 0) != 0) continue;
      std::printf("  %-20s%7.2f%s", name.c_str() + 4, median(name), ++column % 3 == 0 ? "\n" : "");
    }
    std::printf("\n");
    if (!has_talib || !has_tulip)
      std::printf("\nNOT COMPARED: the reference libraries are not in %s.\n"
                  "Run tests/bench/reference/build_reference %s and start again.\n",
                  REFERENCE_FOLDER, REFERENCE_FOLDER);
  }

 private:
  [[nodiscard]] double median(const std::string& name) const { return at(name, 0.5); }
  // share 0: the best run. 0 where there is none.
  [[nodiscard]] double at(const std::string& name, double share) const {
    const auto found = ns_a_bar_.find(name);
    if (found == ns_a_bar_.end()) return 0;
    std::vector<double> sorted = found->second;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size()))];
  }
  std::map<std::string, std::vector<double>> ns_a_bar_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> given(argv, argv + argc);
  std::vector<std::string> arguments = {given[0], "--benchmark_repetitions=9",
                                        "--benchmark_min_time=0.02",
                                        "--benchmark_enable_random_interleaving=true"};
  arguments.insert(arguments.end(), given.begin() + 1, given.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;

  add_ours("sma20", Sma(20));
  add_ours("ema20", Ema(20, Seeding::kTalib));
  add_ours("rsi14", Rsi(14, Seeding::kTalib));
  add_ours("macd", Macd(12, 26, 9, Seeding::kTalib));
  add_ours("bbands20", Bollinger(20, 2));
  add_ours("atr14", Atr(14, Seeding::kTalib));
  const bool has_talib = add_talib();
  const bool has_tulip = add_tulip();
  add_registry();

  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  medians.print(has_talib, has_tulip);
  return 0;
}
