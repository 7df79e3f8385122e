// Every combination once, then the ranking.

#include "mcp_gateway/research/backtest/sweep.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "mcp_gateway/research/backtest/sma_cross_sweep.h"
#include "trading/base/names.h"

namespace research {

namespace {

using trading::Error;
using trading::Result;

constexpr std::array<trading::NameRow<Score>, 3> kScores{{
    {Score::kSharpe, "sharpe"},
    {Score::kReturn, "return"},
    {Score::kReturnOverDrawdown, "return_over_drawdown"},
}};
constexpr std::size_t kTrialsBetweenReports = 64;

Error invalid(const std::string& what, const std::string& fix) {
  return trading::make_error("SWEEP_INVALID", what, fix, trading::Retry::kNo, "ranges");
}

Result<std::vector<double>> values_of(const ParamRange& range) {
  const bool is_number =
      std::isfinite(range.from) && std::isfinite(range.to) && std::isfinite(range.step);
  if (!is_number || !(range.step > 0) || range.to < range.from)
    return invalid("the range of " + range.name + " is empty",
                   "name from <= to and a step above 0");
  const double count = std::floor((range.to - range.from) / range.step + 1e-9) + 1;
  if (count > static_cast<double>(kMostTrials))
    return invalid("the range of " + range.name + " has too many values",
                   "name at most " + std::to_string(kMostTrials) + " values in all");
  std::vector<double> values;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    values.push_back(range.from + static_cast<double>(i) * range.step);
  return values;
}

// All combinations; the last range turns fastest.
Result<std::vector<NamedValues>> combinations(const std::vector<ParamRange>& ranges) {
  if (ranges.empty()) return invalid("no parameter has a range", "name a range for one parameter");
  std::vector<NamedValues> all{{}};
  for (const ParamRange& range : ranges) {
    for (const auto& [name, value] : all.front())
      if (name == range.name) return invalid(name + " has two ranges", "name one range each");
    ASSIGN_OR_RETURN(const std::vector<double> values, values_of(range));
    if (all.size() * values.size() > kMostTrials)
      return trading::make_error(
          "SWEEP_TOO_LARGE", "more than " + std::to_string(kMostTrials) + " combinations",
          "take wider steps or fewer parameters", trading::Retry::kNo, "ranges");
    std::vector<NamedValues> longer;
    longer.reserve(all.size() * values.size());
    for (const NamedValues& before : all)
      for (const double value : values) {
        longer.push_back(before);
        longer.back().emplace_back(range.name, value);
      }
    all = std::move(longer);
  }
  return all;
}

double score_of(const SweepRow& row, Score score) {
  constexpr double kNothing = -1e300;  // ranks last
  switch (score) {
    case Score::kSharpe:
      return row.sharpe.value_or(kNothing);
    case Score::kReturn:
      return row.total_return_pct;
    case Score::kReturnOverDrawdown:
      return row.num_trades == 0 ? kNothing
                                 : row.total_return_pct / std::max(row.max_drawdown_pct, 0.01);
  }
  INVARIANT(false, "score without a rule");
}

SweepRow row_of(const PairOutcome& outcome, std::int64_t capital_e4) {
  SweepRow row;
  row.final_e4 = outcome.final_e4;
  row.total_return_pct = percent_change(capital_e4, outcome.final_e4);
  row.num_trades = outcome.trades;
  if (outcome.trades > 0)
    row.win_rate_pct = static_cast<double>(outcome.wins) / outcome.trades * 100.0;
  row.max_drawdown_pct = outcome.max_drawdown_pct;
  row.sharpe = outcome.sharpe;
  row.sortino = outcome.sortino;
  return row;
}

SweepRow row_of(const BacktestReport& report) {
  SweepRow row;
  row.final_e4 = report.final_capital.value();
  row.total_return_pct = report.total_return_pct;
  row.num_trades = report.num_trades;
  row.win_rate_pct = report.win_rate_pct;
  row.max_drawdown_pct = report.max_drawdown_pct;
  row.sharpe = report.robustness.returns.sharpe;
  row.sortino = report.robustness.returns.sortino;
  return row;
}

void put(NamedValues& params, const NamedValues& swept) {
  for (const auto& [name, value] : swept) {
    const auto found = std::find_if(params.begin(), params.end(),
                                    [&wanted = name](const auto& param) { return param.first == wanted; });
    if (found == params.end())
      params.emplace_back(name, value);
    else
      found->second = value;
  }
}

std::optional<double> deflated(const BacktestRequest& base, const SweepRow& first,
                               const std::vector<SweepRow>& rows) {
  if (!first.sharpe) return std::nullopt;
  double sum = 0, squares = 0, n = 0;
  for (const SweepRow& row : rows) {
    if (!row.sharpe) continue;
    const double daily = *row.sharpe / std::sqrt(kTradingDaysAYear);
    sum += daily;
    squares += daily * daily;
    n += 1;
  }
  const double variance = n < 2 ? 0 : std::max(0.0, (squares - sum * sum / n) / (n - 1));
  BacktestRequest request = base;
  put(request.params, first.params);
  const auto best = run_backtest(request);
  if (!best) return std::nullopt;
  return probabilistic_sharpe(best->robustness.returns,
                              expected_best_sharpe(rows.size(), std::sqrt(variance)));
}

// Runs trials, by the kernel where it can.
class Trials {
 public:
  // `cancelled` is asked within a long trial, too.
  Trials(const BacktestRequest& base, const StrategySpec& spec, const BarProgress& cancelled)
      : request_(base), spec_(spec) {
    request_.max_trades = 0;
    request_.progress = cancelled;
  }

