#include <nlohmann/json.hpp>

#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/research/strategies/strategy.h"
#include "mcp_gateway/tools/tools.h"

namespace tools {
namespace {

using nlohmann::json;

json row_of(const research::StrategySpec& spec) {
  json params = json::object();
  for (const research::ParamSpec& param : spec.params)
    params[std::string(param.name)] = {param.normal, param.lowest, param.highest};
  json row = {{"name", spec.name}, {"what", spec.what}, {"params", std::move(params)}};
  row["product_type"] =
      spec.product == trading::Product::kIntraday ? "INTRADAY" : "DELIVERY";
  if (!spec.must.empty()) row["must"] = spec.must;
  if (spec.needs_intraday) row["needs"] = "bars within the day";
  if (spec.needs_volume) row["needs_volume"] = true;
  if (spec.can_short) row["can_short"] = true;
  if (spec.gives_stop) row["gives_stop"] = true;
  return row;
}

}  // namespace

mcp::Tool list_strategies() {
  return {.name = "list_strategies",
          .title = "Strategies there are",
          .description = "The strategies of run_strategy_backtest and run_parameter_sweep: what "
                         "each does and its params with default and bounds.",
          .toolsets = {"strategy"},
          .annotations = mcp::kReads,
          .output = {mcp::out::rows("strategies")},
          .handler = [](const json&, mcp::ToolContext&) -> mcp::ToolResult {
            json list = json::array();
            for (const research::StrategySpec* spec : research::strategies())
              list.push_back(row_of(*spec));
            return json{{"strategies", std::move(list)},
                        {"params_are", "name: [default, least, most]"}};
          }};
}

}  // namespace tools
