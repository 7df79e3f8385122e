#include "mcp_gateway/mcp/catalog.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/mcp_gateway/mcp/sample.h"

namespace mcp {
namespace {

using nlohmann::json;

std::string names(const ToolCatalog& catalog) {
  std::string all;
  for (const Tool* tool : catalog.shown()) all += (all.empty() ? "" : " ") + tool->name;
  return all;
}

ToolCatalog catalog(Selection selection) {
  return {sample_options().tools, std::move(selection)};
}

TEST(ToolCatalog, ListsAreSortedAndTheSameEveryTime) {
  auto reversed = sample_options().tools;
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(ToolCatalog(reversed, {}).list_member(), catalog({}).list_member());
  EXPECT_EQ(names(catalog({})), "add big buy echo step throw_up wait");
}

TEST(ToolCatalog, ToolsetsChooseWhatIsShown) {
  EXPECT_EQ(names(catalog({{"sums"}, false})), "add");
  EXPECT_EQ(names(catalog({{"sums", "orders"}, false})), "add buy");
  EXPECT_EQ(names(catalog({{"all"}, false})), names(catalog({})));
  EXPECT_EQ(catalog({}).toolsets(), (std::vector<std::string>{"core", "orders", "sums", "all"}));
}

TEST(ToolCatalog, ReadOnlyWinsOverToolsets) {
  EXPECT_EQ(names(catalog({{"orders"}, true})), "");
  EXPECT_EQ(catalog({{"orders"}, true}).find("buy"), nullptr);
  EXPECT_NE(catalog({{"orders"}, false}).find("buy"), nullptr);
}

TEST(ToolCatalog, WhatTheBrokerDoesNotAllowIsNotListed) {
  EXPECT_EQ(names(catalog({{"all"}, false, {"sums"}})), "add");
  EXPECT_EQ(names(catalog({{"orders"}, false, {"sums"}})), "");
  EXPECT_NE(catalog({{"all"}, false, {"sums"}}).explain_absence("buy").find("AGENT_TOOLSETS"),
            std::string::npos);
}

TEST(ToolCatalog, UnknownToolsetsAreNamed) {
  EXPECT_EQ(catalog({{"core", "typo"}, false}).unknown_toolsets(),
            std::vector<std::string>{"typo"});
  EXPECT_TRUE(catalog({{"all"}, false}).unknown_toolsets().empty());
}

TEST(ToolCatalog, AnAbsentToolIsExplained) {
  EXPECT_EQ(
      catalog({{"core"}, false}).explain_absence("buy"),
      "buy is in toolset orders, which is not enabled; start mcp_gateway with --toolsets that "
      "holds one of them, or all");
  EXPECT_EQ(catalog({{"all"}, true}).explain_absence("buy"),
            "buy is not available: only reading is allowed, by --read-only of mcp_gateway or by "
            "AGENT_READ_ONLY of the broker");
  EXPECT_EQ(catalog({}).explain_absence("sell"),
            "Unknown tool: sell; tools/list names the tools there are");
}

TEST(ToolCatalog, EveryToolStatesAllFourAnnotations) {
  const json list = json::parse("{" + catalog({}).list_member() + "}");
  for (const json& tool : list.at("tools")) {
    EXPECT_EQ(tool.at("annotations").size(), 4U) << tool.dump();
    EXPECT_EQ(tool.at("inputSchema").at("additionalProperties"), false) << tool.dump();
  }
  EXPECT_EQ(list.at("tools").at(2).at("annotations"), (json{{"readOnlyHint", false},
                                                            {"destructiveHint", true},
                                                            {"idempotentHint", false},
                                                            {"openWorldHint", true}}));
}

TEST(ToolCatalogDeathTest, ABrokenRegistryAborts) {
  auto twice = sample_options().tools;
  twice.push_back(twice.front());
  EXPECT_DEATH(ToolCatalog(twice, {}), "registered twice");
  auto badly_named = sample_options().tools;
  badly_named.front().name = "Bad Name";
  EXPECT_DEATH(ToolCatalog(badly_named, {}), "bad name");
}

}  // namespace
}  // namespace mcp
