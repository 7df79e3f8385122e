#pragma once

// The tools of this process: all of them, and those that the chosen toolsets show. Fixed for its
// life.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp_gateway/tool.h"

namespace mcp {

struct Selection {
  std::vector<std::string> toolsets = {"all"};  // "all" shows every tool
  bool is_read_only = false;                    // wins: hides every tool that is not read-only
  std::vector<std::string> allowed = {"all"};   // by the broker, which refuses the others itself
};

class ToolCatalog {
 public:
  // Sorts by name. A name used twice, or one that breaks the rules of names, aborts: a bug of the
  // registry.
  ToolCatalog(std::vector<Tool> tools, Selection selection);

  // The chosen toolsets that no tool belongs to: for main() to refuse. "all" always exists.
  [[nodiscard]] std::vector<std::string> unknown_toolsets() const;
  // Every toolset that exists, sorted, "all" last.
  [[nodiscard]] std::vector<std::string> toolsets() const;

  // Null when the tool does not exist or is not shown.
  [[nodiscard]] const Tool* find(std::string_view name) const;
  // Why find() gave nothing, as one sentence that says how to reach the tool.
  [[nodiscard]] std::string explain_absence(std::string_view name) const;

  [[nodiscard]] const std::vector<Tool>& all() const { return tools_; }
  [[nodiscard]] std::vector<const Tool*> shown() const;
  [[nodiscard]] const Selection& selection() const { return selection_; }

  // The member `"tools":[...]` of a tools/list result; made once.
  [[nodiscard]] const std::string& list_member() const { return list_member_; }

 private:
  [[nodiscard]] bool is_shown(const Tool& tool) const;
  [[nodiscard]] const Tool* find_any(std::string_view name) const;

  std::vector<Tool> tools_;  // sorted by name
  Selection selection_;
  std::string list_member_;
};

// One entry of tools/list as JSON text.
std::string to_json_text(const Tool& tool);

}  // namespace mcp
