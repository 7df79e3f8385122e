#pragma once

// The arguments of the program, checked. Pure: main() reads argv and the environment.

#include <string>
#include <string_view>
#include <vector>

#include "trading/base/result.h"

namespace gateway {

enum class Action { kServe, kCall, kListTools, kToolTable, kHelp, kVersion };

struct CommandLine {
  Action action = Action::kServe;
  std::vector<std::string> for_home;  // what resolve_home() wants to see
  std::vector<std::string> toolsets;
  bool is_read_only = false;
  bool is_embedded = false;
  std::string tool;  // of --call
  std::string tool_arguments = "{}";
  std::string report_path;  // of --report; empty: none
};

extern const char* const kUsage;
inline constexpr const char* kReportedTool = "run_strategy_backtest";
inline constexpr const char* kDefaultToolset = "core";

// `toolsets_variable`: TRADING_MCP_TOOLSETS, empty when not set; the option wins. A single call
// reaches every tool unless the option narrows it. USAGE.
trading::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments,
                                                std::string_view toolsets_variable);

}  // namespace gateway
