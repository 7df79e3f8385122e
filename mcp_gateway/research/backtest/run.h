#pragma once

// A backtest from the request to the report: checks everything, runs the engine (or, for what it
// can do, the SMA-cross kernel, which gives the same), and works the figures out.
//
//   returns and drawdown   of marked equity (statistics/returns.h, equity.h)
//   buy and hold           last close / first close - 1; of several symbols the mean
//   profit factor          sum of wins / sum of losses; absent without a loss
//   doubtful bars          when there are some, the backtest is run again with the order of
//                          extremes that hurts, and the one that helps: `worst` and `best` are the
//                          least and the most of the three, `likely` is the report itself

#include <optional>
#include <string>
#include <vector>

#include "mcp_gateway/research/backtest/engine.h"
#include "mcp_gateway/research/statistics/returns.h"

namespace research {

inline constexpr std::size_t kLeastBars = 60;
inline constexpr std::size_t kMostSymbols = 50;

struct BacktestRequest {
  std::string strategy;
  NamedValues params;  // what differs from the defaults
  std::vector<SymbolBars> symbols;
  trading::Money capital{100'000'00};
  bool has_costs = true;
  std::optional<trading::Product> product;  // the strategy's own when empty
  bool allows_short = false;
  bool holds_until_settled = false;
  Sizing sizing;
  Protection protection;
  SquareOff square_off;
  std::size_t max_trades = 20;  // the last ones, in the report
  BarProgress progress;
};

struct Range {
  std::int64_t worst_e4 = 0, likely_e4 = 0, best_e4 = 0;  // final capital
};

struct Robustness {
  ReturnStatistics returns;
  std::optional<double> annual_growth_pct;
  std::optional<double> calmar;  // annual growth / deepest drawdown
  double exposure_pct = 0;       // bars with a position
  double mean_bars_held = 0;
  std::size_t most_losses_in_a_row = 0;
  std::size_t longest_drawdown_days = 0;
  std::optional<double> payoff_ratio;   // mean win / mean loss
  double mean_trade_return_pct = 0;
  double median_trade_return_pct = 0;
  double best_trade_return_pct = 0, worst_trade_return_pct = 0;
  std::optional<double> best_trade_share_pct;  // of all profit: how much hangs on one trade
  double turnover = 0;  // value of all fills over the initial capital
  std::vector<MonthReturn> months;
  std::uint64_t ambiguous_bars = 0;
  std::optional<Range> range;  // where there are doubtful bars
};

struct BacktestReport {
  std::string strategy;
  NamedValues params;
  std::vector<std::string> symbols;
  trading::Timeframe timeframe = trading::Timeframe::kOneDay;
  trading::Timestamp start, end;  // starts of the first and the last bar
  std::uint64_t bars = 0;
  trading::Product product = trading::Product::kDelivery;
  trading::Money initial_capital;
  trading::Accrual final_capital;
  double total_return_pct = 0;
  double buy_and_hold_return_pct = 0;
  std::size_t num_trades = 0;
  double win_rate_pct = 0;
  trading::Accrual total_pnl, avg_pnl_per_trade, avg_win, avg_loss;  // avg_loss is negative
  std::optional<double> profit_factor;
  double max_drawdown_pct = 0;
  double max_drawdown_closed_trades_pct = 0;
  bool is_profitable = false;
  bool beats_buy_and_hold = false;
  std::vector<Trade> trades;  // the last max_trades, oldest first
  DayMarks days;              // marked equity at each day's end
  trading::ChargeLines charges;
  trading::Accrual charges_rounding;
  std::string charges_basis;  // empty, or which rates stood in
  std::vector<std::string> findings;
  Robustness robustness;
};

// Every error names the field at fault: UNKNOWN_STRATEGY, UNKNOWN_PARAM, PARAM_OUT_OF_RANGE,
// SYMBOLS_INVALID, TOO_FEW_BARS, TIMEFRAME_UNFIT, VOLUME_MISSING, SHORT_NOT_POSSIBLE,
// SIZING_INVALID, SIZING_NEEDS_STOP, PROTECTION_INVALID, CAPITAL_OUT_OF_RANGE, CANCELLED,
// BACKTEST_VALUE_TOO_LARGE.
trading::Result<BacktestReport> run_backtest(const BacktestRequest& request);

// The steps of run_backtest, for the sweep and for tests.
struct CheckedRequest {
  const StrategySpec* spec = nullptr;
  Params params;
  EngineTerms terms;
};
trading::Result<CheckedRequest> check_request(const BacktestRequest& request);
// Can the SMA-cross kernel do it?
bool fits_kernel(const BacktestRequest& request, const CheckedRequest& checked);

double return_pct_of(const Trade& trade);
double percent_change(std::int64_t from, std::int64_t to);

}  // namespace research
