#pragma once

// What replies have in common: money, times, where a figure comes from, and the broker's errors.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "broker/v1/common.pb.h"
#include "mcp_gateway/broker_client/broker_client.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool_context.h"
#include "trading/base/result.h"

namespace tools {

// 1/10,000 rupee as a JSON number: whole rupees as an integer, otherwise the double nearest to the
// decimal, whose shortest text is that decimal for amounts below 5 * 10^11 rupees.
nlohmann::json rupees(std::int64_t amount_e4);
nlohmann::json rupees_of_paise(std::int64_t paise);
nlohmann::json percent(std::int64_t bps);                   // 250 -> 2.5
nlohmann::json decimal(std::int64_t scaled, int decimals);  // any scaled integer
std::string ist(std::int64_t us);                           // 2026-11-23T09:15:00+05:30
// Null when the optional field of a message is absent.
nlohmann::json rupees_if(bool has, std::int64_t amount_e4);

// mode, as_of, source, age_ms, and for simulated prices the word in `notice`.
void put_provenance(nlohmann::json& reply, const broker::v1::Provenance& provenance);
void put_provenance(nlohmann::json& reply, const broker_client::HistoricalData& history);

mcp::ToolResult broker_error(const trading::Error& error);
// The same for order-making tools, where the wire's limit_price is the tool's price.
mcp::ToolResult order_error(trading::Error error);

broker_client::CallOptions call_of(const mcp::ToolContext& context, std::string_view tool);

inline constexpr const char* kSimulatedNotice = "SIMULATED prices: not a real market";

}  // namespace tools
