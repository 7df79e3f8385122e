#pragma once

#include <vector>

#include "mcp_gateway/mcp/param.h"

namespace tools {

// What the order-making tools declare of their result.
std::vector<mcp::Param> order_output();

}  // namespace tools
