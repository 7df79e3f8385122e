#include <nlohmann/json.hpp>

#include "mcp_gateway/research/backtest/sweep.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/rows.h"
#include "mcp_gateway/tools/strategy/backtest_fields.h"
#include "mcp_gateway/tools/strategy/backtest_request.h"
#include "mcp_gateway/tools/strategy/job_reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

constexpr const char* kName = "run_parameter_sweep";
constexpr int kMostRows = 200;
constexpr int kDefaultRows = 20;

struct SweepOrder {
  BacktestOrder base;
  research::SweepRequest sweep;  // without its base
};

// {"fast":[5,50,5]}: from, to, step.
void take_ranges(Arguments& arguments, const json& ranges, const research::StrategySpec& spec,
                 research::SweepRequest& sweep) {
  for (const auto& [name, range] : ranges.items()) {
    const bool is_range =
        range.is_array() && range.size() == 3 &&
        std::all_of(range.begin(), range.end(), [](const json& n) { return n.is_number(); });
    if (!is_range) {
      arguments.fault("ranges", "has " + name.substr(0, 40) + ", which must be [from, to, step]");
      continue;
    }
    sweep.ranges.push_back({param_name(spec, name), range[0].get<double>(), range[1].get<double>(),
                            range[2].get<double>()});
  }
}

json row_of(const research::SweepRow& row) {
  return {{"params", named_values(row.params)},
          {"final_capital", rupees(row.final_e4)},
          {"total_return_pct", figure(row.total_return_pct)},
          {"num_trades", row.num_trades},
          {"win_rate_pct", figure(row.win_rate_pct)},
          {"max_drawdown_pct", figure(row.max_drawdown_pct)},
          {"sharpe", figure(row.sharpe)},
          {"sortino", figure(row.sortino)}};
}

json reply_fields(const SweepOrder& order, const BacktestBars& bars,
                  const research::SweepReport& report) {
  const trading::BarSeries& series = bars.checked.series();
  json out = {{"strategy", order.base.request.strategy},
              {"score", research::name_of(order.sweep.score)},
              {"initial_capital", rupees(order.base.request.capital.accrual().value())},
              {"period",
               {{"start", bar_start(series.timeframe, {series.ts_us.front()})},
                {"end", bar_start(series.timeframe, {series.ts_us.back()})},
                {"bars", series.size()}}},
              {"trials", report.trials},
              {"unfit", report.unfit},
              {"profitable_trials", report.profitable},
              {"median_return_pct", figure(report.median_return_pct)},
              {"deflated_sharpe", figure(report.deflated_sharpe)}};
  Rows rows(static_cast<std::int64_t>(order.sweep.max_rows), kDefaultRows);
  for (const research::SweepRow& row : report.rows)
    if (!rows.add(row_of(row))) break;
  std::move(rows).put(out, "rows", static_cast<std::int64_t>(report.trials));
  put_basis(out, order.base, bars);
  out["notes"].push_back(
      "the best of many trials looks good by luck alone: deflated_sharpe is the chance that the "
      "best row's Sharpe is above what luck gives; try it on another period and symbol");
  return out;
}

mcp::ToolResult sweep(SweepOrder& order, broker_client::BrokerClient& broker,
                      jobs::Control& control) {
  const auto bars = fetch_bars(order.base, kName, broker, control);
  if (!bars) return broker_error(bars.error());
  research::SweepRequest request = order.sweep;
  request.base = order.base.request;
  request.base.symbols = {
      {order.base.history.symbol(), &bars->checked, nullptr, bars->has_derivatives}};
  request.base.square_off = bars->square_off;
  request.progress = [&control](std::uint64_t done, std::uint64_t total) {
    control.report(done, total);
    return !control.is_cancelled();
  };
  const auto report = research::run_sweep(request);
  if (!report) return broker_error(report.error());
  return reply_fields(order, *bars, *report);
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  auto base = backtest_order(arguments, values);
  if (!base) return broker_error(base.error());
  SweepOrder order{std::move(*base), {}};
  const auto spec = research::find_strategy(order.base.request.strategy);
  if (!spec) return broker_error(spec.error());
  take_ranges(arguments, values.at("ranges"), **spec, order.sweep);
  if (auto refusal = arguments.refusal()) return *refusal;
  const auto score = research::parse_score(arguments.text("score"));
  if (!score) return broker_error(score.error());
  order.sweep.score = *score;
  order.sweep.max_rows = static_cast<std::size_t>(arguments.whole("max_rows"));
  return run_as_job(
      kName,
      [order = std::move(order), &broker = context.broker()](jobs::Control& control) mutable {
        return sweep(order, broker, control);
      },
      context);
}

}  // namespace

mcp::Tool run_parameter_sweep() {
  std::vector<mcp::Param> input = backtest_params();
  input.push_back(mcp::object_param("ranges",
                                    "[from, to, step] of each param, at most 10000 trials, e.g. "
                                    "{\"fast\":[5,50,5],\"slow\":[20,200,10]}")
                      .required());
  input.push_back(mcp::enum_param("score", "What ranks the rows, e.g. sharpe",
                                  {"sharpe", "return", "return_over_drawdown"})
                      .or_default("sharpe"));
  input.push_back(mcp::integer_param("max_rows", "Best rows in the reply, e.g. 20")
                      .between(1, kMostRows)
                      .or_default(kDefaultRows));
  return {.name = kName,
          .title = "Sweep a strategy's parameters",
          .description =
              "Backtests every combination of ranges on the same bars and ranks them; "
              "says how many were tried, the median, and how likely the best is luck. "
              "Long work answers with job_id.",
          .toolsets = {"strategy"},
          .annotations = mcp::kReads,
          .input = std::move(input),
          .output = {mcp::out::rows("rows"), mcp::out::integer("trials"),
                     mcp::out::number("median_return_pct"),
                     mcp::out::number("deflated_sharpe").nullable(), mcp::out::object("period"),
                     mcp::out::string("data_hash"), mcp::out::string("as_of")},
          .handler = run};
}

}  // namespace tools
