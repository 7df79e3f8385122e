// The list of tools against the files, the snapshots and the sizes that hosts bear.
// TRADING_MCP_UPDATE_SNAPSHOTS=1 writes the snapshots instead of comparing them.
#include "mcp_gateway/registry.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "mcp_gateway/instructions.h"
#include "mcp_gateway/mcp/catalog.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool_table.h"

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::size_t kMaxAllBytes = 80 * 1024;
constexpr std::size_t kMaxCoreBytes = 25 * 1024;

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool has_toolset(const mcp::Tool& tool, const std::string& name) {
  return std::find(tool.toolsets.begin(), tool.toolsets.end(), name) != tool.toolsets.end();
}

// Does the file make the tool? A family of like tools shares one.
bool makes(const fs::path& file, const std::string& tool) {
  return read_text(file).find("mcp::Tool " + tool + "() {") != std::string::npos;
}

TEST(Registry, EveryToolHasItsFileInTheFolderOfItsArea) {
  for (const mcp::Tool& tool : all_tools()) {
    bool has_file = false;
    for (const std::string& area : tool.toolsets) {
      const fs::path folder = fs::path(TOOLS_FOLDER) / area;
      if (!fs::exists(folder)) continue;
      for (const auto& file : fs::directory_iterator(folder))
        has_file = has_file || makes(file.path(), tool.name);
    }
    EXPECT_TRUE(has_file) << tool.name;
  }
}

TEST(Registry, EveryFileOfAToolIsListed) {
  std::set<std::string> names;
  for (const mcp::Tool& tool : all_tools()) names.insert(tool.name);
  for (const auto& area : fs::directory_iterator(TOOLS_FOLDER)) {
    if (!area.is_directory()) continue;
    for (const auto& file : fs::directory_iterator(area)) {
      if (file.path().extension() != ".cpp") continue;
      fs::path header = file.path();
      if (fs::exists(header.replace_extension(".h"))) continue;  // shared by tools, makes none
      EXPECT_TRUE(std::any_of(names.begin(), names.end(), [&file](const std::string& name) {
        return makes(file.path(), name);
      })) << file.path() << " makes no tool that is in registry.cpp";
    }
  }
}

TEST(Registry, ToolsetsAreTheKnownOnesAndEachToolIsInAnArea) {
  const std::set<std::string> areas{"config",   "market", "indicators", "news",
                                    "notify",   "paper",  "portfolio",  "risk",
                                    "strategy", "broker", "audit"};
  for (const mcp::Tool& tool : all_tools()) {
    std::size_t in_areas = 0;
    for (const std::string& toolset : tool.toolsets) {
      in_areas += areas.contains(toolset) ? 1U : 0U;
      EXPECT_TRUE(toolset == "core" || areas.contains(toolset)) << tool.name << " " << toolset;
    }
    EXPECT_EQ(in_areas, 1U) << tool.name;
  }
}

TEST(Registry, CoreReachesEveryArea) {
  std::set<std::string> areas;
  std::set<std::string> core_areas;
  for (const mcp::Tool& tool : all_tools()) {
    for (const std::string& toolset : tool.toolsets) {
      if (toolset == "core") continue;
      areas.insert(toolset);
      if (has_toolset(tool, "core")) core_areas.insert(toolset);
    }
  }
  EXPECT_EQ(core_areas, areas);
}

TEST(Registry, DescriptionsAreShortAndEveryParameterHasAnExample) {
  for (const mcp::Tool& tool : all_tools()) {
    EXPECT_LE(tool.description.size(), 500U) << tool.name;
    EXPECT_GE(tool.description.size(), 30U) << tool.name;
    EXPECT_FALSE(tool.title.empty()) << tool.name;
    EXPECT_FALSE(tool.output.empty()) << tool.name << " declares no result";
    for (const mcp::Param& param : tool.input) {
      EXPECT_THAT(param.description, HasSubstr("e.g.")) << tool.name << "." << param.name;
    }
  }
}

TEST(Registry, ListsFitWhatHostsBear) {
  const mcp::ToolCatalog all(all_tools(), {.toolsets = {"all"}});
  const mcp::ToolCatalog core(all_tools(), {.toolsets = {"core"}});
  EXPECT_LE(all.list_member().size(), kMaxAllBytes);
  EXPECT_LE(core.list_member().size(), kMaxCoreBytes);
  EXPECT_LT(std::strlen(gateway::kInstructions), 2'048U);
  EXPECT_THAT(gateway::kInstructions, HasSubstr("financial advice"));
}

TEST(Registry, NoReadOnlyToolPlacesOrChangesAnything) {
  const mcp::ToolCatalog shown(all_tools(), {.toolsets = {"all"}, .is_read_only = true});
  for (const char* name :
       {"place_paper_order", "close_paper_position", "modify_paper_order", "cancel_paper_order",
        "reset_paper_account", "update_trading_config", "switch_to_paper_mode"}) {
    EXPECT_EQ(shown.find(name), nullptr) << name;
  }
  EXPECT_NE(shown.find("preview_order"), nullptr);
}

TEST(Registry, EachToolLooksAsItsSnapshot) {
  const bool is_update = std::getenv("TRADING_MCP_UPDATE_SNAPSHOTS") != nullptr;
  const fs::path folder = SNAPSHOT_FOLDER;
  std::set<std::string> expected;
  for (const mcp::Tool& tool : all_tools()) {
    const fs::path file = folder / (tool.name + ".json");
    expected.insert(file.filename());
    const std::string now = nlohmann::ordered_json::parse(mcp::to_json_text(tool)).dump(2) + "\n";
    if (is_update) std::ofstream(file, std::ios::binary) << now;
    EXPECT_EQ(read_text(file), now)
        << tool.name << ": if that is meant, run with TRADING_MCP_UPDATE_SNAPSHOTS=1";
  }
  for (const auto& file : fs::directory_iterator(folder)) {
    EXPECT_TRUE(expected.contains(file.path().filename())) << file.path() << " has no tool";
  }
}

TEST(ToolTable, NamesEveryToolOnce) {
  const mcp::ToolCatalog all(all_tools(), {.toolsets = {"all"}});
  const std::string table = gateway::tool_table(all);
  for (const mcp::Tool& tool : all.all()) {
    const std::string cell = "| `" + tool.name + "` |";
    const std::size_t first = table.find(cell);
    EXPECT_NE(first, std::string::npos) << tool.name;
    EXPECT_EQ(table.find(cell, first + 1), std::string::npos) << tool.name;
  }
}

}  // namespace
