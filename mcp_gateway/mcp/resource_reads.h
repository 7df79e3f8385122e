#pragma once

// resources/list, resources/templates/list, resources/read. Holds no state, so any thread may call
// it.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mcp_gateway/mcp/reply.h"
#include "mcp_gateway/mcp/resource.h"

namespace mcp {

class ResourceReads {
 public:
  // Sorted by URI.
  ResourceReads(std::vector<Resource> resources, std::vector<ResourceTemplate> templates);

  [[nodiscard]] bool is_empty() const { return resources_.empty() && templates_.empty(); }
  [[nodiscard]] bool has_subscribable() const;
  // Is the URI one of ours, and one that no update will ever be told of?
  [[nodiscard]] bool never_changes(const std::string& uri) const;
  // Null when there is no fixed resource with that URI.
  [[nodiscard]] const Resource* find(const std::string& uri) const;
  [[nodiscard]] const ResourceTemplate* find_template(const std::string& uri_template) const;

  // Members of the list results; made once.
  [[nodiscard]] const std::string& list_member() const { return list_member_; }
  [[nodiscard]] const std::string& templates_member() const { return templates_member_; }

  Reply read(const nlohmann::json& params, ToolContext& context) const;

 private:
  std::vector<Resource> resources_;
  std::vector<ResourceTemplate> templates_;
  std::string list_member_;
  std::string templates_member_;
};

// The error of each era for a resource that is not there.
Reply resource_not_found(const std::string& uri, bool is_modern);

}  // namespace mcp
