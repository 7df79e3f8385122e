#include "mcp_gateway/tools/strategy/backtest_fields.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/rows.h"
#include "mcp_gateway/tools/strategy/backtest_request.h"

namespace tools {
namespace {

using nlohmann::json;
using research::BacktestReport;
using research::Robustness;
using research::Trade;

constexpr int kYearsShown = 12;
constexpr double kSixDecimals = 1e6;
constexpr double kTwoDecimals = 1e2;

// {"2024":[1.2,null,...]}: a month a column, null where there are no bars.
json month_table(const std::vector<research::MonthReturn>& months) {
  json table = json::object();
  if (months.empty()) return table;
  const int first_shown = months.back().year - kYearsShown + 1;
  for (const research::MonthReturn& month : months) {
    if (month.year < first_shown) continue;
    json& row = table[std::to_string(month.year)];
    if (row.is_null()) row = json(std::vector<json>(12));
    row[static_cast<std::size_t>(month.month - 1)] =
        std::round(month.return_pct * kTwoDecimals) / kTwoDecimals;
  }
  return table;
}

json robustness_of(const BacktestReport& report) {
  const Robustness& more = report.robustness;
  json out = {{"sharpe", figure(more.returns.sharpe)},
              {"sortino", figure(more.returns.sortino)},
              {"probabilistic_sharpe", figure(more.returns.probabilistic_sharpe)},
              {"volatility_pct", figure(more.returns.volatility_pct)},
              {"skewness", figure(more.returns.skewness)},
              {"kurtosis", figure(more.returns.kurtosis)},
              {"best_day_pct", figure(more.returns.best_day_pct)},
              {"worst_day_pct", figure(more.returns.worst_day_pct)},
              {"value_at_risk_95_pct", figure(more.returns.value_at_risk_95_pct)},
              {"days", more.returns.days},
              {"annual_growth_pct", figure(more.annual_growth_pct)},
              {"calmar", figure(more.calmar)},
              {"exposure_pct", figure(more.exposure_pct)},
              {"mean_bars_held", figure(more.mean_bars_held)},
              {"most_losses_in_a_row", more.most_losses_in_a_row},
              {"longest_drawdown_days", more.longest_drawdown_days},
              {"payoff_ratio", figure(more.payoff_ratio)},
              {"mean_trade_return_pct", figure(more.mean_trade_return_pct)},
              {"median_trade_return_pct", figure(more.median_trade_return_pct)},
              {"best_trade_return_pct", figure(more.best_trade_return_pct)},
              {"worst_trade_return_pct", figure(more.worst_trade_return_pct)},
              {"best_trade_share_pct", figure(more.best_trade_share_pct)},
              {"turnover", figure(more.turnover)},
              {"ambiguous_bars", more.ambiguous_bars},
              {"months", month_table(more.months)}};
  if (more.range)
    out["final_capital_range"] = {{"worst", rupees(more.range->worst_e4)},
                                  {"likely", rupees(more.range->likely_e4)},
                                  {"best", rupees(more.range->best_e4)}};
  return out;
}

json trade_row(const BacktestReport& report, const Trade& trade) {
  json row = {{"entry_date", bar_start(report.timeframe, trade.entry_ts)},
              {"exit_date", bar_start(report.timeframe, trade.exit_ts)},
              {"entry_price", rupees(trade.entry_price().value())},
              {"exit_price", rupees(trade.exit_price().value())},
              {"quantity", trade.quantity.value()},
              {"pnl", rupees(trade.pnl().value())},
              {"return_pct", figure(research::return_pct_of(trade))}};
  if (trade.side == trading::Side::kSell) row["side"] = "SELL";
  if (trade.reason != research::ExitReason::kSignal) row["exit_reason"] = name_of(trade.reason);
  if (trade.reason == research::ExitReason::kEnd) row["closed_at_end"] = true;
  return row;
}

json charge_fields(const BacktestReport& report) {
  json out = {{"total", rupees((report.charges.total() + report.charges_rounding).value())}};
  for (std::size_t i = 0; i < trading::kChargeKinds; ++i) {
    const auto kind = static_cast<trading::ChargeKind>(i);
    if (!report.charges[kind].is_zero())
      out[std::string(trading::name_of(kind))] = rupees(report.charges[kind].value());
  }
  return out;
}

}  // namespace

json figure(double value) {
  if (!std::isfinite(value)) return {};
  const double rounded = std::round(value * kSixDecimals) / kSixDecimals;
  return std::isfinite(rounded) ? rounded : value;
}

json figure(const std::optional<double>& value) { return value ? figure(*value) : json(); }

json named_values(const research::NamedValues& values) {
  json out = json::object();
  for (const auto& [name, value] : values) {
    const bool is_whole = value == std::floor(value) && std::abs(value) < 1e15;
    out[name] = is_whole ? json(static_cast<std::int64_t>(value)) : json(value);
  }
  return out;
}

json backtest_fields(const BacktestReport& report) {
  json trades = json::array();
  std::size_t bytes = 0;
  // The newest trades matter most: when there is no room for all, the oldest ones stay out.
  std::size_t first = report.trades.size();
  std::vector<json> rows;
  for (; first > 0; --first) {
    json row = trade_row(report, report.trades[first - 1]);
    bytes += row.dump().size() + 1;
    if (bytes > kMaxRowBytes) break;
    rows.push_back(std::move(row));
  }
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) trades.push_back(std::move(*row));
  json out = {{"strategy", report.strategy},
              {"params", named_values(report.params)},
              {"product_type",
               report.product == trading::Product::kIntraday ? "INTRADAY" : "DELIVERY"},
              {"period",
               {{"start", bar_start(report.timeframe, report.start)},
                {"end", bar_start(report.timeframe, report.end)},
                {"bars", report.bars}}},
              {"initial_capital", rupees(report.initial_capital.accrual().value())},
              {"final_capital", rupees(report.final_capital.value())},
              {"total_return_pct", figure(report.total_return_pct)},
              {"buy_and_hold_return_pct", figure(report.buy_and_hold_return_pct)},
              {"num_trades", report.num_trades},
              {"win_rate_pct", figure(report.win_rate_pct)},
              {"total_pnl", rupees(report.total_pnl.value())},
              {"avg_pnl_per_trade", rupees(report.avg_pnl_per_trade.value())},
              {"avg_win", rupees(report.avg_win.value())},
              {"avg_loss", rupees(report.avg_loss.value())},
              {"profit_factor", figure(report.profit_factor)},
              {"max_drawdown_pct", figure(report.max_drawdown_pct)},
              {"max_drawdown_closed_trades_pct", figure(report.max_drawdown_closed_trades_pct)},
              {"profitable", report.is_profitable},
              {"beats_buy_and_hold", report.beats_buy_and_hold},
              {"robustness", robustness_of(report)},
              {"charges", charge_fields(report)},
              {"findings", report.findings},
              {"trades", std::move(trades)}};
  out["trades_shown"] = out["trades"].size();
  out["truncated"] = report.num_trades > out["trades"].size();
  if (!report.charges_basis.empty()) out["charges_basis"] = report.charges_basis;
  return out;
}

}  // namespace tools
