#pragma once

// The same question for several symbols, a few at a time. What fails for one symbol is told beside
// what is known of the others; nothing is left out silently.

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/mcp/tool_result.h"
#include "mcp_gateway/tool_context.h"
#include "mcp_gateway/tools/strategy/setup.h"
#include "trading/base/result.h"

namespace tools {

inline constexpr std::size_t kScanThreads = 4;  // a call; the broker answers reads in parallel

using Question = std::function<trading::Result<nlohmann::json>(const std::string& symbol)>;

struct Answers {
  std::vector<nlohmann::json> rows;                        // best score first, then by symbol
  std::vector<std::pair<std::string, trading::Error>> failures;  // in the order asked
};
// `question` is called on several threads. Progress is told a symbol at a time.
Answers ask_each(const std::vector<std::string>& symbols, const Question& question,
                 mcp::ToolContext& context);

// Moves what all rows share (mode, as_of, source, age_ms, notice, notes) from the rows to the reply,
// puts `scanned` and `failures`. The error of all when no symbol could be answered.
mcp::ToolResult with_answers(nlohmann::json reply, const char* rows_name, Answers answers);

mcp::Param max_symbols(int default_value);
std::vector<mcp::Param> scan_output();
mcp::ToolResult scan_watchlist(const SetupStyle& style, const nlohmann::json& values,
                               const char* tool, mcp::ToolContext& context);

}  // namespace tools
