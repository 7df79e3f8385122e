#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/strategy/backtest_fields.h"
#include "mcp_gateway/tools/strategy/backtest_page.h"
#include "mcp_gateway/tools/strategy/backtest_request.h"
#include "mcp_gateway/tools/strategy/job_reply.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

constexpr const char* kName = "run_strategy_backtest";
constexpr int kMostTradesShown = 200;

mcp::ToolResult backtest(BacktestOrder& order, const mcp::Services& services,
                         jobs::Control& control) {
  const auto bars = fetch_bars(order, kName, *services.broker, control);
  if (!bars) return broker_error(bars.error());
  order.request.symbols = {
      {order.history.symbol(), &bars->checked, nullptr, bars->has_derivatives}};
  order.request.square_off = bars->square_off;
  order.request.progress = [&control](std::uint64_t done, std::uint64_t total) {
    control.report(done, total);
    return !control.is_cancelled();
  };
  auto report = research::run_backtest(order.request);
  if (!report) return broker_error(report.error());
  // Bars that held both stop and target say nothing about which came first; finer ones do.
  const std::uint64_t in_doubt = report->robustness.ambiguous_bars;
  FinerBars finer;
  if (in_doubt > 0) {
    finer = fetch_finer_bars(order, *bars, kName, *services.broker, control);
    if (finer.checked) {
      order.request.symbols.front().finer = &*finer.checked;
      report = research::run_backtest(order.request);
      if (!report) return broker_error(report.error());
    }
  }
  json out = backtest_fields(*report);
  if (finer.checked)
    out["robustness"]["finer_bars"] = {{"timeframe", trading::name_of(finer.checked->timeframe())},
                                       {"bars", finer.checked->size()},
                                       {"ambiguous_bars_without", in_doubt}};
  put_basis(out, order, *bars);
  if (!finer.note.empty()) out["notes"].push_back(finer.note);
  if (services.write_page) services.write_page(backtest_page(*report, out));
  return out;
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  auto order = backtest_order(arguments, values);
  if (!order) return broker_error(order.error());
  if (auto refusal = arguments.refusal()) return *refusal;
  order->request.max_trades = static_cast<std::size_t>(arguments.whole("max_trades"));
  return run_as_job(
      kName,
      [order = std::move(*order), services = context.services()](jobs::Control& control) mutable {
        return backtest(order, services, control);
      },
      context);
}

}  // namespace

mcp::Tool run_strategy_backtest() {
  std::vector<mcp::Param> input = backtest_params();
  input.push_back(mcp::integer_param("max_trades", "Newest trades in the reply, e.g. 20")
                      .between(0, kMostTradesShown)
                      .or_default(20));
  return {
      .name = kName,
      .title = "Backtest a strategy",
      .description =
          "What a strategy would have made of one symbol's whole adjusted history: signal at "
          "the close, fill at the next open. 60 bars at least; long work answers with job_id.",
      .toolsets = {"core", "strategy"},
      .annotations = mcp::kReads,
      .input = std::move(input),
      .output = {mcp::out::number("final_capital"), mcp::out::number("total_return_pct"),
                 mcp::out::integer("num_trades"), mcp::out::object("robustness"),
                 mcp::out::rows("trades"), mcp::out::string("data_hash")},
      .handler = run};
}

}  // namespace tools
