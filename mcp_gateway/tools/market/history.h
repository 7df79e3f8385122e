#pragma once

// Bars of the broker as the columns of a reply; shared by the tool and the chart resource.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mcp_gateway/broker_client/broker_client.h"

namespace tools {

// symbol, timeframe, adjusted, columns (t, o, h, l, c, v), rows, total, unfinished, gaps,
// truncated, next, data_hash, provenance.
nlohmann::json history_reply(const std::string& symbol, bool is_adjusted,
                             const broker_client::HistoricalData& history);

}  // namespace tools
