#include <cmath>

#include "mcp_gateway/research/indicators/calculate.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/indicators/indicator_reply.h"
#include "mcp_gateway/tools/params.h"
#include "mcp_gateway/tools/reply.h"
#include "mcp_gateway/tools/strategy/scan.h"
#include "mcp_gateway/tools/strategy/setup.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

constexpr const char* kName = "compare_multiple_symbols";
constexpr std::size_t kMostSymbols = 10;

// Percent over so many bars; null where there are fewer.
json change_pct(const trading::BarSeries& bars, std::size_t over) {
  if (bars.size() <= over) return {};
  const double before = static_cast<double>(bars.close_e4[bars.size() - 1 - over]);
  const double change = (static_cast<double>(bars.close_e4.back()) / before - 1) * 100.0;
  return std::isfinite(change) ? json(std::round(change * 100) / 100) : json();
}

trading::Result<json> row_of(const std::string& symbol, const std::string& timeframe,
                             mcp::ToolContext& context) {
  ASSIGN_OR_RETURN(const broker_client::HistoricalData history,
                   picture_bars(symbol, timeframe, kName, context));
  const trading::BarSeries& bars = history.bars;
  const json score = score_of(bars);
  const auto natr =
      newest(bars, "natr", {{"period", 14}}, research::Seeding::kEwm, "natr");
  json out = {{"symbol", symbol},
              {"score", score["score"]},
              {"confidence", score["confidence"]},
              {"close", score["close"]},
              {"change_1_pct", change_pct(bars, 1)},
              {"change_20_pct", change_pct(bars, 20)},
              {"trend", score["parts"]["trend"]["value"]},
              {"rsi_14", score["parts"]["rsi"]["value"]},
              {"macd_histogram", score["parts"]["macd_histogram"]["value"]},
              {"volume_ratio", score["parts"]["volume_ratio"]["value"]},
              {"atr_pct", natr ? json(*natr) : json()},
              {"warming_up", score["warming_up"]},
              {"bar", bar_times(bars.timeframe, {bars.ts_us.back()})[0]},
              {"bars_used", bars.size()}};
  put_provenance(out, history);
  out.erase("notes");
  return out;
}

mcp::ToolResult run(const json& values, mcp::ToolContext& context) {
  Arguments arguments(values);
  const auto symbols = values.at("symbols").get<std::vector<std::string>>();
  for (std::size_t i = 0; i < symbols.size(); ++i)
    if (std::find(symbols.begin(), symbols.begin() + static_cast<std::ptrdiff_t>(i), symbols[i]) !=
        symbols.begin() + static_cast<std::ptrdiff_t>(i))
      arguments.fault("symbols", "names " + symbols[i].substr(0, 40) + " twice");
  if (auto refusal = arguments.refusal()) return *refusal;
  const std::string timeframe = arguments.text("timeframe");
  Answers answers = ask_each(
      symbols,
      [&](const std::string& symbol) { return row_of(symbol, timeframe, context); }, context);
  return with_answers({{"timeframe", timeframe}}, "ranking", std::move(answers));
}

}  // namespace

mcp::Tool compare_multiple_symbols() {
  return {.name = kName,
          .title = "Compare symbols",
          .description = "Up to 10 symbols side by side, best score first: trend, RSI, MACD, "
                         "volume, range, change over 1 and 20 bars.",
          .toolsets = {"strategy"},
          .annotations = mcp::kReads,
          .input = {mcp::string_list_param("symbols", "NSE symbols, e.g. [\"SBIN\",\"TCS\"]")
                        .required()
                        .length(1, kMostSymbols),
                    timeframe()},
          .output = {mcp::out::rows("ranking"), mcp::out::rows("failures")},
          .handler = run};
}

}  // namespace tools
