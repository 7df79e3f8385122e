// What holds for every indicator of the registry, whatever it computes.

#include "mcp_gateway/research/indicators/registry.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "mcp_gateway/research/indicators/calculate.h"
#include "tests/support/bar_samples.h"

namespace research {
namespace {

using trading::BarSeries;
using Table = std::vector<std::vector<double>>;
using trading::test::Random;

constexpr Seeding kMethods[] = {Seeding::kEwm, Seeding::kTalib};

// One set of parameters, in bounds and in order.
NamedParameters any_parameters(const IndicatorSpec& spec, Random& random) {
  NamedParameters out;
  double at_least = 0;
  for (const ParameterSpec& parameter : spec.parameters) {
    const bool is_ordered = std::find(spec.ascending.begin(), spec.ascending.end(),
                                      parameter.name) != spec.ascending.end();
    double value = 0;
    if (parameter.name == "anchor_us") {
      value = 1'704'080'700e6 + 300e6 * static_cast<double>(random.between(0, 40));
    } else if (parameter.is_whole) {
      const double low = std::max(parameter.minimum, is_ordered ? at_least + 1 : 0);
      value = low + static_cast<double>(random.between(0, 12));
    } else {
      const double low = std::max(parameter.minimum, is_ordered ? at_least + 0.01 : 0);
      value = low + 0.01 * static_cast<double>(random.between(1, 30));
    }
    if (is_ordered) at_least = value;
    out.emplace_back(std::string(parameter.name), value);
  }
  return out;
}

std::string told(const IndicatorSpec& spec, const NamedParameters& parameters, Seeding method) {
  std::string out = std::string(spec.name) + " " + std::string(name_of(method));
  for (const auto& [name, value] : parameters) out += " " + name + "=" + std::to_string(value);
  return out;
}

struct Inputs {
  BarSeries bars;
  std::vector<std::int64_t> second;
  [[nodiscard]] Columns columns() const {
    Columns out = columns_of(bars);
    out.second = second.data();
    return out;
  }
};

Inputs inputs(Random& random, std::size_t bars, const trading::test::WalkShape& shape = {}) {
  return {trading::test::walk(random, bars, shape),
          trading::test::walk(random, bars, shape).close_e4};
}

std::unique_ptr<Indicator> made(const IndicatorSpec& spec, const NamedParameters& parameters,
                                Seeding method) {
  auto checked = check_parameters(spec, parameters);
  if (!checked) {
    ADD_FAILURE() << checked.error().text();
    std::abort();
  }
  return spec.make(*checked, method);
}

Table table(const IndicatorSpec& spec, std::size_t rows) {
  return Table(spec.outputs.size(), std::vector<double>(rows, -1.0));
}
std::vector<double*> pointers(Table& table, std::size_t at = 0) {
  std::vector<double*> out;
  for (auto& column : table) out.push_back(column.data() + at);
  return out;
}

Table batch(const IndicatorSpec& spec, const NamedParameters& parameters, Seeding method,
            const Columns& columns) {
  Table out = table(spec, columns.size);
  made(spec, parameters, method)->run(columns, 0, columns.size, pointers(out).data());
  return out;
}

// The first place where the bits differ, any NaN being one NaN.
std::string difference(const Table& a, const Table& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    for (std::size_t i = 0; i < a[k].size(); ++i) {
      if (std::isnan(a[k][i]) && std::isnan(b[k][i])) continue;
      if (std::bit_cast<std::uint64_t>(a[k][i]) != std::bit_cast<std::uint64_t>(b[k][i]))
        return "output " + std::to_string(k) + " of bar " + std::to_string(i + 1) + ": " +
               std::to_string(a[k][i]) + " and " + std::to_string(b[k][i]);
    }
  }
  return "";
}

template <typename Check>
void for_each_indicator(Random& random, int rounds, const Check& check) {
  for (const IndicatorSpec& spec : indicators()) {
    for (const Seeding method : kMethods) {
      for (int round = 0; round < rounds; ++round) {
        const NamedParameters parameters =
            round == 0 ? NamedParameters{} : any_parameters(spec, random);
        SCOPED_TRACE(told(spec, parameters, method));
        check(spec, parameters, method);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(Registry, HoldsAtLeast45IndicatorsEachToldInFull) {
  EXPECT_GE(indicators().size(), 45U);
  std::set<std::string_view> names;
  for (const IndicatorSpec& spec : indicators()) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_GT(spec.meaning.size(), 10U) << spec.name;
    EXPECT_LT(spec.meaning.size(), 90U) << spec.name;
    EXPECT_FALSE(spec.outputs.empty()) << spec.name;
    std::set<std::string_view> fields;
    for (const ParameterSpec& parameter : spec.parameters) {
      EXPECT_TRUE(fields.insert(parameter.name).second) << spec.name;
      EXPECT_GE(parameter.default_value, parameter.minimum) << spec.name << parameter.name;
      EXPECT_LE(parameter.default_value, parameter.maximum) << spec.name << parameter.name;
      EXPECT_FALSE(parameter.meaning.empty()) << spec.name << parameter.name;
    }
    std::set<std::string_view> outputs;
    for (const OutputSpec& output : spec.outputs) {
      EXPECT_TRUE(outputs.insert(output.name).second) << spec.name << output.name;
      EXPECT_FALSE(name_of(output.unit).empty());
    }
    EXPECT_EQ(*find_indicator(spec.name), &spec);
    EXPECT_TRUE(check_parameters(spec, {})) << spec.name;
  }
}

TEST(Registry, BatchStreamingAndFusedAgreeToTheBit) {
  SEEDED_RANDOM(random, 20'260'404);
  const Inputs in = inputs(random, 400);
  const Columns columns = in.columns();
  for_each_indicator(random, 4, [&](const IndicatorSpec& spec, const NamedParameters& parameters,
                                    Seeding method) {
    const Table whole = batch(spec, parameters, method, columns);

    Table streamed = table(spec, columns.size);
    const auto stream = made(spec, parameters, method);
    for (std::size_t i = 0; i < columns.size; ++i)
      stream->run(columns, i, i + 1, pointers(streamed, i).data());
    ASSERT_EQ(difference(whole, streamed), "");

    Table pieces = table(spec, columns.size);
    const auto piecewise = made(spec, parameters, method);
    for (std::size_t from = 0; from < columns.size;) {
      const std::size_t to =
          std::min(columns.size, from + static_cast<std::size_t>(random.between(1, 60)));
      piecewise->run(columns, from, to, pointers(pieces, from).data());
      from = to;
    }
    ASSERT_EQ(difference(whole, pieces), "");
  });

  for (const Seeding method : kMethods) {  // all of them in one pass
    std::vector<std::unique_ptr<Indicator>> states;
    std::vector<Indicator*> all;
    std::vector<Table> tables;
    for (const IndicatorSpec& spec : indicators()) {
      states.push_back(made(spec, {}, method));
      all.push_back(states.back().get());
      tables.push_back(table(spec, columns.size));
    }
    std::vector<std::vector<double*>> out;
    for (Table& one : tables) out.push_back(pointers(one));
    run_together(columns, 0, columns.size, all, out);
    for (std::size_t i = 0; i < all.size(); ++i)
      EXPECT_EQ(difference(batch(indicators()[i], {}, method, columns), tables[i]), "")
          << indicators()[i].name;
  }
}

TEST(Registry, NoValueChangesWhenLaterBarsDo) {
  SEEDED_RANDOM(random, 20'260'405);
  const Inputs one = inputs(random, 300);
  for_each_indicator(random, 2, [&](const IndicatorSpec& spec, const NamedParameters& parameters,
                                    Seeding method) {
    const auto kept = static_cast<std::size_t>(random.between(1, 299));
    Inputs other = inputs(random, 300);
    for (auto [to, from] : {std::pair{&other.bars.open_e4, &one.bars.open_e4},
                            {&other.bars.high_e4, &one.bars.high_e4},
                            {&other.bars.low_e4, &one.bars.low_e4},
                            {&other.bars.close_e4, &one.bars.close_e4},
                            {&other.bars.volume, &one.bars.volume},
                            {&other.second, &one.second}}) {
      std::copy_n(from->begin(), kept, to->begin());
    }
    Table a = batch(spec, parameters, method, one.columns());
    Table b = batch(spec, parameters, method, other.columns());
    for (auto* whole : {&a, &b}) {
      for (auto& column : *whole) column.resize(kept);
    }
    ASSERT_EQ(difference(a, b), "");
  });
}

// Levels and swings come when the market makes them, and a few RSIs in a row may be equal; what
// warm_up() says of them is the earliest.
bool comes_at_its_own_time(const IndicatorSpec& spec) {
  return spec.name == "pivots" || spec.name == "stochrsi" || spec.name == "floor_pivots" ||
         spec.name == "support_resistance" || spec.name == "anchored_vwap";
}

TEST(Registry, FirstAndSettledBarsAreAsTold) {
  SEEDED_RANDOM(random, 20'260'406);
  trading::test::WalkShape shape;
  shape.flat_percent = 0;
  Inputs in = inputs(random, 500, shape);
  for (std::int64_t& volume : in.bars.volume) volume += 1;
  for_each_indicator(random, 6, [&](const IndicatorSpec& spec, const NamedParameters& parameters,
                                    Seeding method) {
    const Table values = batch(spec, parameters, method, in.columns());
    const WarmUp warm_up = made(spec, parameters, method)->warm_up();
    ASSERT_LE(warm_up.first, warm_up.settled);
    ASSERT_LE(warm_up.settled, in.bars.size());
    std::size_t first = values[0].size();
    for (const auto& column : values) {
      std::size_t i = 0;
      while (i < column.size() && std::isnan(column[i])) ++i;
      first = std::min(first, i);
      if (comes_at_its_own_time(spec)) continue;
      // One bar of a stochastic may lie in a range of nothing; a second one hardly.
      const bool has_value = !std::isnan(column[warm_up.settled - 1]) ||
                             !std::isnan(column[std::min(warm_up.settled + 6, column.size() - 1)]);
      ASSERT_TRUE(has_value) << "no value at bar " << warm_up.settled;
    }
    if (comes_at_its_own_time(spec)) {
      ASSERT_GE(first + 1, warm_up.first);
    } else {
      ASSERT_EQ(first + 1, warm_up.first);
    }
    if (!spec.differs_by_method) {
      ASSERT_EQ(difference(values, batch(spec, parameters, Seeding::kEwm, in.columns())), "");
    }
  });
}

TEST(Registry, MethodsDifferWhereTheyAreSaidTo) {
  SEEDED_RANDOM(random, 20'260'407);
  const Inputs in = inputs(random, 120);
  for (const IndicatorSpec& spec : indicators()) {
    const bool differs = !difference(batch(spec, {}, Seeding::kEwm, in.columns()),
                                     batch(spec, {}, Seeding::kTalib, in.columns()))
                              .empty();
    EXPECT_EQ(differs, spec.differs_by_method) << spec.name;
  }
}

TEST(Registry, TwiceThePricesAndVolumesGiveTwiceTheValuesToTheBit) {
  SEEDED_RANDOM(random, 20'260'408);
  const Inputs one = inputs(random, 400);
  Inputs two = one;
  for (auto* column : {&two.bars.open_e4, &two.bars.high_e4, &two.bars.low_e4, &two.bars.close_e4,
                       &two.bars.volume, &two.second}) {
    for (std::int64_t& value : *column) value *= 2;
  }
  for_each_indicator(random, 3, [&](const IndicatorSpec& spec, const NamedParameters& parameters,
                                    Seeding method) {
    Table wanted = batch(spec, parameters, method, one.columns());
    for (std::size_t k = 0; k < wanted.size(); ++k) {
      const Unit unit = spec.outputs[k].unit;
      if (unit != Unit::kPrice && unit != Unit::kShares) continue;
      for (double& value : wanted[k]) value *= 2;
    }
    ASSERT_EQ(difference(wanted, batch(spec, parameters, method, two.columns())), "");
  });
}

// What only looks back over a window has forgotten everything else: after a long run its values are
// those of a state that saw the end alone. Of integer sums to the bit, of sums of doubles, which
// meet in another order, to 1e-12.
TEST(Registry, WindowsDoNotDriftInALongRun) {
  SEEDED_RANDOM(random, 20'260'409);
  trading::test::WalkShape shape;
  shape.start_e4 = 40'000'000'000;  // 40 lakh rupees a share: large squares
  shape.tick_e4 = 50'000;
  const Inputs in = inputs(random, 300'000, shape);
  const Columns all = in.columns();
  constexpr std::size_t kTail = 400;
  Columns tail = all;
  for (const std::int64_t** column : {&tail.ts_us, &tail.open, &tail.high, &tail.low, &tail.close,
                                      &tail.volume, &tail.second})
    *column += all.size - kTail;
  tail.size = kTail;

  const std::set<std::string_view> exact = {
      "sma", "wma", "hma", "trima", "vwma", "williams_r", "roc", "mom", "cci", "ultimate",
      "awesome", "mfi", "aroon", "vortex", "choppiness", "efficiency_ratio", "bbands", "stddev",
      "zscore", "donchian", "ichimoku", "linreg", "correlation"};
  const std::set<std::string_view> close = {"stoch", "cmf", "volatility", "beta"};
  for (const IndicatorSpec& spec : indicators()) {
    if (exact.count(spec.name) + close.count(spec.name) == 0) continue;
    const Table whole = batch(spec, {}, Seeding::kEwm, all);
    const Table end = batch(spec, {}, Seeding::kEwm, tail);
    const std::size_t settled = made(spec, {}, Seeding::kEwm)->warm_up().settled;
    for (std::size_t k = 0; k < end.size(); ++k) {
      for (std::size_t i = settled; i < kTail; ++i) {
        const double a = whole[k][all.size - kTail + i];
        const double b = end[k][i];
        if (std::isnan(a) && std::isnan(b)) continue;
        if (exact.count(spec.name) > 0) {
          ASSERT_EQ(a, b) << spec.name << " output " << k << " bar " << i;
        } else {
          ASSERT_NEAR(a, b, 1e-12 * std::max(1.0, std::abs(b))) << spec.name << " bar " << i;
        }
      }
    }
  }
}

TEST(Registry, TheLargestPricesAndPeriodsDoNotOverflow) {
  constexpr std::size_t kBars = 11'000;
  Inputs in;
  for (std::size_t i = 0; i < kBars; ++i) {
    const trading::Price high(kMostPriceE4 - static_cast<std::int64_t>(i % 3));
    const trading::Price low(1 + static_cast<std::int64_t>(i % 2));
    in.bars.push_back({trading::Timestamp{static_cast<std::int64_t>(i) * 86'400'000'000}, low, high,
                       low, i % 2 == 0 ? high : low, kMostVolume});
    in.second.push_back(i % 5 == 0 ? kMostPriceE4 : 1);
  }
  BarSeries second = in.bars;
  for (std::size_t i = 0; i < kBars; ++i) {
    second.close_e4[i] = in.second[i];
    second.low_e4[i] = 1;
    second.open_e4[i] = 1;
    second.high_e4[i] = kMostPriceE4;
  }
  for (const IndicatorSpec& spec : indicators()) {
    NamedParameters parameters;
    for (const ParameterSpec& parameter : spec.parameters) {
      const bool is_bars = parameter.is_whole && parameter.maximum == double{kMostPeriod};
      if (is_bars && spec.ascending.empty()) parameters.emplace_back(parameter.name, 5'000);
    }
    const auto got = calculate(in.bars, &second, {spec.name, parameters, Seeding::kEwm, 1});
    ASSERT_TRUE(got) << got.error().text();
    const double top = static_cast<double>(kMostPriceE4) / 10'000;
    for (std::size_t k = 0; k < got->columns.size(); ++k) {
      const double value = got->columns[k].back();
      if (std::isnan(value)) continue;
      ASSERT_TRUE(std::isfinite(value)) << spec.name;
      // Averages lie between the prices; an overflow would not.
      if (spec.outputs[k].unit == Unit::kPrice && spec.parameters.size() == 1 &&
          spec.parameters[0].name == "period" && spec.name != "hma" && spec.name != "dema" &&
          spec.name != "tema" && spec.name != "mom" && spec.name != "linreg") {
        ASSERT_GE(value, 0) << spec.name;
        ASSERT_LE(value, top) << spec.name;
      }
      if (spec.outputs[k].unit == Unit::kPercent && spec.name != "roc" && spec.name != "ppo" &&
          spec.name != "trix" && spec.name != "natr" && spec.name != "bbands" &&
          spec.name != "linreg" && spec.name != "volatility") {
        ASSERT_LE(std::abs(value), 100 + 1e-9) << spec.name;
      }
    }
  }
}

TEST(Registry, AbsurdParametersAreRefusedByName) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const IndicatorSpec& spec : indicators()) {
    for (const ParameterSpec& parameter : spec.parameters) {
      std::vector<double> absurd = {nan, infinity, -infinity, -1, parameter.maximum * 2 + 1, 1e300};
      if (parameter.minimum > 0) absurd.push_back(0);
      if (parameter.is_whole) absurd.push_back(parameter.default_value + 0.5);
      for (const double value : absurd) {
        const auto got = check_parameters(spec, {{std::string(parameter.name), value}});
        ASSERT_FALSE(got) << spec.name << "." << parameter.name << " = " << value;
        EXPECT_EQ(got.error().code, "BAD_INDICATOR_PARAMETER");
        EXPECT_EQ(got.error().field, parameter.name);
        EXPECT_NE(got.error().fix.find(parameter.name), std::string::npos) << got.error().text();
      }
    }
    for (std::size_t i = 1; i < spec.ascending.size(); ++i) {
      for (const double less : {0.0, -1.0}) {
        NamedParameters parameters;
        for (const ParameterSpec& parameter : spec.parameters) {
          if (parameter.name == spec.ascending[i - 1]) parameters.emplace_back(parameter.name, 20);
          if (parameter.name == spec.ascending[i]) parameters.emplace_back(parameter.name, 20 + less);
        }
        const auto got = check_parameters(spec, parameters);
        ASSERT_FALSE(got) << spec.name;
        EXPECT_EQ(got.error().code, "BAD_INDICATOR_PARAMETER");
      }
    }
    const auto unknown = check_parameters(spec, {{"perriod\n", 3}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().field, "params");
    EXPECT_EQ(unknown.error().text().find('\n'), std::string::npos);
    if (!spec.parameters.empty()) {
      const std::string name(spec.parameters[0].name);
      const double value = spec.parameters[0].default_value;
      EXPECT_FALSE(check_parameters(spec, {{name, value}, {name, value}}));
    }
  }
  const auto crossed = check_parameters(**find_indicator("macd"), {{"fast", 26}, {"slow", 12}});
  EXPECT_EQ(crossed.error().text(),
            "BAD_INDICATOR_PARAMETER: macd: fast is 26 and slow 12; make fast less than slow");
}

TEST(Registry, UnknownNamesGetWhatIsNear) {
  EXPECT_EQ(find_indicator("rsl").error().text(),
            "UNKNOWN_INDICATOR: there is no indicator 'rsl'; did you mean rsi? list_indicators has "
            "all names");
  EXPECT_NE(find_indicator("bollinger").error().fix.find("list_indicators"), std::string::npos);
  EXPECT_EQ(find_indicator("").error().code, "UNKNOWN_INDICATOR");
  const std::string hostile(5'000, '\x1b');
  EXPECT_LT(find_indicator(hostile).error().text().size(), 200U);
  EXPECT_EQ(find_indicator(hostile).error().text().find('\x1b'), std::string::npos);
}

// --- calculate() ---

std::string code_of(const trading::Result<Calculation>& result) {
  return result ? "a number" : result.error().code;
}

TEST(Calculate, TooFewBarsAreNeverANumber) {
  SEEDED_RANDOM(random, 20'260'410);
  const Inputs in = inputs(random, 120);
  BarSeries second = in.bars;
  for (const IndicatorSpec& spec : indicators()) {
    for (const Seeding method : kMethods) {
      const auto run = [&](std::size_t bars) {
        return calculate(trading::test::first_bars(in.bars, bars), &second,
                         {spec.name, {}, method});
      };
      EXPECT_EQ(code_of(run(0)), "NOT_ENOUGH_BARS") << spec.name;
      EXPECT_EQ(code_of(run(1)), "NOT_ENOUGH_BARS") << spec.name;
      const std::size_t first = spec.make(*check_parameters(spec, {}), method)->warm_up().first;
      EXPECT_EQ(code_of(run(first > 2 ? first - 1 : 1)), "NOT_ENOUGH_BARS") << spec.name;
      const auto enough = run(std::max<std::size_t>(first, 2));
      ASSERT_TRUE(enough) << enough.error().text();
      EXPECT_EQ(enough->bars_used, std::max<std::size_t>(first, 2));
      EXPECT_EQ(enough->is_warming_up, enough->bars_used < enough->warm_up.settled);
    }
  }
}

TEST(Calculate, BadBarsAreNamed) {
  SEEDED_RANDOM(random, 20'260'411);
  const BarSeries good = trading::test::walk(random, 60);
  ASSERT_TRUE(validate(good));
  const auto spoilt = [&](const auto& spoil) {
    BarSeries bars = good;
    spoil(bars);
    const auto got = calculate(bars, nullptr, {"sma", {}});
    return got ? "a number" : got.error().code + " " + got.error().what;
  };
  EXPECT_NE(spoilt([](BarSeries& b) { b.close_e4[7] = 0; }).find("BAD_BARS bar 8 "), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.low_e4[7] = -5; }).find("above zero"), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.high_e4[7] = kMostPriceE4 + 1; }).find("one crore"), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.high_e4[7] = b.low_e4[7] - 1; }).find("outside its range"), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.open_e4[7] = b.high_e4[7] + 1; }).find("outside its range"), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.volume[7] = -1; }).find("volume"), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.volume[7] = kMostVolume + 1; }).find("volume"), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.ts_us[7] = b.ts_us[6]; }).find("come after"), std::string::npos);
  EXPECT_NE(spoilt([](BarSeries& b) { b.close_e4.pop_back(); }).find("length"), std::string::npos);
}

