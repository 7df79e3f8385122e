#pragma once

// What hosts can read by address: trading://config, trading://safety-rules, trading://portfolio,
// trading://orders, trading://calendar and trading://chart/{symbol}/{timeframe}.

#include <memory>
#include <string>
#include <vector>

#include "mcp_gateway/mcp/resource.h"
#include "mcp_gateway/resources/interest.h"

namespace resources {

inline constexpr const char* kPortfolioUri = "trading://portfolio";
inline constexpr const char* kOrdersUri = "trading://orders";

// `interest` hears of every read.
std::vector<mcp::Resource> all(std::shared_ptr<Interest> interest);
std::vector<mcp::ResourceTemplate> templates();

// Symbols that begin like what was typed; nothing when the broker does not answer.
std::vector<std::string> complete_symbol(const std::string& value, const mcp::Variables& others,
                                         mcp::ToolContext& context);

}  // namespace resources
