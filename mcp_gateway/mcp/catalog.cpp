#include "mcp_gateway/mcp/catalog.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/mcp/schema.h"
#include "mcp_gateway/mcp/tool_result.h"

namespace mcp {
namespace {

// Hosts prefix a name with the server's (mcp__trading_mcp__) and allow 64 characters in all.
constexpr std::size_t kMaxNameBytes = 46;

bool is_good_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

[[noreturn]] void abort_because(const std::string& name, const char* why) {
  std::fprintf(stderr, "broken invariant: tool \"%s\" %s\n", name.c_str(), why);
  std::abort();
}

bool by_name(const Tool& left, const Tool& right) {
  return left.name < right.name;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

const char* word(bool value) {
  return value ? "true" : "false";
}

bool is_in(const Tool& tool, const std::vector<std::string>& toolsets) {
  return std::any_of(toolsets.begin(), toolsets.end(), [&tool](const std::string& toolset) {
    return toolset == "all" || contains(tool.toolsets, toolset);
  });
}

}  // namespace

std::string to_json_text(const Tool& tool) {
  std::string text = "{\"name\":" + jsonrpc::quote(tool.name);
  if (!tool.title.empty()) text += ",\"title\":" + jsonrpc::quote(tool.title);
  text += ",\"description\":" + jsonrpc::quote(tool.description);
  text += ",\"inputSchema\":" + input_schema(tool.input);
  if (!tool.output.empty()) text += ",\"outputSchema\":" + output_schema(tool.output);
  const Annotations& hints = tool.annotations;
  text += std::string(",\"annotations\":{\"readOnlyHint\":") + word(hints.is_read_only) +
          ",\"destructiveHint\":" + word(hints.is_destructive) +
          ",\"idempotentHint\":" + word(hints.is_idempotent) +
          ",\"openWorldHint\":" + word(hints.is_open_world) + "}}";
  return text;
}

ToolCatalog::ToolCatalog(std::vector<Tool> tools, Selection selection)
    : tools_(std::move(tools)), selection_(std::move(selection)) {
  std::sort(tools_.begin(), tools_.end(), by_name);
  list_member_ = "\"tools\":[";
  bool is_first = true;
  for (std::size_t i = 0; i < tools_.size(); ++i) {
    const Tool& tool = tools_[i];
    if (!is_good_name(tool.name)) abort_because(tool.name, "has a bad name");
    if (i > 0 && tools_[i - 1].name == tool.name) abort_because(tool.name, "is registered twice");
    if (!tool.handler) abort_because(tool.name, "has no handler");
    if (!is_shown(tool)) continue;
    if (!is_first) list_member_ += ',';
    list_member_ += to_json_text(tool);
    is_first = false;
  }
  list_member_ += ']';
}

std::vector<std::string> ToolCatalog::toolsets() const {
  std::set<std::string> names;
  for (const Tool& tool : tools_) names.insert(tool.toolsets.begin(), tool.toolsets.end());
  std::vector<std::string> sorted(names.begin(), names.end());
  sorted.emplace_back("all");
  return sorted;
}

std::vector<std::string> ToolCatalog::unknown_toolsets() const {
  const auto known = toolsets();
  std::vector<std::string> unknown;
  for (const auto& name : selection_.toolsets) {
    if (!contains(known, name)) unknown.push_back(name);
  }
  return unknown;
}

bool ToolCatalog::is_shown(const Tool& tool) const {
  if (selection_.is_read_only && !tool.annotations.is_read_only) return false;
  return is_in(tool, selection_.toolsets) && is_in(tool, selection_.allowed);
}

const Tool* ToolCatalog::find_any(std::string_view name) const {
  const auto found = std::lower_bound(
      tools_.begin(), tools_.end(), name,
      [](const Tool& tool, std::string_view wanted) { return tool.name < wanted; });
  return found != tools_.end() && found->name == name ? &*found : nullptr;
}

const Tool* ToolCatalog::find(std::string_view name) const {
  const Tool* tool = find_any(name);
  return tool != nullptr && is_shown(*tool) ? tool : nullptr;
}

std::vector<const Tool*> ToolCatalog::shown() const {
  std::vector<const Tool*> shown;
  for (const Tool& tool : tools_) {
    if (is_shown(tool)) shown.push_back(&tool);
  }
  return shown;
}

std::string ToolCatalog::explain_absence(std::string_view name) const {
  const Tool* tool = find_any(name);
  if (tool == nullptr) {
    return "Unknown tool: " + jsonrpc::clipped(name) + "; tools/list names the tools there are";
  }
  if (!is_in(*tool, selection_.allowed)) {
    return tool->name + " is in toolset " + joined(tool->toolsets) +
           ", which the broker does not allow here; its operator can add one to AGENT_TOOLSETS in "
           ".env and restart it";
  }
  if (!is_in(*tool, selection_.toolsets)) {
    return tool->name + " is in toolset " + joined(tool->toolsets) +
           ", which is not enabled; start mcp_gateway with --toolsets that holds one of them, or "
           "all";
  }
  return tool->name +
         " is not available: only reading is allowed, by --read-only of mcp_gateway or by "
         "AGENT_READ_ONLY of the broker";
}

}  // namespace mcp
