#pragma once

// Ready-made requests that a person picks (hosts show them as slash commands).

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "mcp_gateway/mcp/content.h"
#include "mcp_gateway/mcp/resource.h"
#include "mcp_gateway/tool_context.h"

namespace mcp {

struct PromptArgument {
  std::string name;
  std::string description;
  bool is_required = false;
  Completer complete = {};  // may be empty
};

struct PromptMessage {
  bool is_from_assistant = false;  // otherwise from the user
  ContentBlock content;
};

struct PromptError {
  std::string message;  // an argument the prompt cannot work with; becomes "invalid params"
};

using PromptResult = std::variant<std::vector<PromptMessage>, PromptError>;

struct Prompt {
  std::string name;
  std::string title = {};
  std::string description = {};
  std::vector<PromptArgument> arguments = {};
  // Called with known arguments only, the required ones present.
  std::function<PromptResult(const Variables& arguments, ToolContext& context)> get;
};

}  // namespace mcp
