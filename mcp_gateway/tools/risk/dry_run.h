#pragma once

// A tool that runs the whole checklist over a limit order and stores nothing: two areas have one.

#include "mcp_gateway/tool.h"

namespace tools {

// The texts stay for as long as the program.
mcp::Tool dry_run_tool(const char* name, const char* title, const char* description, const char* area);

}  // namespace tools
