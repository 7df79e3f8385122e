#pragma once

// Computed values as the fields of a reply, the same for every indicator tool: one output is
// `value`, several stand under their names; `series` has them in columns. Where there is no value
// stands null, never a number.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/research/indicators/calculate.h"

namespace tools {

// A double as its shortest text, null for no value.
nlohmann::json indicator_value(double value);
// Starts of bars: dates of days, instants otherwise.
nlohmann::json bar_times(trading::Timeframe timeframe, const std::vector<std::int64_t>& ts_us);

// symbol, timeframe, name, method, params, value(s), bars_used, warming_up, series (when there are
// several rows), bar (start of the newest one), provenance.
nlohmann::json indicator_reply(std::string_view symbol, const broker_client::HistoricalData& history,
                               const research::Calculation& calculation);

// The newest value of output `output` of an indicator with the parameters given; no value and
// errors alike are null: for replies that show several indicators side by side.
std::optional<double> newest(const trading::BarSeries& bars, std::string_view name,
                             const research::NamedParameters& parameters, research::Seeding method,
                             std::string_view output);

}  // namespace tools
