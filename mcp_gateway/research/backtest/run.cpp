// From the outcome of a run to its figures.

#include "mcp_gateway/research/backtest/run.h"

#include <algorithm>

namespace research {

namespace {

using trading::Accrual;
using trading::Price;
using trading::Quantity;
using trading::Rounding;

EngineOutcome from_kernel(const CheckedBars& bars, CrossOutcome cross) {
  const trading::BarSeries& series = bars.series();
  EngineOutcome out;
  out.final_e4 = cross.final_e4;
  out.days = std::move(cross.days);
  out.max_drawdown_pct = cross.max_drawdown_pct;
  out.bars = bars.size();
  out.bars_in_position = cross.bars_in_position;
  out.trades.reserve(cross.trades.size());
  for (const CrossTrade& from : cross.trades) {
    Trade trade;
    trade.entry_bar = from.entry_bar;
    trade.exit_bar = from.exit_bar;
    trade.entry_ts = {series.ts_us[from.entry_bar]};
    trade.exit_ts = {series.ts_us[from.exit_bar]};
    trade.quantity = Quantity(from.quantity);
    trade.entry_value = value_of(Price(series.open_e4[from.entry_bar]), trade.quantity);
    const std::int64_t exit =
        from.is_closed_at_end ? series.close_e4[from.exit_bar] : series.open_e4[from.exit_bar];
    trade.exit_value = value_of(Price(exit), trade.quantity);
    trade.reason = from.is_closed_at_end ? ExitReason::kEnd : ExitReason::kSignal;
    trade.is_closed = true;
    out.trades.push_back(trade);
  }
  return out;
}

trading::Result<EngineOutcome> run_once(const BacktestRequest& request,
                                        const CheckedRequest& checked, PathRule path) {
  if (fits_kernel(request, checked)) {
    const SmaPair pair{static_cast<std::uint32_t>(checked.params.whole("fast_period")),
                       static_cast<std::uint32_t>(checked.params.whole("slow_period"))};
    const CheckedBars& bars = *request.symbols[0].bars;
    ASSIGN_OR_RETURN(CrossOutcome cross,
                     run_sma_cross(bars, pair, request.capital, request.progress));
    return from_kernel(bars, std::move(cross));
  }
  EngineTerms terms = checked.terms;
  terms.path = path;
  const std::unique_ptr<Strategy> strategy =
      checked.spec->make(checked.params, request.symbols.size());
  return run_engine(request.symbols, *strategy, terms);
}

Accrual mean_of(Accrual sum, std::size_t count) {
  if (count == 0) return {};
  return Accrual(
      trading::divide(sum.value(), static_cast<std::int64_t>(count), Rounding::kHalfUp));
}

double ratio(Accrual a, Accrual b) {
  return static_cast<double>(a.value()) / static_cast<double>(b.value());
}

// Equity after each closed trade, in the order of their exits.
double closed_trade_drawdown(const BacktestReport& report, const std::vector<Trade>& trades) {
  std::vector<const Trade*> by_exit;
  for (const Trade& trade : trades) by_exit.push_back(&trade);
  std::stable_sort(by_exit.begin(), by_exit.end(),
                   [](const Trade* a, const Trade* b) { return a->exit_ts < b->exit_ts; });
  Accrual equity = report.initial_capital.accrual();
  Drawdown drawdown(equity.value());
  for (const Trade* trade : by_exit) {
    equity += trade->pnl();
    drawdown.update(equity.value());
  }
  return drawdown.percent();
}

void sum_trades(const std::vector<Trade>& trades, BacktestReport& report) {
  Robustness& more = report.robustness;
  Accrual won, lost, best, turnover;
  std::size_t wins = 0, losses = 0, losses_in_a_row = 0;
  double bars_held = 0, returns = 0;
  std::vector<double> each;
  for (const Trade& trade : trades) {
    const Accrual pnl = trade.pnl();
    report.total_pnl += pnl;
    turnover += trade.entry_value + trade.exit_value;
    best = std::max(best, pnl);
    if (pnl.is_positive()) won += pnl, ++wins;
    if (pnl.is_negative()) lost += pnl, ++losses;
    losses_in_a_row = pnl.is_negative() ? losses_in_a_row + 1 : 0;
    more.most_losses_in_a_row = std::max(more.most_losses_in_a_row, losses_in_a_row);
    bars_held += static_cast<double>(trade.exit_bar - trade.entry_bar);
    each.push_back(return_pct_of(trade));
    returns += each.back();
  }
  report.num_trades = trades.size();
  report.avg_pnl_per_trade = mean_of(report.total_pnl, trades.size());
  report.avg_win = mean_of(won, wins);
  report.avg_loss = mean_of(lost, losses);
  if (losses > 0) report.profit_factor = ratio(won, -lost);
  if (wins > 0 && losses > 0) more.payoff_ratio = ratio(report.avg_win, -report.avg_loss);
  if (wins > 0) more.best_trade_share_pct = ratio(best, won) * 100.0;
  more.turnover = ratio(turnover, report.initial_capital.accrual());
  if (trades.empty()) return;
  const double n = static_cast<double>(trades.size());
  report.win_rate_pct = static_cast<double>(wins) / n * 100.0;
  more.mean_bars_held = bars_held / n;
  more.mean_trade_return_pct = returns / n;
  std::sort(each.begin(), each.end());
  more.worst_trade_return_pct = each.front();
  more.best_trade_return_pct = each.back();
  const std::size_t middle = each.size() / 2;
  more.median_trade_return_pct =
      each.size() % 2 == 1 ? each[middle] : (each[middle - 1] + each[middle]) / 2;
}

void describe(const BacktestRequest& request, const EngineOutcome& outcome,
              BacktestReport& report) {
  const auto say = [&](std::uint64_t count, const char* what) {
    if (count > 0) report.findings.push_back(std::to_string(count) + " " + what);
  };
  say(outcome.ambiguous_bars,
      "bars hold both sides of a position's fate; see worst and best beside the likely result");
  say(outcome.entries_too_small, "entries were left out: the cash did not pay for one share");
  say(outcome.entries_unfilled, "entries got nothing: their bar had no volume to give");
  say(outcome.entries_after_cutoff, "entries were left out: too late in the day");
  say(outcome.squared_off_late, "positions had no bar at square-off and left at the day's last price");
  say(outcome.sold_unsettled, "delivery sales were of shares that had not arrived yet (T+1)");
  for (const SymbolBars& symbol : request.symbols)
    for (const Jump& jump : symbol.bars->jumps())
      report.findings.push_back(symbol.symbol + " jumps overnight from " + jump.before.rupees() +
                                " to " + jump.after.rupees() + " on " + jump.date.iso() +
                                (jump.looks_like.empty() ? "" : ", like a " + jump.looks_like) +
                                ", and no corporate action says why");
  if (!request.has_costs) return;
  const trading::ChargesBasis basis = trading::charges_basis(trading::date_of(report.start));
  report.charges_basis = basis.note;
}

double buy_and_hold(const std::vector<SymbolBars>& symbols) {
  double sum = 0;
  for (const SymbolBars& symbol : symbols) {
    const std::vector<std::int64_t>& closes = symbol.bars->series().close_e4;
    sum += percent_change(closes.front(), closes.back());
  }
  return sum / static_cast<double>(symbols.size());
}

void measure(const BacktestRequest& request, EngineOutcome& outcome, BacktestReport& report) {
  report.start = {request.symbols[0].bars->series().ts_us.front()};
  report.end = report.start;
  for (const SymbolBars& symbol : request.symbols) {
    const std::vector<std::int64_t>& ts_us = symbol.bars->series().ts_us;
    report.symbols.push_back(symbol.symbol);
    report.start = std::min(report.start, trading::Timestamp{ts_us.front()});
    report.end = std::max(report.end, trading::Timestamp{ts_us.back()});
  }
  report.timeframe = request.symbols[0].bars->timeframe();
  report.bars = outcome.bars;
  report.final_capital = Accrual(outcome.final_e4);
  report.total_return_pct = percent_change(outcome.days.initial_e4, outcome.final_e4);
  report.buy_and_hold_return_pct = buy_and_hold(request.symbols);
  sum_trades(outcome.trades, report);
  report.max_drawdown_pct = outcome.max_drawdown_pct;
  report.max_drawdown_closed_trades_pct = closed_trade_drawdown(report, outcome.trades);
  report.is_profitable = report.total_pnl.is_positive();
  report.beats_buy_and_hold = report.total_return_pct > report.buy_and_hold_return_pct;
  report.charges = outcome.charges;
  report.charges_rounding = outcome.charges_rounding;

  Robustness& more = report.robustness;
  more.returns = statistics_of(returns_of(outcome.days.initial_e4, outcome.days.equity_e4));
  more.annual_growth_pct = annual_growth_pct(outcome.days);
  if (more.annual_growth_pct && report.max_drawdown_pct > 0)
    more.calmar = *more.annual_growth_pct / report.max_drawdown_pct;
  more.exposure_pct = static_cast<double>(outcome.bars_in_position) /
                      static_cast<double>(outcome.bars) * 100.0;
  more.longest_drawdown_days = longest_drawdown_days(outcome.days);
  more.months = months_of(outcome.days);
  more.ambiguous_bars = outcome.ambiguous_bars;
  describe(request, outcome, report);
  report.days = std::move(outcome.days);

  const std::size_t shown = std::min(request.max_trades, outcome.trades.size());
  report.trades.assign(outcome.trades.end() - static_cast<std::ptrdiff_t>(shown),
                       outcome.trades.end());
}

}  // namespace

double percent_change(std::int64_t from, std::int64_t to) {
  return static_cast<double>(to - from) / static_cast<double>(from) * 100.0;
}

double return_pct_of(const Trade& trade) {
  return ratio(trade.pnl(), trade.entry_value) * 100.0;
}

trading::Result<BacktestReport> run_backtest(const BacktestRequest& request) {
  ASSIGN_OR_RETURN(const CheckedRequest checked, check_request(request));
  ASSIGN_OR_RETURN(EngineOutcome outcome, run_once(request, checked, PathRule::kLikely));
  BacktestReport report;
  report.strategy = request.strategy;
  report.params = checked.params.all();
  report.product = checked.terms.product;
  report.initial_capital = request.capital;
  measure(request, outcome, report);
  if (outcome.ambiguous_bars == 0) return report;

  ASSIGN_OR_RETURN(const EngineOutcome hurt, run_once(request, checked, PathRule::kWorst));
  ASSIGN_OR_RETURN(const EngineOutcome helped, run_once(request, checked, PathRule::kBest));
  report.robustness.range =
      Range{std::min({hurt.final_e4, outcome.final_e4, helped.final_e4}), outcome.final_e4,
            std::max({hurt.final_e4, outcome.final_e4, helped.final_e4})};
  return report;
}

}  // namespace research
