#include "mcp_gateway/command_line.h"

#include <gtest/gtest.h>

namespace gateway {
namespace {

CommandLine parsed(const std::vector<std::string>& arguments, const std::string& variable = "") {
  const auto line = parse_command_line(arguments, variable);
  EXPECT_TRUE(line) << (line ? "" : line.error().text());
  return line ? *line : CommandLine{};
}

TEST(CommandLine, ServesTheCoreToolsetUnlessTold) {
  EXPECT_EQ(parsed({}).action, Action::kServe);
  EXPECT_EQ(parsed({}).toolsets, std::vector<std::string>{"core"});
  EXPECT_EQ(parsed({}, "paper,risk").toolsets, (std::vector<std::string>{"paper", "risk"}));
  EXPECT_EQ(parsed({"--toolsets", "all"}, "paper").toolsets, std::vector<std::string>{"all"});
  EXPECT_EQ(parsed({"--toolsets=market,risk"}).toolsets,
            (std::vector<std::string>{"market", "risk"}));
}

TEST(CommandLine, ACallReachesEveryToolUnlessNarrowed) {
  const CommandLine line = parsed({"--call", "fetch_live_price", R"({"symbol":"SBIN"})"}, "core");
  EXPECT_EQ(line.action, Action::kCall);
  EXPECT_EQ(line.tool, "fetch_live_price");
  EXPECT_EQ(line.tool_arguments, R"({"symbol":"SBIN"})");
  EXPECT_EQ(line.toolsets, std::vector<std::string>{"all"});
  EXPECT_EQ(parsed({"--toolsets", "core", "--call", "x"}).toolsets,
            std::vector<std::string>{"core"});
}

TEST(CommandLine, ACallWithoutArgumentsMayBeFollowedByOptions) {
  const CommandLine line = parsed({"--call", "fetch_portfolio", "--home", "/h"});
  EXPECT_EQ(line.tool_arguments, "{}");
  EXPECT_EQ(line.for_home, (std::vector<std::string>{"--home", "/h"}));
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--nope"},
                                             {"word"},
                                             {"--call"},
                                             {"--toolsets"},
                                             {"--toolsets", "a,,b"},
                                             {"--toolsets", ""},
                                             {"--read-only=yes"},
                                             {"--report", "x.html"}}) {
    const auto line = parse_command_line(arguments, "");
    ASSERT_FALSE(line) << arguments.front();
    EXPECT_EQ(line.error().code, "USAGE");
  }
}

TEST(CommandLine, Switches) {
  const CommandLine line = parsed({"--read-only", "--embedded-broker"});
  EXPECT_TRUE(line.is_read_only);
  EXPECT_TRUE(line.is_embedded);
  EXPECT_EQ(parsed({"--list-tools"}).action, Action::kListTools);
  EXPECT_EQ(parsed({"--tool-table"}).action, Action::kToolTable);
  EXPECT_EQ(parsed({"--help"}).action, Action::kHelp);
  EXPECT_EQ(parsed({"--version"}).action, Action::kVersion);
}

}  // namespace
}  // namespace gateway
