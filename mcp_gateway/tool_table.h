#pragma once

#include <string>

namespace mcp {
class ToolCatalog;
}

namespace gateway {

// The README's table of all tools, by area, as Markdown.
std::string tool_table(const mcp::ToolCatalog& catalog);

}  // namespace gateway
