#pragma once

// One strategy with many values of its parameters on the same bars, ranked. Everything that is
// tried is counted and told: the best of many trials looks good by luck alone, and
// `deflated_sharpe` says how likely its Sharpe is above what luck would give.
//
// Deterministic: the same request gives the same rows in the same order. Equal scores stand in the
// order of the parameters' values.

#include <optional>
#include <string_view>
#include <vector>

#include "mcp_gateway/research/backtest/run.h"

namespace research {

inline constexpr std::size_t kMostTrials = 10'000;
inline constexpr std::uint64_t kMostSweptBars = 2'000'000'000;  // trials x bars

enum class Score { kSharpe, kReturn, kReturnOverDrawdown };
std::string_view name_of(Score score);  // "sharpe"
trading::Result<Score> parse_score(std::string_view text);

// from, from + step, ... up to `to`.
struct ParamRange {
  std::string name;
  double from = 0, to = 0, step = 1;
};

struct SweepRequest {
  BacktestRequest base;  // its params hold for all trials; its progress is not asked
  std::vector<ParamRange> ranges;
  Score score = Score::kSharpe;
  std::size_t max_rows = 20;
  BarProgress progress;  // in trials
};

struct SweepRow {
  NamedValues params;  // of the ranges
  std::int64_t final_e4 = 0;
  double total_return_pct = 0;
  std::size_t num_trades = 0;
  double win_rate_pct = 0;
  double max_drawdown_pct = 0;
  std::optional<double> sharpe, sortino;
};

struct SweepReport {
  std::vector<SweepRow> rows;  // best first, at most max_rows
  std::size_t trials = 0;      // what was run
  std::size_t unfit = 0;       // combinations that do not fit together, left out
  std::size_t profitable = 0;
  double median_return_pct = 0;
  std::optional<double> deflated_sharpe;  // of the best row, 0 to 1
};

// SWEEP_INVALID, SWEEP_TOO_LARGE, CANCELLED and what a backtest refuses.
trading::Result<SweepReport> run_sweep(const SweepRequest& request);

}  // namespace research
