#pragma once

// The list of all tools of this gateway.

#include <vector>

#include "mcp_gateway/tool.h"

std::vector<mcp::Tool> all_tools();
