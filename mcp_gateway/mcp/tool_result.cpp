#include "mcp_gateway/mcp/tool_result.h"

#include <utility>

namespace mcp {
namespace {

const char* to_word(Retry retry) {
  switch (retry) {
    case Retry::kSafe:
      return "safe";
    case Retry::kVerifyFirst:
      return "verify_first";
    case Retry::kNo:
      return "no";
  }
  return "no";
}

}  // namespace

ToolResult ToolResult::of_content(std::vector<ContentBlock> blocks, bool is_error) {
  ToolResult result{nlohmann::json()};
  result.content = std::move(blocks);
  result.is_error = is_error;
  return result;
}

ToolResult tool_error(const ToolError& error, nlohmann::json beside) {
  nlohmann::json& facts = beside["error"];
  facts = {{"code", error.code},
           {"message", error.message},
           {"fix", error.fix},
           {"retry", to_word(error.retry)}};
  if (!error.field.empty()) facts["field"] = error.field;
  if (!error.allowed.empty()) facts["allowed"] = error.allowed;
  ToolResult result(std::move(beside));
  result.is_error = true;
  return result;
}

ToolResult tool_error(std::string code, std::string message, std::string fix, Retry retry,
                      std::string field) {
  return tool_error(
      ToolError{std::move(code), std::move(message), std::move(fix), retry, std::move(field), {}});
}

}  // namespace mcp
