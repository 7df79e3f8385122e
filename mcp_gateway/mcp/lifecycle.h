#pragma once

// initialize (legacy era) and server/discover (modern era): who we are and what we can do.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mcp_gateway/mcp/envelope.h"
#include "mcp_gateway/mcp/reply.h"
#include "mcp_gateway/mcp/server_info.h"

namespace mcp {

// What is declared is what is registered.
struct Offer {
  bool has_tools = false;
  bool has_resources = false;
  bool has_subscribable = false;
  bool has_prompts = false;
};

class Lifecycle {
 public:
  Lifecycle(const ServerInfo& info, const Offer& offer);

  // The handshake: an unknown version is answered with our latest legacy one. On success
  // `handshake` holds the negotiated version and the client.
  Reply initialize(const nlohmann::json& params, Handshake& handshake) const;
  [[nodiscard]] Reply discover() const { return Reply::result(discover_members_); }

  // `"io.modelcontextprotocol/serverInfo":{...}`, for the _meta of modern results.
  [[nodiscard]] const std::string& server_info_meta() const { return server_info_meta_; }

 private:
  std::string server_info_;
  std::string server_info_meta_;
  std::string instructions_member_;  // with a leading comma; empty when there are none
  std::string legacy_capabilities_;
  std::string discover_members_;
};

}  // namespace mcp
