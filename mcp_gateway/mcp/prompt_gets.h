#pragma once

// prompts/list, prompts/get, and completion/complete for prompts and resource templates. Holds no
// state, so any thread may call it.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/mcp/prompt.h"
#include "mcp_gateway/mcp/reply.h"
#include "mcp_gateway/mcp/resource_reads.h"

namespace mcp {

inline constexpr std::size_t kMaxCompletions = 100;  // the protocol's own limit

class PromptGets {
 public:
  // Sorted by name.
  explicit PromptGets(std::vector<Prompt> prompts);

  [[nodiscard]] bool is_empty() const { return prompts_.empty(); }
  [[nodiscard]] const std::string& list_member() const { return list_member_; }

  Reply get(const nlohmann::json& params, ToolContext& context) const;
  Reply complete(const nlohmann::json& params, const ResourceReads& resources,
                 ToolContext& context) const;

 private:
  [[nodiscard]] const Prompt* find(const nlohmann::json& holder) const;

  std::vector<Prompt> prompts_;
  std::string list_member_;
};

}  // namespace mcp