TEST(Calculate, RowsAreTheLastOnesAndPricesAreRupees) {
  SEEDED_RANDOM(random, 20'260'412);
  const BarSeries bars = trading::test::walk(random, 3'000);
  const auto all = calculate(bars, nullptr, {"bbands", {{"period", 30}}});
  ASSERT_TRUE(all);
  for (const std::size_t rows : {1U, 2U, 700U, 1'024U, 2'999U, 3'000U, 9'999U}) {
    const auto some = calculate(bars, nullptr, {"bbands", {{"period", 30}}, Seeding::kEwm, rows});
    ASSERT_TRUE(some);
    const std::size_t kept = std::min<std::size_t>(rows, 3'000);
    ASSERT_EQ(some->ts_us.size(), kept);
    EXPECT_EQ(some->ts_us.back(), bars.ts_us.back());
    Table wanted = all->columns;
    for (auto& column : wanted) column.erase(column.begin(), column.end() - static_cast<std::ptrdiff_t>(kept));
    EXPECT_EQ(difference(wanted, some->columns), "") << rows;
  }
  EXPECT_NEAR(all->columns[1].back() * 10'000, static_cast<double>(bars.close_e4.back()), 2e6);
  EXPECT_EQ(all->parameters, (Parameters{30, 2}));
}

TEST(Calculate, TwoSeriesAreJoinedByTime) {
  SEEDED_RANDOM(random, 20'260'413);
  const BarSeries bars = trading::test::walk(random, 200);
  EXPECT_EQ(code_of(calculate(bars, nullptr, {"correlation", {}})), "SECOND_SERIES_MISSING");
  BarSeries sparse;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (i % 3 != 1) sparse.push_back(bars.at(i));
  }
  const auto own = calculate(bars, &sparse, {"correlation", {{"period", 20}}});
  ASSERT_TRUE(own);
  EXPECT_EQ(own->bars_used, sparse.size());
  EXPECT_EQ(own->ts_us, sparse.ts_us);
  EXPECT_DOUBLE_EQ(own->columns[0].back(), 1.0);
  EXPECT_DOUBLE_EQ(calculate(bars, &sparse, {"beta", {{"period", 20}}})->columns[0].back(), 1.0);
  BarSeries elsewhere = bars;
  for (std::int64_t& ts : elsewhere.ts_us) ts += 1;
  EXPECT_EQ(code_of(calculate(bars, &elsewhere, {"correlation", {}})), "NOT_ENOUGH_BARS");
}

}  // namespace
}  // namespace research
