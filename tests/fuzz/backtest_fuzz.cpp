// A request for a backtest or a sweep, with bars, all from outside, to a report or an error. Input,
// byte by byte:
//
//   0      which strategy (above the table: a name made of the bytes that follow)
//   1, 2   costs, shorts, settlement, product, sizing; bars of a day or of five minutes, how they
//          are spoilt, whether a sweep
//   3..5   stop, target and trail in 1/4 percent
//   6..    a count of parameters; for each its index and a number of 1 or 8 bytes
//   rest   bars, 6 bytes each: steps of open, close, high, low, volume and time
//
// Whatever comes out: an error says what; a report's money adds up to the last 1/10,000 rupee, no
// figure is infinite, what the kernel can do the general engine does alike, and later bars change no
// trade that was over before.

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "mcp_gateway/research/backtest/sweep.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace research;  // NOLINT

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint8_t byte() { return fuzz::take_byte(data_, size_); }
  double number() {
    const std::uint8_t form = byte();
    if (form % 4 != 0) return form % 3 == 0 ? form / 16.0 : form % 64;
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8U | byte();
    return std::bit_cast<double>(bits);
  }
  [[nodiscard]] std::size_t left() const { return size_; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

trading::BarSeries bars_of(Bytes& bytes, bool is_daily, unsigned spoilt) {
  trading::BarSeries bars;
  bars.timeframe = is_daily ? trading::Timeframe::kOneDay : trading::Timeframe::kFiveMinute;
  std::int64_t close = 1'000'000;
  std::int64_t day = 0;
  std::int64_t in_day = 0;
  const trading::Timestamp first =
      timestamp_of(trading::TradingDate::from_civil(2024, 1, 1), trading::at(9, 15));
  while (bytes.left() >= 6 && bars.size() < 600) {
    const std::int64_t open = std::max<std::int64_t>(1'000, close + (bytes.byte() % 16 - 8) * 500);
    const int jump = bytes.byte();
    close = std::max<std::int64_t>(1'000, open + (jump - 128) * (jump % 16 == 0 ? 4'000 : 100));
    const std::int64_t high = std::max(open, close) + bytes.byte() * 100;
    const std::int64_t low = std::max<std::int64_t>(500, std::min(open, close) - bytes.byte() * 100);
    const std::int64_t volume = bytes.byte() * 100;
    const int step = bytes.byte();
    in_day += 1 + (step % 32 == 0 ? 3 : 0);
    if (is_daily || in_day >= 75 || step == 255) {
      day += 1 + step % 3;
      in_day = 0;
    }
    const std::int64_t ts = first.us + (day * 1'440 + in_day * 5) * std::int64_t{60'000'000};
    bars.push_back({trading::Timestamp{ts}, trading::Price(open), trading::Price(high),
                    trading::Price(low), trading::Price(close), volume});
  }
  if (bars.empty()) return bars;
  const std::size_t at = bars.size() / 2;
  switch (spoilt) {
    case 1: bars.close_e4[at] = 0; break;
    case 2: bars.high_e4[at] = bars.low_e4[at] - 1; break;
    case 3: bars.volume[at] = -1; break;
    case 4: bars.ts_us[at] = bars.ts_us[0]; break;
    case 5: bars.low_e4.pop_back(); break;
    case 6: bars.high_e4[at] = INT64_MAX; break;
    default: break;
  }
  return bars;
}

void check_error(const trading::Error& error) {
  FUZZ_EXPECT(!error.code.empty() && !error.what.empty() && !error.fix.empty(), "an error says what");
}
void check_figure(const std::optional<double>& value) {
  FUZZ_EXPECT(!value || std::isfinite(*value), "a figure is finite or absent");
}

void check_report(const BacktestReport& report) {
  trading::Accrual sum = report.total_pnl;
  FUZZ_EXPECT(report.final_capital - report.initial_capital.accrual() == report.total_pnl,
              "profit and loss is the change of equity");
  for (const Trade& trade : report.trades) {
    sum -= trade.pnl();
    FUZZ_EXPECT(trade.quantity.is_positive(), "a trade has shares");
    FUZZ_EXPECT(trade.entry_bar <= trade.exit_bar, "in before out");
    FUZZ_EXPECT(std::isfinite(return_pct_of(trade)), "a trade's return is a number");
  }
  FUZZ_EXPECT(report.trades.size() == report.num_trades, "all trades were asked for");
  FUZZ_EXPECT(sum.is_zero(), "the trades add up");
  FUZZ_EXPECT(report.win_rate_pct >= 0 && report.win_rate_pct <= 100, "a share in percent");
  FUZZ_EXPECT(report.max_drawdown_pct >= 0, "a drawdown is not negative");
  const Robustness& more = report.robustness;
  FUZZ_EXPECT(more.exposure_pct >= 0 && more.exposure_pct <= 100, "a share in percent");
  for (const auto& figure :
       {std::optional(report.total_return_pct), std::optional(report.max_drawdown_pct),
        report.profit_factor, more.returns.sharpe, more.returns.sortino, more.calmar,
        more.annual_growth_pct, more.payoff_ratio, more.best_trade_share_pct,
        std::optional(more.turnover)})
    check_figure(figure);
  if (more.range)
    FUZZ_EXPECT(more.range->worst_e4 <= more.range->likely_e4 &&
                    more.range->likely_e4 <= more.range->best_e4,
                "worst, likely, best");
}

// The general engine for what the kernel may have done; and the same on fewer bars.
void check_again(const BacktestRequest& request, const BacktestReport& report,
                 const CheckedBars& bars) {
  const auto checked = check_request(request);
  FUZZ_EXPECT(checked.has_value(), "what was run passes the checks");
  const auto strategy = checked->spec->make(checked->params, 1);
  const auto outcome = run_engine(request.symbols, *strategy, checked->terms);
  FUZZ_EXPECT(outcome.has_value(), "the engine runs what was run");
  FUZZ_EXPECT(outcome->final_e4 == report.final_capital.value(), "one road, one result");
  FUZZ_EXPECT(outcome->trades.size() == report.num_trades, "one road, one list of trades");

  trading::BarSeries fewer;
  fewer.timeframe = bars.timeframe();
  const std::size_t count = std::max(kLeastBars, bars.size() * 3 / 4);
  for (std::size_t i = 0; i < count; ++i) fewer.push_back(bars.series().at(i));
  const auto cut = CheckedBars::check(fewer, {{}, true});
  FUZZ_EXPECT(cut.has_value(), "a part of good bars is good");
  BacktestRequest sooner = request;
  sooner.symbols[0].bars = &*cut;
  const auto before = run_backtest(sooner);
  if (!before) return;  // e.g. the part has no volume
  for (std::size_t i = 0; i < before->trades.size() && i < report.trades.size(); ++i) {
    const Trade& a = before->trades[i];
    const Trade& b = report.trades[i];
    if (std::max(a.exit_bar, b.exit_bar) + 1 >= count) break;
    FUZZ_EXPECT(a.entry_bar == b.entry_bar && a.exit_bar == b.exit_bar &&
                    a.quantity == b.quantity && a.entry_value == b.entry_value &&
                    a.exit_value == b.exit_value,
                "later bars change nothing");
  }
}

void check_sweep(const BacktestRequest& base, const std::string& param, Bytes& bytes) {
  SweepRequest sweep;
  sweep.base = base;
  const double from = bytes.number();
  sweep.ranges = {{param, from, from + bytes.byte() % 8, bytes.number()}};
  const auto report = run_sweep(sweep);
  if (!report) return check_error(report.error());
  FUZZ_EXPECT(report->trials > 0 && !report->rows.empty(), "a sweep tried something");
  FUZZ_EXPECT(std::isfinite(report->median_return_pct), "the median is a number");
  check_figure(report->deflated_sharpe);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const std::size_t which = bytes.byte();
  const unsigned options = bytes.byte();
  const unsigned more = bytes.byte();
  BacktestRequest request;
  const StrategySpec* const spec = which < strategies().size() ? strategies()[which] : nullptr;
  if (spec != nullptr) {
    request.strategy = spec->name;
  } else {
    for (int i = 0; i < 6; ++i) request.strategy += static_cast<char>(bytes.byte());
  }
  request.has_costs = options % 2 != 0;
  request.allows_short = options / 2 % 2 != 0;
  request.holds_until_settled = options / 4 % 2 != 0;
  if (options / 8 % 2 != 0)
    request.product = options / 16 % 2 != 0 ? trading::Product::kIntraday : trading::Product::kDelivery;
  request.sizing.kind = static_cast<SizingKind>(options / 32 % 5);
  request.sizing.shares = trading::Quantity(bytes.byte() - 8);
  request.sizing.part = trading::Bps(bytes.byte() * 40 - 40);
  request.protection.stop = trading::Bps(bytes.byte() * 25);
  request.protection.target = trading::Bps(bytes.byte() * 25);
  request.protection.trail = trading::Bps(bytes.byte() * 25);
  request.max_trades = 100'000;
  for (int count = bytes.byte() % 4; count > 0; --count) {
    const std::size_t index = bytes.byte();
    const double value = bytes.number();
    std::string name = "period";
    if (spec != nullptr && index < spec->params.size()) name = spec->params[index].name;
    request.params.emplace_back(name, value);
  }
  const bool is_sweep = more / 64 % 4 == 3;
  Bytes range = bytes;  // a sweep's numbers are bars, too: it costs nothing
  const auto checked = CheckedBars::check(bars_of(bytes, more % 2 == 0, more / 2 % 16), {{}, true});
  if (!checked) {
    check_error(checked.error());
    return 0;
  }
  request.symbols = {{"FUZZ", &*checked, nullptr, more / 32 % 2 != 0}};
  if (is_sweep) {
    const bool has_param = spec != nullptr && !spec->params.empty();
    check_sweep(request, has_param ? std::string(spec->params[0].name) : "period", range);
    return 0;
  }
  const auto report = run_backtest(request);
  if (!report) {
    check_error(report.error());
    return 0;
  }
  check_report(*report);
  check_again(request, *report, *checked);
  if (kBugIsPlanted)
    FUZZ_EXPECT(report->num_trades == 0 || request.protection.trail.is_zero(),
                "planted: trades under a trailing stop");
  return 0;
}
