#pragma once

// What a tool answers. Include this where results are made (it costs json.hpp); tool.h only names
// it.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/mcp/content.h"

namespace mcp {

// Hard limit of one structured result as JSON text: hosts drop or cut what is larger.
inline constexpr std::size_t kMaxReplyBytes = std::size_t{60} * 1024;

// May the caller send the same call again?
enum class Retry {
  kSafe,         // nothing happened; the same call may be sent again
  kVerifyFirst,  // the outcome is not known; look before calling again
  kNo,           // the same call will be refused again
};

struct ToolResult {
  // The answer: an object. Its compact text becomes the text block, so both carry the same facts.
  nlohmann::json structured;
  bool is_error = false;
  // Used instead of that text block when not empty; then `structured` may be null (left out).
  std::vector<ContentBlock> content;

  // A tool may simply `return json{...}`.
  ToolResult(nlohmann::json facts) : structured(std::move(facts)) {}  // NOLINT: implicit by design
  static ToolResult of_content(std::vector<ContentBlock> blocks, bool is_error = false);
};

struct ToolError {
  std::string code;     // UPPER_SNAKE, stable
  std::string message;  // what was refused, the value and the limit
  std::string fix;      // the next step, in words
  Retry retry = Retry::kNo;
  std::string field = {};  // the argument at fault, empty when none
  std::vector<std::string> allowed = {};
};

// {"error":{code,message,field?,allowed?,fix,retry}}, isError. `beside`: facts that stand next to
// `error` (a refused order keeps its order fields).
ToolResult tool_error(const ToolError& error, nlohmann::json beside = nlohmann::json::object());
ToolResult tool_error(std::string code, std::string message, std::string fix, Retry retry,
                      std::string field = {});

}  // namespace mcp