  [[nodiscard]] bool is_quick() const { return kernel_.has_value(); }

  // Nothing for a combination that does not fit together.
  Result<std::optional<SweepRow>> run(const NamedValues& values) {
    put(request_.params, values);
    Result<Params> params = Params::of(spec_, request_.params);
    if (!params) {
      if (params.error().what.rfind("it must be ", 0) == 0) return std::optional<SweepRow>();
      return params.error();
    }
    if (!has_looked_) RETURN_IF_ERROR(look());
    std::optional<SweepRow> row;
    if (kernel_) {
      ASSIGN_OR_RETURN(const PairOutcome outcome,
                       kernel_->run({static_cast<std::uint32_t>(params->whole("fast_period")),
                                     static_cast<std::uint32_t>(params->whole("slow_period"))}));
      row = row_of(outcome, request_.capital.accrual().value());
    } else {
      ASSIGN_OR_RETURN(const BacktestReport report, run_backtest(request_));
      row = row_of(report);
    }
    return row;
  }

 private:
  trading::Status look() {
    ASSIGN_OR_RETURN(const CheckedRequest checked, check_request(request_));
    if (fits_kernel(request_, checked))
      kernel_.emplace(*request_.symbols[0].bars, request_.capital);
    has_looked_ = true;
    return {};
  }

  BacktestRequest request_;  // with the parameters of the trial under way
  const StrategySpec& spec_;
  bool has_looked_ = false;
  std::optional<SmaCrossSweep> kernel_;
};

// Best score first; equal ones stay in their order. 
std::vector<SweepRow> ranked(std::vector<SweepRow>& rows, Score score, std::size_t most) {
  std::vector<std::pair<double, std::size_t>> order;
  order.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) order.emplace_back(-score_of(rows[i], score), i);
  most = std::min(most, rows.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end());
  std::vector<SweepRow> best;
  best.reserve(most);
  for (std::size_t i = 0; i < most; ++i) best.push_back(rows[order[i].second]);
  return best;
}

double median_return(const std::vector<SweepRow>& rows) {
  if (rows.empty()) return 0;
  std::vector<double> returns;
  for (const SweepRow& row : rows) returns.push_back(row.total_return_pct);
  std::sort(returns.begin(), returns.end());
  return returns[returns.size() / 2];
}

}  // namespace

std::string_view name_of(Score score) {
  return trading::name_in(kScores, score);
}
Result<Score> parse_score(std::string_view text) {
  return trading::parse_in(kScores, text, "SCORE_INVALID", "score");
}

Result<SweepReport> run_sweep(const SweepRequest& request) {
  ASSIGN_OR_RETURN(const StrategySpec* const spec, find_strategy(request.base.strategy));
  ASSIGN_OR_RETURN(std::vector<NamedValues> all, combinations(request.ranges));
  std::uint64_t bars = 0;
  for (const SymbolBars& symbol : request.base.symbols) bars += symbol.bars->size();
  if (bars * all.size() > kMostSweptBars)
    return trading::make_error(
        "SWEEP_TOO_LARGE",
        std::to_string(all.size()) + " trials of " + std::to_string(bars) + " bars",
        "take fewer trials, a shorter period or longer bars", trading::Retry::kNo, "ranges");

  SweepReport report;
  std::vector<SweepRow> rows;
  rows.reserve(all.size());
  std::size_t done = 0;
  const BarProgress within = [&](std::uint64_t, std::uint64_t) {
    return request.progress(done, all.size());
  };
  Trials trials(request.base, *spec, request.progress ? within : BarProgress{});
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSIGN_OR_RETURN(std::optional<SweepRow> row, trials.run(all[i]));
    if (row) {
      row->params = std::move(all[i]);
      rows.push_back(std::move(*row));
    } else {
      ++report.unfit;
    }
    done = i + 1;
    const bool is_due = done % kTrialsBetweenReports == 0 || !trials.is_quick();
    if (request.progress && is_due && !request.progress(done, all.size()))
      return trading::make_error("CANCELLED", "the sweep was cancelled", "start it again",
                                 trading::Retry::kSafe);
  }
  if (rows.empty())
    return invalid("no combination fits: it must be " + std::string(spec->must),
                   "move the ranges apart");
  report.trials = rows.size();
  report.median_return_pct = median_return(rows);
  const std::int64_t capital_e4 = request.base.capital.accrual().value();
  for (const SweepRow& row : rows) report.profitable += row.final_e4 > capital_e4 ? 1U : 0U;
  report.rows = ranked(rows, request.score, std::max<std::size_t>(request.max_rows, 1));
  report.deflated_sharpe = deflated(request.base, report.rows.front(), rows);
  return report;
}

}  // namespace research
