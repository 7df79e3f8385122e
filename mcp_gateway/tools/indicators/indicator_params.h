#pragma once

// Parameters that the indicator tools share.

#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/tools/arguments.h"

namespace tools {

// 300 rows of three columns stay below the limit of one reply.
inline constexpr int kMostIndicatorRows = 300;

mcp::Param method();
mcp::Param max_rows();
mcp::Param period(int default_value);
research::Seeding method_of(const Arguments& arguments);

}  // namespace tools
