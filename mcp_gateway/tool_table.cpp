#include "mcp_gateway/tool_table.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "mcp_gateway/mcp/catalog.h"

namespace gateway {
namespace {

struct Area {
  std::string_view toolset;
  std::string_view title;
};

// In the order in which a reader meets them.
constexpr std::array<Area, 11> kAreas{{{"config", "Config"},
                                       {"market", "Market data"},
                                       {"indicators", "Indicators"},
                                       {"news", "News"},
                                       {"notify", "Notifications"},
                                       {"paper", "Paper trading"},
                                       {"portfolio", "Portfolio"},
                                       {"risk", "Risk"},
                                       {"strategy", "Strategy"},
                                       {"broker", "Broker"},
                                       {"audit", "Audit"}}};

bool is_in(const mcp::Tool& tool, std::string_view toolset) {
  return std::find(tool.toolsets.begin(), tool.toolsets.end(), toolset) != tool.toolsets.end();
}

std::string parameters(const mcp::Tool& tool) {
  std::string text;
  for (const mcp::Param& param : tool.input) {
    text += (text.empty() ? "`" : ", `") + param.name + (param.is_required ? "`" : "?`");
  }
  return text;
}

std::string first_sentence(const std::string& description) {
  const std::size_t end = description.find(". ");
  return end == std::string::npos ? description : description.substr(0, end + 1);
}

}  // namespace

std::string tool_table(const mcp::ToolCatalog& catalog) {
  std::string text;
  for (const Area& area : kAreas) {
    std::string rows;
    for (const mcp::Tool& tool : catalog.all()) {
      if (!is_in(tool, area.toolset)) continue;
      rows += "| `" + tool.name + "` | " + parameters(tool) + " | " +
              (is_in(tool, "core") ? "core" : "") + " | " + first_sentence(tool.description) +
              " |\n";
    }
    if (rows.empty()) continue;
    text += "### " + std::string(area.title) + " (`" + std::string(area.toolset) + "`)\n\n" +
            "| Tool | Parameters | Default | What it does |\n| --- | --- | --- | --- |\n" + rows +
            "\n";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace gateway
