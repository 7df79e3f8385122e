#pragma once

// What a tool is: one value. A file under tools/ makes it, registry.cpp lists it, a server runs it.
//
//   mcp::Tool fetch_live_price() {
//     return {.name = "fetch_live_price",
//             .title = "Live price",
//             .description = "Last price, bid and ask of one NSE symbol, with its age. ...",
//             .toolsets = {"core", "market"},
//             .annotations = mcp::kReads,
//             .input = {mcp::string_param("symbol", "Exact NSE symbol, e.g. RELIANCE").required()},
//             .output = {mcp::out::string("symbol"), mcp::out::number("last_price", "rupees")},
//             .handler = [](const nlohmann::json& arguments, mcp::ToolContext& context)
//                 -> mcp::ToolResult { ... }};
//   }
//
// The handler's file also includes mcp_gateway/mcp/tool_result.h. It is called with arguments that
// fit `input` exactly, defaults filled in: it never checks a type. It runs on one of several
// threads, at the same time as itself; it answers refusals with tool_error() and lets nothing block
// beyond its own deadline. An exception that leaves it becomes a JSON-RPC internal error that tells
// nothing of its text.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/mcp/param.h"
#include "mcp_gateway/tool_context.h"

namespace mcp {

struct ToolResult;

// Hints for hosts (some skip their confirmation on read_only, so a false one is a security bug).
// All four are always stated; use one of the constants.
struct Annotations {
  bool is_read_only;
  bool is_destructive;
  bool is_idempotent;
  bool is_open_world;
};

inline constexpr Annotations kReads{true, false, true, false};
inline constexpr Annotations kReadsWorld{true, false, true, true};  // outside text or services
inline constexpr Annotations kWrites{false, false, false, false};   // adds; not the same twice
inline constexpr Annotations kSets{false, false, true, false};      // the same state when repeated
inline constexpr Annotations kDestroys{false, true, true, false};   // takes away or replaces
inline constexpr Annotations kTrades{false, true, false, true};     // may reach the exchange
inline constexpr Annotations kSends{false, false, false, true};     // tells something outside

using ToolHandler =
    std::function<ToolResult(const nlohmann::json& arguments, ToolContext& context)>;

struct Tool {
  std::string name;         // snake_case, at most 46 characters
  std::string title;        // for people
  std::string description;  // first sentence: what and when; at most 500 characters
  std::vector<std::string> toolsets;
  Annotations annotations;
  std::vector<Param> input = {};
  std::vector<Param> output = {};  // empty: the tool declares no output schema
  ToolHandler handler;
};

}  // namespace mcp
