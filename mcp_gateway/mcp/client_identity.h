#pragma once

// Who says to be on the other side. Self-reported, so for logs and audit only, never for a
// decision.

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mcp {

struct ClientIdentity {
  std::string name = "unknown";
  std::string version;

  // From a clientInfo object; whatever is not printable ASCII becomes '_', long texts are cut.
  static ClientIdentity from_client_info(const nlohmann::json& client_info);
};

}  // namespace mcp
