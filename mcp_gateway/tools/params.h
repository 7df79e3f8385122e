#pragma once

// Parameters that several tools share, said once. Bounds stand here where the broker would answer
// less clearly; the rest is its business, and every byte of a schema is read by a model.

#include <string>
#include <vector>

#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool.h"

namespace tools {

inline constexpr double kLargestAmount = 1e10;  // rupees: a thousand crore
inline constexpr double kLargestQuantity = 1e8;

mcp::Param symbol();  // required
mcp::Param optional_symbol();
mcp::Param side();  // required
mcp::Param product(const char* default_value);
mcp::Param timeframe();  // ONE_DAY
mcp::Param quantity();   // required
mcp::Param price_of(const char* name, const char* description);
mcp::Param request_id();
// symbol, side, quantity, price, order_type, trigger_price, product_type, stop_loss, target,
// strategy, request_id.
std::vector<mcp::Param> order_params();

}  // namespace tools
