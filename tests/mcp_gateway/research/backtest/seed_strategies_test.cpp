// The other three strategies of the table's first four against plain references: floating-point
// recursions from the first value on, written from their definitions and sharing nothing with what
// they judge. The trades must be the same.

#include <cmath>
#include <random>

#include "tests/mcp_gateway/research/backtest/backtest_fixture.h"

namespace research {
namespace {

struct Signals {
  std::vector<char> in, out;  // at the close of a bar
};

// alpha, recursive from the first value.
std::vector<double> ewm(const std::vector<double>& x, double alpha) {
  std::vector<double> y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = i == 0 ? x[0] : (1 - alpha) * y[i - 1] + alpha * x[i];
  return y;
}
std::vector<double> span(const std::vector<double>& x, double n) { return ewm(x, 2 / (n + 1)); }
std::vector<double> closes_of(const trading::BarSeries& bars) {
  return {bars.close_e4.begin(), bars.close_e4.end()};
}

Signals rsi_reversal(const trading::BarSeries& bars) {
  const std::size_t n = bars.size();
  std::vector<double> gain, loss;
  for (std::size_t i = 1; i < n; ++i) {
    const double d = static_cast<double>(bars.close_e4[i] - bars.close_e4[i - 1]);
    gain.push_back(std::max(d, 0.0));
    loss.push_back(std::max(-d, 0.0));
  }
  const auto up = ewm(gain, 1.0 / 14), down = ewm(loss, 1.0 / 14);
  Signals s{std::vector<char>(n), std::vector<char>(n)};
  for (std::size_t i = 1; i < n; ++i) {
    const double rsi = 100 - 100 / (1 + up[i - 1] / down[i - 1]);
    s.in[i] = rsi < 30;
    s.out[i] = rsi > 60;
  }
  return s;
}

Signals macd_trend(const trading::BarSeries& bars) {
  const auto close = closes_of(bars);
  const auto fast = span(close, 12), slow = span(close, 26), trend = span(close, 200);
  std::vector<double> macd;
  for (std::size_t i = 0; i < close.size(); ++i) macd.push_back(fast[i] - slow[i]);
  const auto signal = span(macd, 9);
  Signals s{std::vector<char>(close.size()), std::vector<char>(close.size())};
  for (std::size_t i = 1; i < close.size(); ++i) {
    s.in[i] = macd[i - 1] <= signal[i - 1] && macd[i] > signal[i] && close[i] > trend[i];
    s.out[i] = macd[i] < signal[i];
  }
  return s;
}

Signals breakout_volume(const trading::BarSeries& bars) {
  const auto close = closes_of(bars);
  const auto average = span(close, 20);
  const auto volume = span({bars.volume.begin(), bars.volume.end()}, 20);
  Signals s{std::vector<char>(close.size()), std::vector<char>(close.size())};
  for (std::size_t i = 0; i < close.size(); ++i) {
    std::int64_t high = 0;
    for (std::size_t k = i >= 20 ? i - 20 : i; k < i; ++k) high = std::max(high, bars.high_e4[k]);
    s.in[i] = i >= 20 && bars.close_e4[i] > high && static_cast<double>(bars.volume[i]) > 2 * volume[i];
    s.out[i] = close[i] < average[i];
  }
  return s;
}

struct Plain {
  std::size_t in, out;
  std::int64_t quantity;
};

// Signal at close i, fill at open i + 1, floor(cash / open), the last bar closes at its close.
std::pair<std::vector<Plain>, std::int64_t> walk_signals(const trading::BarSeries& bars, const Signals& s,
                                                         std::int64_t cash) {
  std::vector<Plain> trades;
  std::int64_t quantity = 0;
  std::size_t in = 0;
  const std::size_t n = bars.size();
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const std::int64_t open = bars.open_e4[i + 1];
    if (quantity == 0 && s.in[i] && cash / open > 0) {
      quantity = cash / open;
      cash -= quantity * open;
      in = i + 1;
    } else if (quantity > 0 && s.out[i]) {
      cash += quantity * open;
      trades.push_back({in, i + 1, quantity});
      quantity = 0;
    }
  }
  if (quantity > 0) {
    cash += quantity * bars.close_e4[n - 1];
    trades.push_back({in, n - 1, quantity});
  }
  return {trades, cash};
}

TEST(SeedStrategies, TradeAsTheirDefinitionsSay) {
  std::vector<trading::test::RecordedBars> all = price_files();
  for (std::uint64_t seed = 1; seed <= 12; ++seed)
    all.push_back({"seed " + std::to_string(seed),
                   research_data::generated(seed, {kDays, 4'000, 40'000, 400})});
  std::size_t trades = 0;
  for (const auto& file : all) {
    const CheckedBars bars = checked(file.bars);
    for (const auto& [name, signals] :
         {std::pair<std::string, Signals>{"rsi_reversal", rsi_reversal(file.bars)},
          {"macd_trend", macd_trend(file.bars)},
          {"breakout_volume", breakout_volume(file.bars)}}) {
      SCOPED_TRACE(file.name + " " + name);
      BacktestRequest request = request_of(name, bars);
      request.max_trades = 1'000'000;
      const BacktestReport report = must(run_backtest(request));
      const auto [wanted, cash] = walk_signals(file.bars, signals, request.capital.accrual().value());
      ASSERT_EQ(report.trades.size(), wanted.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_EQ(report.trades[i].entry_bar, wanted[i].in) << "trade " << i;
        ASSERT_EQ(report.trades[i].exit_bar, wanted[i].out) << "trade " << i;
        ASSERT_EQ(report.trades[i].quantity.value(), wanted[i].quantity) << "trade " << i;
      }
      ASSERT_EQ(report.final_capital.value(), cash);
      trades += wanted.size();
    }
  }
  EXPECT_GT(trades, 1'000U);
}

// --- figures of a report, worked out by hand ----------------------------------------------------

TEST(Report, ItsFiguresFollowFromItsTrades) {
  // Quiet days, a rise to 110, a fall to 88.
  std::vector<Row> rows(62, Row{100, 100, 100, 100});
  rows.insert(rows.end(), {{100, 110, 100, 110}, {110, 110, 110, 110}, {110, 110, 110, 110},
                           {110, 110, 88, 88}, {88, 88, 88, 88}, {88, 88, 88, 88}});
  const CheckedBars bars = checked(series_of(rows, kDays, timestamp_of(TradingDate::from_civil(2024, 1, 1), {})));
  // Averages of one and two bars: up after the rise, down after the fall.
  BacktestRequest request = request_of("ma_crossover", bars);
  request.params = {{"fast_period", 1}, {"slow_period", 2}};
  request.capital = trading::Money(11'000'00);
  const BacktestReport report = must(run_backtest(request));
  // In at 110 (100 shares) after the rise, marked down to 88, out at 88.
  ASSERT_EQ(report.num_trades, 1U);
  EXPECT_EQ(report.trades[0].quantity, Quantity(100));
  EXPECT_EQ(report.total_pnl.value(), -2'200 * trading::kRupeeE4);
  EXPECT_EQ(report.final_capital.value(), 8'800 * trading::kRupeeE4);
  EXPECT_DOUBLE_EQ(report.total_return_pct, -20.0);
  EXPECT_DOUBLE_EQ(report.buy_and_hold_return_pct, -12.0);
  EXPECT_DOUBLE_EQ(report.max_drawdown_pct, 20.0);
  EXPECT_DOUBLE_EQ(report.max_drawdown_closed_trades_pct, 20.0);
  EXPECT_EQ(report.win_rate_pct, 0.0);
  EXPECT_FALSE(report.is_profitable);
  EXPECT_FALSE(report.beats_buy_and_hold);
  ASSERT_TRUE(report.profit_factor);
  EXPECT_EQ(*report.profit_factor, 0.0);
  EXPECT_EQ(report.avg_loss.value(), -2'200 * trading::kRupeeE4);
  EXPECT_EQ(report.bars, rows.size());
  EXPECT_DOUBLE_EQ(report.robustness.exposure_pct, 100.0 * 3 / static_cast<double>(rows.size()));
  ASSERT_EQ(report.robustness.months.size(), 3U);
  EXPECT_DOUBLE_EQ(report.robustness.months[2].return_pct, -20.0);
  EXPECT_EQ(report.robustness.months[2].month, 3);
}

TEST(Returns, SharpeAndSortinoAreWhatTheirFormulasSay) {
  const std::vector<double> returns{0.01, -0.02, 0.03, 0.0, 0.01, -0.01, 0.02, 0.005, -0.015, 0.0, 0.01};
  double sum = 0, down = 0, square = 0;
  for (const double r : returns) sum += r;
  const double n = static_cast<double>(returns.size()), mean = sum / n;
  for (const double r : returns) {
    square += (r - mean) * (r - mean);
    down += r < 0 ? r * r : 0;
  }
  const ReturnStatistics got = statistics_of(returns);
  EXPECT_NEAR(*got.sharpe, mean / std::sqrt(square / (n - 1)) * std::sqrt(252.0), 1e-12);
  EXPECT_NEAR(*got.sortino, mean / std::sqrt(down / n) * std::sqrt(252.0), 1e-12);
  EXPECT_DOUBLE_EQ(got.best_day_pct, 3.0);
  EXPECT_DOUBLE_EQ(got.worst_day_pct, -2.0);
  EXPECT_GT(*got.probabilistic_sharpe, 0.5);
  EXPECT_FALSE(statistics_of({0.0, 0.0, 0.0}).sharpe) << "no deviation, no ratio";
  EXPECT_FALSE(statistics_of({}).sharpe);
  // The best of many useless trials looks better the more there are.
  EXPECT_EQ(expected_best_sharpe(1, 1.0), 0.0);
  EXPECT_LT(expected_best_sharpe(10, 1.0), expected_best_sharpe(1'000, 1.0));
  EXPECT_NEAR(expected_best_sharpe(1'000, 1.0), 3.26, 0.02);
}

}  // namespace
}  // namespace research
