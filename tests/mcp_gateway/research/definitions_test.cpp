// Values against definitions written a second time, plainly: in long double over whole columns,
// looking back as far as the definition says for each bar. The method `ewm` of everything that has
// one is held to pandas' ewm(adjust=False) here; so is all that TA-Lib and Tulip do not have.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "mcp_gateway/research/indicators/calculate.h"
#include "tests/support/bar_samples.h"

namespace research {
namespace {

using trading::BarSeries;
using L = long double;
using Column = std::vector<L>;
using Lines = std::vector<Column>;

const L kNone = std::numeric_limits<L>::quiet_NaN();

Column rupees(const std::vector<std::int64_t>& column) {
  Column out;
  for (const std::int64_t e4 : column) out.push_back(static_cast<L>(e4) / 10'000);
  return out;
}

struct Bars {
  Column high, low, close, volume;
  std::vector<std::int64_t> ts_us;
  explicit Bars(const BarSeries& bars)
      : high(rupees(bars.high_e4)),
        low(rupees(bars.low_e4)),
        close(rupees(bars.close_e4)),
        volume(bars.volume.begin(), bars.volume.end()),
        ts_us(bars.ts_us) {}
  [[nodiscard]] std::size_t size() const { return close.size(); }
};

// A column made bar by bar.
Column each(std::size_t size, const std::function<L(std::size_t)>& value) {
  Column out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(value(i));
  return out;
}
// ewm(alpha, adjust=False).mean(): leading gaps are passed over.
Column ewm(const Column& x, L alpha) {
  L y = kNone;
  return each(x.size(), [&](std::size_t i) {
    if (!std::isnan(x[i])) y = std::isnan(y) ? x[i] : (1 - alpha) * y + alpha * x[i];
    return y;
  });
}
Column span(const Column& x, int n) { return ewm(x, L{2} / (n + 1)); }
Column wilder(const Column& x, int n) { return ewm(x, L{1} / n); }
// f over the last n values; none until there are n.
Column rolling(const Column& x, int n, const std::function<L(const Column&)>& f) {
  return each(x.size(), [&](std::size_t i) {
    if (i + 1 < static_cast<std::size_t>(n)) return kNone;
    const auto end = x.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    return f(Column(end - n, end));
  });
}
L sum(const Column& x) {
  L total = 0;
  for (const L value : x) total += value;
  return total;
}
L mean(const Column& x) { return sum(x) / static_cast<L>(x.size()); }
L most(const Column& x) { return *std::max_element(x.begin(), x.end()); }
L least(const Column& x) { return *std::min_element(x.begin(), x.end()); }
L deviation(const Column& x) {  // in two passes
  const L m = mean(x);
  L squares = 0;
  for (const L value : x) squares += (value - m) * (value - m);
  return std::sqrt(squares / static_cast<L>(x.size()));
}
Column combined(const Column& a, const Column& b, const std::function<L(L, L)>& f) {
  return each(a.size(), [&](std::size_t i) { return f(a[i], b[i]); });
}
Column minus(const Column& a, const Column& b) {
  return combined(a, b, [](L x, L y) { return x - y; });
}
Column before(const Column& x, std::size_t bars = 1) {
  return each(x.size(), [&](std::size_t i) { return i < bars ? kNone : x[i - bars]; });
}

Column true_range(const Bars& b) {
  return each(b.size(), [&](std::size_t i) {
    const L own = b.high[i] - b.low[i];
    if (i == 0) return own;
    return std::max({own, std::abs(b.high[i] - b.close[i - 1]), std::abs(b.low[i] - b.close[i - 1])});
  });
}
// The same without the first bar's.
Column true_range_from_second(const Bars& b) {
  Column out = true_range(b);
  out[0] = kNone;
  return out;
}
Column rsi(const Bars& b, int n) {
  const Column change = minus(b.close, before(b.close));
  const auto part = [&](L sign) {
    return each(b.size(), [&](std::size_t i) {
      return std::isnan(change[i]) ? kNone : std::max(sign * change[i], L{0});
    });
  };
  return combined(wilder(part(1), n), wilder(part(-1), n),
                  [](L gain, L loss) { return 100 - 100 / (1 + gain / loss); });
}
Column raw_stochastic(const Column& x, const Column& high, const Column& low, int n) {
  const Column top = rolling(high, n, most);
  const Column bottom = rolling(low, n, least);
  return each(x.size(), [&](std::size_t i) {
    return 100 * (x[i] - bottom[i]) / (top[i] - bottom[i]);
  });
}
Column middle_of_range(const Bars& b, int n) {
  return combined(rolling(b.high, n, most), rolling(b.low, n, least),
                  [](L h, L l) { return (h + l) / 2; });
}
Lines adx(const Bars& b, int n) {
  const auto moves = [&](bool is_up) {
    return each(b.size(), [&](std::size_t i) {
      if (i == 0) return kNone;
      const L up = b.high[i] - b.high[i - 1];
      const L down = b.low[i - 1] - b.low[i];
      // Prices are on a grid of 1/10,000: what is nearer than that is equal.
      if (std::abs(up - down) < L{1} / 20'000) return L{0};
      return is_up ? (up > down && up > 0 ? up : 0) : (down > up && down > 0 ? down : 0);
    });
  };
  const Column range = wilder(true_range_from_second(b), n);
  const auto share = [&](bool is_up) {
    return combined(wilder(moves(is_up), n), range, [](L m, L r) { return 100 * m / r; });
  };
  const Column plus = share(true);
  const Column minus_di = share(false);
  const Column dx = combined(plus, minus_di,
                             [](L p, L m) { return 100 * std::abs(p - m) / (p + m); });
  return {wilder(dx, n), plus, minus_di};
}
Lines macd(const Bars& b, int fast, int slow, int signal, bool is_percent) {
  const Column slow_line = span(b.close, slow);
  Column line = minus(span(b.close, fast), slow_line);
  if (is_percent) line = combined(line, slow_line, [](L d, L s) { return 100 * d / s; });
  const Column signal_line = span(line, signal);
  return {line, signal_line, minus(line, signal_line)};
}
Lines supertrend(const Bars& b, int n, L multiplier) {
  const Column atr = wilder(true_range(b), n);
  Column line(b.size());
  Column direction(b.size());
  L upper = 0;
  L lower = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const L middle = (b.high[i] + b.low[i]) / 2;
    const L basic_upper = middle + multiplier * atr[i];
    const L basic_lower = middle - multiplier * atr[i];
    if (i == 0 || basic_upper < upper || b.close[i - 1] > upper) upper = basic_upper;
    if (i == 0 || basic_lower > lower || b.close[i - 1] < lower) lower = basic_lower;
    direction[i] = i == 0 ? -1 : direction[i - 1];
    if (direction[i] < 0 && b.close[i] > upper) {
      direction[i] = 1;
    } else if (direction[i] > 0 && b.close[i] < lower) {
      direction[i] = -1;
    }
    line[i] = direction[i] > 0 ? lower : upper;
  }
  return {line, direction};
}
Lines ichimoku(const Bars& b, int conversion, int base, int span_bars) {
  const Column c = middle_of_range(b, conversion);
  const Column k = middle_of_range(b, base);
  const Column a = combined(c, k, [](L x, L y) { return (x + y) / 2; });
  const Column s = middle_of_range(b, span_bars);
  const auto ahead = static_cast<std::size_t>(base);
  return {c, k, a, s, before(a, ahead), before(s, ahead)};
}
Lines bollinger(const Bars& b, int n, L deviations) {
  const Column middle = rolling(b.close, n, mean);
  const Column reach = rolling(b.close, n, [=](const Column& x) { return deviations * deviation(x); });
  const Column upper = combined(middle, reach, [](L m, L r) { return m + r; });
  const Column lower = minus(middle, reach);
  return {upper, middle, lower,
          each(b.size(), [&](std::size_t i) {
            return (b.close[i] - lower[i]) / (upper[i] - lower[i]);
          }),
          each(b.size(), [&](std::size_t i) { return 100 * (upper[i] - lower[i]) / middle[i]; })};
}
Lines regression(const Bars& b, int n) {
  const auto part = [&](int which) {
    return rolling(b.close, n, [=](const Column& y) {
      const L middle_x = (static_cast<L>(n) - 1) / 2;
      const L middle_y = mean(y);
      L xy = 0;
      L xx = 0;
      L yy = 0;
      for (std::size_t i = 0; i < y.size(); ++i) {
        const L x = static_cast<L>(i) - middle_x;
        xy += x * (y[i] - middle_y);
        xx += x * x;
        yy += (y[i] - middle_y) * (y[i] - middle_y);
      }
      const L slope = xy / xx;
      return which == 0   ? slope
             : which == 1 ? 100 * slope / middle_y
             : which == 2 ? middle_y + slope * middle_x
                          : xy * xy / (xx * yy);
    });
  };
  return {part(0), part(1), part(2), part(3)};
}
Column vwap(const Bars& b, const std::function<bool(std::size_t)>& begins) {
  L turnover = 0;
  L volume = 0;
  bool is_on = false;
  return each(b.size(), [&](std::size_t i) {
    if (begins(i)) {
      turnover = volume = 0;
      is_on = true;
    }
    if (is_on) {
      turnover += (b.high[i] + b.low[i] + b.close[i]) / 3 * b.volume[i];
      volume += b.volume[i];
    }
    return turnover / volume;
  });
}
Column cmf(const Bars& b, int n) {
  const Column flow = each(b.size(), [&](std::size_t i) {
    const L range = b.high[i] - b.low[i];
    if (range == 0) return L{0};
    return ((b.close[i] - b.low[i]) - (b.high[i] - b.close[i])) / range * b.volume[i];
  });
  return combined(rolling(flow, n, sum), rolling(b.volume, n, sum), [](L f, L v) { return f / v; });
}
Lines vortex(const Bars& b, int n) {
  const Column range = rolling(true_range_from_second(b), n, sum);
  const auto reach = [&](const Column& from, const Column& to) {
    const Column way = combined(from, before(to), [](L x, L y) { return std::abs(x - y); });
    return combined(rolling(way, n, sum), range, [](L w, L r) { return w / r; });
  };
  return {reach(b.high, b.low), reach(b.low, b.high)};
}
Column choppiness(const Bars& b, int n) {
  const Column ranges = rolling(true_range_from_second(b), n, sum);
  const Column height = minus(rolling(b.high, n, most), rolling(b.low, n, least));
  return combined(ranges, height,
                  [=](L r, L h) { return 100 * std::log10(r / h) / std::log10(static_cast<L>(n)); });
}
Column efficiency(const Bars& b, int n) {
  const Column step = combined(b.close, before(b.close), [](L x, L y) { return std::abs(x - y); });
  const Column way = rolling(step, n, sum);
  const Column distance = minus(b.close, before(b.close, static_cast<std::size_t>(n)));
  return combined(distance, way, [](L d, L w) { return w == 0 ? L{1} : std::abs(d) / w; });
}
Column volatility(const Bars& b, int n, L bars_a_year) {
  const Column returns =
      combined(b.close, before(b.close), [](L x, L y) { return std::log(x / y); });
  return rolling(returns, n, [=](const Column& r) {
    const auto count = static_cast<L>(r.size());
    return 100 * deviation(r) * std::sqrt(count / (count - 1) * bars_a_year);
  });
}
Lines pivots(const Bars& b, std::size_t side) {
  const auto last = [&](const Column& x, bool is_high, bool is_age) {
    return each(b.size(), [&, is_high, is_age](std::size_t i) {
      // The newest bar with `side` bars after it (up to i) that is the extreme of its window.
      for (std::size_t age = side; age + side <= i; ++age) {
        const auto at = x.begin() + static_cast<std::ptrdiff_t>(i - age);
        const auto reach = static_cast<std::ptrdiff_t>(side);
        const Column window(at - reach, at + reach + 1);
        if (*at == (is_high ? most(window) : least(window))) return is_age ? static_cast<L>(age) : *at;
      }
      return kNone;
    });
  };
  return {last(b.high, true, false), last(b.low, false, false), last(b.high, true, true),
          last(b.low, false, true)};
}
Lines support_resistance(const Bars& b, std::size_t side, L merge_percent) {
  Lines out(8, Column(b.size(), kNone));
  // In 1/10,000 rupee, so that a level that equals the close does.
  const auto whole = [](const Column& x) {
    return each(x.size(), [&](std::size_t i) { return std::round(x[i] * 10'000); });
  };
  const Column low_e4 = whole(b.low);
  const Column high_e4 = whole(b.high);
  const Column close_e4 = whole(b.close);
  for (std::size_t i = 0; i < b.size(); ++i) {
    const auto levels = [&](const Column& x, bool is_high) {
      Column found;
      for (std::size_t at = side; at + side <= i; ++at) {
        const auto here = x.begin() + static_cast<std::ptrdiff_t>(at);
        const auto reach = static_cast<std::ptrdiff_t>(side);
        const Column window(here - reach, here + reach + 1);
        if (*here == (is_high ? most(window) : least(window))) found.push_back(*here);
      }
      std::sort(found.begin(), found.end());
      Column merged;
      for (const L price : found) {
        if (!merged.empty() && (price - merged.back()) / merged.back() * 100 < merge_percent) {
          merged.back() = (merged.back() + price) / 2;
        } else {
          merged.push_back(price);
        }
      }
      return merged;
    };
    const Column lows = levels(low_e4, false);
    const Column highs = levels(high_e4, true);
    std::size_t k = 0;
    for (auto low = lows.rbegin(); low != lows.rend() && k < 4; ++low)
      if (*low < close_e4[i]) out[k++][i] = *low / 10'000;
    k = 4;
    for (auto high = highs.begin(); high != highs.end() && k < 8; ++high)
      if (*high > close_e4[i]) out[k++][i] = *high / 10'000;
  }
  return out;
}
Lines floor_pivots(const Bars& b, std::size_t bars_a_session) {
  Lines out(7, Column(b.size(), kNone));
  for (std::size_t i = bars_a_session; i < b.size(); ++i) {
    const std::size_t begin = (i / bars_a_session - 1) * bars_a_session;
    L high = b.high[begin];
    L low = b.low[begin];
    for (std::size_t j = begin; j < begin + bars_a_session; ++j) {
      high = std::max(high, b.high[j]);
      low = std::min(low, b.low[j]);
    }
    const L p = (high + low + b.close[begin + bars_a_session - 1]) / 3;
    const L levels[] = {p,           2 * p - low,        p + (high - low), high + 2 * (p - low),
                        2 * p - high, p - (high - low), low - 2 * (high - p)};
    for (std::size_t k = 0; k < 7; ++k) out[k][i] = levels[k];
  }
  return out;
}

struct Definition {
  const char* name;
  NamedParameters parameters;
  std::function<Lines(const Bars&)> columns;  // null entries: not compared
};

constexpr std::size_t kSession = 75;

// clang-format off
std::vector<Definition> definitions(int n) {
  const double d = n;
  const auto ema_of = [n](const Column& x) { return span(x, n); };
  return {
      {"ema", {{"period", d}}, [=](const Bars& b) { return Lines{ema_of(b.close)}; }},
      {"dema", {{"period", d}}, [=](const Bars& b) {
         const Column one = ema_of(b.close);
         return Lines{combined(one, ema_of(one), [](L x, L y) { return 2 * x - y; })};
       }},
      {"tema", {{"period", d}}, [=](const Bars& b) {
         const Column one = ema_of(b.close);
         const Column two = ema_of(one);
         const Column three = ema_of(two);
         return Lines{each(b.size(), [&](std::size_t i) { return 3 * one[i] - 3 * two[i] + three[i]; })};
       }},
      {"trix", {{"period", d}}, [=](const Bars& b) {
         const Column three = ema_of(ema_of(ema_of(b.close)));
         return Lines{combined(three, before(three), [](L now, L then) { return 100 * (now / then - 1); })};
       }},
      {"rsi", {{"period", d}}, [=](const Bars& b) { return Lines{rsi(b, n)}; }},
      {"cmo", {{"period", d}}, [=](const Bars& b) {
         return Lines{each(b.size(), [&, r = rsi(b, n)](std::size_t i) { return 2 * r[i] - 100; })};
       }},
      {"stochrsi", {{"rsi_period", d}, {"period", d}, {"slowing", 3}, {"d_period", 4}}, [=](const Bars& b) {
         Column r = rsi(b, n);
         r[0] = 50;  // has none; whatever stands here must not be seen
         Column raw = raw_stochastic(r, r, r, n);
         for (int i = 0; i < n; ++i) raw[static_cast<std::size_t>(i)] = kNone;
         const Column k = rolling(raw, 3, mean);
         return Lines{k, rolling(k, 4, mean)};
       }},
      {"macd", {{"fast", d}, {"slow", 2 * d}, {"signal", d - 1}}, [=](const Bars& b) { return macd(b, n, 2 * n, n - 1, false); }},
      {"ppo", {{"fast", d}, {"slow", 2 * d}, {"signal", d - 1}}, [=](const Bars& b) { return macd(b, n, 2 * n, n - 1, true); }},
      {"atr", {{"period", d}}, [=](const Bars& b) { return Lines{wilder(true_range(b), n)}; }},
      {"natr", {{"period", d}}, [=](const Bars& b) {
         return Lines{combined(wilder(true_range(b), n), b.close, [](L a, L c) { return 100 * a / c; })};
       }},
      {"true_range", {}, [](const Bars& b) { return Lines{true_range(b)}; }},
      {"adx", {{"period", d}}, [=](const Bars& b) { return adx(b, n); }},
      {"keltner", {{"period", d}, {"atr_period", 9}, {"multiplier", 1.5}}, [=](const Bars& b) {
         const Column middle = ema_of(b.close);
         const Column atr = wilder(true_range(b), 9);
         return Lines{combined(middle, atr, [](L m, L a) { return m + L{1.5} * a; }), middle,
                            combined(middle, atr, [](L m, L a) { return m - L{1.5} * a; })};
       }},
      {"supertrend", {{"period", d}, {"multiplier", 2.5}}, [=](const Bars& b) { return supertrend(b, n, 2.5); }},
      {"volume_ratio", {{"period", d}}, [=](const Bars& b) {
         return Lines{combined(b.volume, ema_of(b.volume), [](L v, L e) { return v / e; }), ema_of(b.volume)};
       }},
      {"adosc", {{"fast", 3}, {"slow", d}}, [=](const Bars& b) {
         L total = 0;
         const Column flow = each(b.size(), [&](std::size_t i) {
           const L range = b.high[i] - b.low[i];
           if (range > 0) total += (2 * b.close[i] - b.low[i] - b.high[i]) / range * b.volume[i];
           return total;
         });
         return Lines{minus(span(flow, 3), ema_of(flow))};
       }},
      {"bbands", {{"period", d}, {"deviations", 1.5}}, [=](const Bars& b) { return bollinger(b, n, 1.5); }},
      {"stddev", {{"period", d}}, [=](const Bars& b) { return Lines{rolling(b.close, n, deviation)}; }},
      {"zscore", {{"period", d}}, [=](const Bars& b) {
         return Lines{rolling(b.close, n, [](const Column& x) { return (x.back() - mean(x)) / deviation(x); })};
       }},
      {"linreg", {{"period", d}}, [=](const Bars& b) { return regression(b, n); }},
      {"donchian", {{"period", d}}, [=](const Bars& b) {
         return Lines{rolling(b.high, n, most), middle_of_range(b, n), rolling(b.low, n, least)};
       }},
      {"ichimoku", {{"conversion", d}, {"base", 2 * d}, {"span", 3 * d}}, [=](const Bars& b) { return ichimoku(b, n, 2 * n, 3 * n); }},
      {"awesome", {{"fast", d}, {"slow", 3 * d}}, [=](const Bars& b) {
         const Column middle = combined(b.high, b.low, [](L h, L l) { return (h + l) / 2; });
         return Lines{minus(rolling(middle, n, mean), rolling(middle, 3 * n, mean))};
       }},
      {"cmf", {{"period", d}}, [=](const Bars& b) { return Lines{cmf(b, n)}; }},
      {"vortex", {{"period", d}}, [=](const Bars& b) { return vortex(b, n); }},
      {"choppiness", {{"period", d}}, [=](const Bars& b) { return Lines{choppiness(b, n)}; }},
      {"efficiency_ratio", {{"period", d}}, [=](const Bars& b) { return Lines{efficiency(b, n)}; }},
      {"volatility", {{"period", d}, {"bars_a_year", 18'750}}, [=](const Bars& b) { return Lines{volatility(b, n, 18'750)}; }},
      {"vwap", {}, [](const Bars& b) {
         return Lines{vwap(b, [](std::size_t i) { return i % kSession == 0; })};
       }},
      {"anchored_vwap", {{"anchor_us", 1'704'080'700e6 + 86'400e6 + 450e6}}, [](const Bars& b) {  // between two bars
         return Lines{vwap(b, [](std::size_t i) { return i == kSession + 2; })};
       }},
      {"pivots", {{"side", d}}, [=](const Bars& b) { return pivots(b, static_cast<std::size_t>(n)); }},
      {"floor_pivots", {}, [](const Bars& b) { return floor_pivots(b, kSession); }},
      {"support_resistance", {{"side", d}, {"merge_percent", 0.02}}, [=](const Bars& b) {
         return support_resistance(b, static_cast<std::size_t>(n), L{0.02L});
       }},
  };
}
// clang-format on

void compare(const std::string& where, std::size_t least_values, const std::vector<double>& ours,
             const Column& wanted) {
  ASSERT_EQ(ours.size(), wanted.size()) << where;
  L size = 0;
  std::size_t count = 0;
  for (const L value : wanted) {
    if (!std::isfinite(value)) continue;
    size += std::abs(value);
    ++count;
  }
  ASSERT_GE(count, least_values) << where;
  const L usual = size / static_cast<L>(std::max<std::size_t>(count, 1));
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!std::isfinite(wanted[i])) {
      ASSERT_FALSE(std::isfinite(ours[i])) << where << " at bar " << i + 1;
      continue;
    }
    ASSERT_NEAR(ours[i], static_cast<double>(wanted[i]),
                static_cast<double>(1e-9L * std::max(std::abs(wanted[i]), usual)))
        << where << " at bar " << i + 1;
  }
}

TEST(Definitions, EwmAndEverythingWithoutAReferenceLibrary) {
  SEEDED_RANDOM(random, 20'260'403);
  trading::test::WalkShape shape;
  shape.flat_percent = 2;
  const BarSeries series = trading::test::walk(random, 450, shape);
  const Bars bars(series);
  for (const int n : {4, 10, 20}) {
    for (const Definition& definition : definitions(n)) {
      const std::string name = std::string(definition.name) + " of " + std::to_string(n);
      const auto ours =
          calculate(series, nullptr, {definition.name, definition.parameters, Seeding::kEwm});
      ASSERT_TRUE(ours) << name << ": " << ours.error().text();
      const Lines wanted = definition.columns(bars);
      ASSERT_EQ(ours->columns.size(), wanted.size()) << name;
      for (std::size_t k = 0; k < wanted.size(); ++k)
        compare(name + " (" + std::string(ours->spec->outputs[k].name) + ")",
                std::string_view(definition.name) == "support_resistance" && k % 4 > 0 ? 0 : 150,
                ours->columns[k], wanted[k]);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace research
