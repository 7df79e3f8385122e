#include "mcp_gateway/tools/indicators/indicator_reply.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "mcp_gateway/tools/reply.h"

namespace tools {

using nlohmann::json;

json indicator_value(double value) { return std::isfinite(value) ? json(value) : json(); }

json bar_times(trading::Timeframe timeframe, const std::vector<std::int64_t>& ts_us) {
  json out = json::array();
  const bool is_daily = timeframe == trading::Timeframe::kOneDay;
  for (const std::int64_t us : ts_us)
    out.push_back(is_daily ? trading::date_of({us}).iso() : ist(us));
  return out;
}

json indicator_reply(std::string_view symbol, const broker_client::HistoricalData& history,
                     const research::Calculation& calculation) {
  const research::IndicatorSpec& spec = *calculation.spec;
  const trading::Timeframe timeframe = history.bars.timeframe;
  json out = {{"symbol", symbol},
              {"timeframe", trading::name_of(timeframe)},
              {"name", spec.name},
              {"method", research::name_of(calculation.method)},
              {"params", json::object()},
              {"bars_used", calculation.bars_used},
              {"warming_up", calculation.is_warming_up}};
  for (std::size_t i = 0; i < spec.parameters.size(); ++i) {
    const double value = calculation.parameters[i];
    out["params"][std::string(spec.parameters[i].name)] =
        spec.parameters[i].is_whole ? json(static_cast<std::int64_t>(value)) : json(value);
  }
  const bool is_single = spec.outputs.size() == 1;
  const auto name_of_output = [&](std::size_t k) {
    return is_single ? std::string("value") : std::string(spec.outputs[k].name);
  };
  for (std::size_t k = 0; k < spec.outputs.size(); ++k)
    out[name_of_output(k)] = indicator_value(calculation.columns[k].back());
  const json times = bar_times(timeframe, calculation.ts_us);
  out["bar"] = times.back();
  if (calculation.ts_us.size() > 1) {
    json series = {{"t", times}};
    for (std::size_t k = 0; k < spec.outputs.size(); ++k) {
      json column = json::array();
      for (const double value : calculation.columns[k]) column.push_back(indicator_value(value));
      series[name_of_output(k)] = std::move(column);
    }
    out["series"] = std::move(series);
  }
  put_provenance(out, history);
  return out;
}

std::optional<double> newest(const trading::BarSeries& bars, std::string_view name,
                             const research::NamedParameters& parameters, research::Seeding method,
                             std::string_view output) {
  const auto calculation = research::calculate(bars, nullptr, {name, parameters, method, 1});
  if (!calculation) return std::nullopt;
  for (std::size_t k = 0; k < calculation->spec->outputs.size(); ++k) {
    if (calculation->spec->outputs[k].name != output) continue;
    const double value = calculation->columns[k].back();
    if (std::isfinite(value)) return value;
  }
  return std::nullopt;
}

}  // namespace tools
