// Values against TA-Lib and Tulip Indicators, where the seeding is the same: method `talib`, and
// everything that has no seed. 1e-9 relative; what passes through zero (a MACD, a CCI) is held to
// 1e-9 of its usual size instead, since the reference itself has that much rounding there. First
// values must come with the same bar.
//
// The reference's own rolling sums of squares drift and cancel, and its typical prices differ in a
// last bit where they are equal, as do its moves up and down (one bar of the recorded month changes
// an ADX by 0.07). Where the unit does not matter it is therefore given whole numbers: 1/10,000
// rupee, less the first price where only differences count.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "mcp_gateway/research/indicators/calculate.h"
#include "tests/support/bar_samples.h"
#include "tests/support/reference_libraries.h"

namespace research {
namespace {

using trading::BarSeries;
using Column = std::vector<double>;
using Real = const double*;

// The columns in rupees, as the reference takes them.
struct Reals {
  Column open, high, low, close, volume, second;
  Column high_e4, low_e4, close_e4, close_moved_e4, second_moved_e4;
  explicit Reals(const BarSeries& bars, const BarSeries& other) {
    const auto rupees = [](const std::vector<std::int64_t>& column) {
      Column out;
      for (const std::int64_t e4 : column)
        out.push_back(static_cast<double>(e4) / double{trading::kRupeeE4});
      return out;
    };
    open = rupees(bars.open_e4);
    high = rupees(bars.high_e4);
    low = rupees(bars.low_e4);
    close = rupees(bars.close_e4);
    second = rupees(other.close_e4);
    const auto as_is = [](const std::vector<std::int64_t>& column, std::int64_t less = 0) {
      Column out;
      for (const std::int64_t value : column) out.push_back(static_cast<double>(value - less));
      return out;
    };
    volume = as_is(bars.volume);
    high_e4 = as_is(bars.high_e4);
    low_e4 = as_is(bars.low_e4);
    close_e4 = as_is(bars.close_e4);
    close_moved_e4 = as_is(bars.close_e4, bars.close_e4[0]);
    second_moved_e4 = as_is(other.close_e4, other.close_e4[0]);
  }
};

const reference::Library& talib() {
  static const reference::Library library(REFERENCE_FOLDER, "libtalib.so");
  return library;
}
const reference::Library& tulip() {
  static const reference::Library library(REFERENCE_FOLDER, "libtulip.so");
  return library;
}

template <std::size_t>
using ColumnOut = double*;

// Calls TA_<name>(0, last, inputs..., options..., &begin, &count, outputs...) and puts the outputs
// where their bars are.
template <std::size_t kOutputs, typename... Arguments>
std::vector<Column> ta(const char* name, const Reals& reals, Arguments... arguments) {
  const auto size = reals.close.size();
  std::vector<Column> raw(kOutputs, Column(size));
  int begin = 0;
  int count = 0;
  const auto last = static_cast<int>(size) - 1;
  const int code = [&]<std::size_t... kAt>(std::index_sequence<kAt...>) {
    using Call = int(int, int, Arguments..., int*, int*, ColumnOut<kAt>...);
    auto* const call = talib().function<Call>(name);
    if (call == nullptr) return -1;
    return call(0, last, arguments..., &begin, &count, raw[kAt].data()...);
  }(std::make_index_sequence<kOutputs>());
  EXPECT_EQ(code, 0) << name;
  std::vector<Column> out(kOutputs, Column(size, kNoValue));
  for (std::size_t k = 0; k < kOutputs; ++k) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
      out[k][static_cast<std::size_t>(begin) + i] = raw[k][i];
  }
  return out;
}

// Of Tulip: outputs begin with bar start(options).
std::vector<Column> ti(const std::string& name, std::vector<Real> inputs, std::vector<double> options,
                       std::size_t size) {
  using Call = int(int, Real const*, Real, double* const*);
  auto* const start = tulip().function<int(Real)>(("ti_" + name + "_start").c_str());
  auto* const call = tulip().function<Call>(("ti_" + name).c_str());
  EXPECT_TRUE(start != nullptr && call != nullptr) << name;
  if (start == nullptr || call == nullptr) return {};
  Column raw(size);
  double* outputs[] = {raw.data()};
  EXPECT_EQ(call(static_cast<int>(size), inputs.data(), options.data(), outputs), 0) << name;
  const auto begin = static_cast<std::size_t>(start(options.data()));
  Column out(size, kNoValue);
  for (std::size_t i = begin; i < size; ++i) out[i] = raw[i - begin];
  return {out};
}

std::vector<Column> in_rupees(std::vector<Column> columns, double more = 0) {
  for (Column& column : columns) {
    for (double& value : column) value = more + value / double{trading::kRupeeE4};
  }
  return columns;
}

struct Comparison {
  const char* name;
  NamedParameters parameters;
  std::vector<std::size_t> outputs;  // ours, in the reference's order
  std::function<std::vector<Column>(const Reals&)> reference;
  bool is_first_equal = true;  // of the outputs compared, the last to come
  bool has_noise = false;      // the reference divides by ranges that are rounding only
};

constexpr int kEma = 1;  // TA_MAType_EMA
constexpr int kSma = 0;

NamedParameters period_of(int n) { return {{"period", n}}; }

// clang-format off
std::vector<Comparison> comparisons(int n) {
  const auto close = [n](const char* name) {
    return [=](const Reals& r) { return ta<1>(name, r, Real(r.close.data()), n); };
  };
  const auto hlc = [n](const char* name) {
    return [=](const Reals& r) {
      return ta<1>(name, r, Real(r.high.data()), Real(r.low.data()), Real(r.close.data()), n);
    };
  };
  const auto hlc_e4 = [n](const char* name) {
    return [=](const Reals& r) {
      return ta<1>(name, r, Real(r.high_e4.data()), Real(r.low_e4.data()), Real(r.close_e4.data()), n);
    };
  };
  const double d = n;
  return {
      {"sma", period_of(n), {0}, close("TA_SMA")},
      {"ema", period_of(n), {0}, close("TA_EMA")},
      {"wma", period_of(n), {0}, close("TA_WMA")},
      {"dema", period_of(n), {0}, close("TA_DEMA")},
      {"tema", period_of(n), {0}, close("TA_TEMA")},
      {"trima", period_of(n), {0}, close("TA_TRIMA")},
      {"kama", period_of(n), {0}, close("TA_KAMA")},
      {"rsi", period_of(n), {0}, close("TA_RSI")},
      {"cmo", period_of(n), {0}, close("TA_CMO")},
      {"roc", period_of(n), {0}, close("TA_ROC")},
      {"mom", period_of(n), {0}, close("TA_MOM")},
      {"trix", period_of(n), {0}, close("TA_TRIX")},
      {"linreg", period_of(n), {0}, close("TA_LINEARREG_SLOPE")},
      {"linreg", period_of(n), {2}, close("TA_LINEARREG")},
      {"williams_r", period_of(n), {0}, hlc("TA_WILLR")},
      {"cci", period_of(n), {0}, hlc("TA_CCI")},
      {"atr", period_of(n), {0}, hlc("TA_ATR")},
      {"natr", period_of(n), {0}, hlc("TA_NATR")},
      {"adx", period_of(n), {0}, hlc_e4("TA_ADX")},
      {"adx", period_of(n), {1}, hlc_e4("TA_PLUS_DI")},
      {"adx", period_of(n), {2}, hlc_e4("TA_MINUS_DI")},
      {"true_range", {}, {0}, [](const Reals& r) {
         return ta<1>("TA_TRANGE", r, Real(r.high.data()), Real(r.low.data()), Real(r.close.data()));
       }, false},  // the first bar has one here
      {"bop", {}, {0}, [](const Reals& r) {
         return ta<1>("TA_BOP", r, Real(r.open.data()), Real(r.high.data()), Real(r.low.data()), Real(r.close.data()));
       }},
      {"stddev", period_of(n), {0}, [n](const Reals& r) {
         return in_rupees(ta<1>("TA_STDDEV", r, Real(r.close_moved_e4.data()), n, 1.0));
       }},
      {"bbands", {{"period", d}, {"deviations", 2}}, {0, 1, 2}, [n](const Reals& r) {
         return in_rupees(ta<3>("TA_BBANDS", r, Real(r.close_moved_e4.data()), n, 2.0, 2.0, kSma), r.close[0]);
       }},
      {"macd", {{"fast", d}, {"slow", 2 * d}, {"signal", d / 2}}, {0, 1, 2}, [n](const Reals& r) {
         return ta<3>("TA_MACD", r, Real(r.close.data()), n, 2 * n, n / 2);
       }},
      {"ppo", {{"fast", d}, {"slow", 2 * d}}, {0}, [n](const Reals& r) {
         return ta<1>("TA_PPO", r, Real(r.close.data()), n, 2 * n, kEma);
       }},
      {"stoch", {{"period", d}, {"slowing", 3}, {"d_period", 5}}, {0, 1}, [n](const Reals& r) {
         return ta<2>("TA_STOCH", r, Real(r.high.data()), Real(r.low.data()), Real(r.close.data()), n, 3, kSma, 5, kSma);
       }},
      {"stochrsi", {{"rsi_period", d}, {"period", d}, {"slowing", 1}, {"d_period", 3}}, {0, 1}, [n](const Reals& r) {
         return ta<2>("TA_STOCHRSI", r, Real(r.close.data()), n, n, 3, kSma);
       }, false, true},  // so its first one may be such a range, too
      {"ultimate", {{"fast", d / 2}, {"middle", d}, {"slow", 2 * d}}, {0}, [n](const Reals& r) {
         return ta<1>("TA_ULTOSC", r, Real(r.high.data()), Real(r.low.data()), Real(r.close.data()), n / 2, n, 2 * n);
       }},
      {"aroon", period_of(n), {1, 0}, [n](const Reals& r) {
         return ta<2>("TA_AROON", r, Real(r.high.data()), Real(r.low.data()), n);
       }},
      {"aroon", period_of(n), {2}, [n](const Reals& r) {
         return ta<1>("TA_AROONOSC", r, Real(r.high.data()), Real(r.low.data()), n);
       }},
      {"psar", {{"step", 0.02}, {"most", 0.2}}, {0}, [](const Reals& r) {
         return ta<1>("TA_SAR", r, Real(r.high.data()), Real(r.low.data()), 0.02, 0.2);
       }},
      {"mfi", period_of(n), {0}, [n](const Reals& r) {
         return ta<1>("TA_MFI", r, Real(r.high_e4.data()), Real(r.low_e4.data()), Real(r.close_e4.data()), Real(r.volume.data()), n);
       }},
      {"obv", {}, {0}, [](const Reals& r) {
         return ta<1>("TA_OBV", r, Real(r.close.data()), Real(r.volume.data()));
       }},
      {"ad", {}, {0}, [](const Reals& r) {
         return ta<1>("TA_AD", r, Real(r.high.data()), Real(r.low.data()), Real(r.close.data()), Real(r.volume.data()));
       }},
      {"adosc", {{"fast", 3}, {"slow", d}}, {0}, [n](const Reals& r) {
         return ta<1>("TA_ADOSC", r, Real(r.high.data()), Real(r.low.data()), Real(r.close.data()), Real(r.volume.data()), 3, n);
       }, false},  // shown from the first bar on here
      {"correlation", period_of(n), {0}, [n](const Reals& r) {
         return ta<1>("TA_CORREL", r, Real(r.close_moved_e4.data()), Real(r.second_moved_e4.data()), n);
       }},
      {"beta", period_of(n), {0}, [n](const Reals& r) {  // of its second argument against its first
         return ta<1>("TA_BETA", r, Real(r.second.data()), Real(r.close.data()), n);
       }},
      {"hma", period_of(n), {0}, [d](const Reals& r) { return ti("hma", {r.close.data()}, {d}, r.close.size()); }},
      {"vwma", period_of(n), {0}, [d](const Reals& r) {
         return ti("vwma", {r.close.data(), r.volume.data()}, {d}, r.close.size());
       }},
  };
}
// clang-format on

double usual_size(const Column& column) {
  double sum = 0;
  std::size_t count = 0;
  for (const double value : column) {
    if (std::isnan(value)) continue;
    sum += std::abs(value);
    ++count;
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

std::size_t first_value(const Column& column) {
  std::size_t i = 0;
  while (i < column.size() && std::isnan(column[i])) ++i;
  return i;
}

// Where the reference answers 0 for 0 / 0 there is no value here; elsewhere both have one.
void compare(const std::string& where, bool has_noise, const Column& ours,
             const Column& reference) {
  ASSERT_EQ(ours.size(), reference.size()) << where;
  const double usual = usual_size(reference);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!std::isfinite(reference[i])) continue;
    if (std::isnan(ours[i])) {
      if (has_noise) continue;
      ASSERT_EQ(reference[i], 0.0) << where << " at bar " << i + 1;
      continue;
    }
    ASSERT_NEAR(ours[i], reference[i], 1e-9 * std::max(std::abs(reference[i]), usual))
        << where << " at bar " << i + 1;
    ++compared;
  }
  EXPECT_GT(compared, ours.size() / 3) << where;
}

void compare_all(const std::string& data, const BarSeries& bars, const BarSeries& other, int period) {
  const Reals reals(bars, other);
  for (const Comparison& comparison : comparisons(period)) {
    const std::string where =
        data + ", " + comparison.name + " of " + std::to_string(period);
    const auto ours =
        calculate(bars, &other, {comparison.name, comparison.parameters, Seeding::kTalib});
    ASSERT_TRUE(ours) << where << ": " << ours.error().text();
    const auto reference = comparison.reference(reals);
    ASSERT_EQ(reference.size(), comparison.outputs.size()) << where;
    std::size_t first = 0;
    for (std::size_t k = 0; k < reference.size(); ++k) {
      const Column& column = ours->columns[comparison.outputs[k]];
      compare(where + " (" + std::string(ours->spec->outputs[comparison.outputs[k]].name) + ")",
              comparison.has_noise, column, reference[k]);
      first = std::max(first, first_value(column));
    }
    if (comparison.is_first_equal) {
      EXPECT_EQ(first, first_value(reference[0])) << where;
    }
  }
}

BarSeries at_times_of(const BarSeries& bars, BarSeries other) {
  other.ts_us = bars.ts_us;
  return other;
}

class AgainstTalib : public testing::Test {
 protected:
  void SetUp() override {
    if (!talib().is_there() || !tulip().is_there())
      GTEST_SKIP() << "TA-Lib and Tulip are not built: run tests/bench/reference/build_reference "
                   << REFERENCE_FOLDER << ". NOTHING WAS COMPARED.";
  }
};

TEST_F(AgainstTalib, GeneratedBarsAgree) {
  SEEDED_RANDOM(random, 20'260'401);
  for (const int period : {4, 14, 20, 50}) {
    const BarSeries bars = trading::test::walk(random, 3'000);
    const BarSeries other = at_times_of(bars, trading::test::walk(random, 3'000));
    compare_all("generated", bars, other, period);
    if (HasFatalFailure()) return;
  }
}

TEST_F(AgainstTalib, RecordedBarsAgree) {
  const auto files = trading::test::recorded_bars(TRADING_SHARED_DATA);
  if (files.empty()) GTEST_SKIP() << "no price files in " << TRADING_SHARED_DATA;
  SEEDED_RANDOM(random, 20'260'402);
  for (const auto& file : files) {
    const BarSeries other = at_times_of(file.bars, trading::test::walk(random, file.bars.size()));
    for (const int period : {14, 20}) compare_all(file.name, file.bars, other, period);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace research
