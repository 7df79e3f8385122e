#include "mcp_gateway/mcp/client_identity.h"

#include <nlohmann/json.hpp>

namespace mcp {
namespace {

constexpr std::size_t kMaxIdentityBytes = 64;

std::string sanitised(const nlohmann::json& info, const char* key) {
  const auto member = info.find(key);
  if (member == info.end() || !member->is_string()) return {};
  std::string text = member->get_ref<const std::string&>().substr(0, kMaxIdentityBytes);
  for (char& c : text) {
    if (c < 0x20 || c > 0x7E) c = '_';
  }
  return text;
}

}  // namespace

ClientIdentity ClientIdentity::from_client_info(const nlohmann::json& client_info) {
  ClientIdentity identity;
  if (!client_info.is_object()) return identity;
  std::string name = sanitised(client_info, "name");
  if (!name.empty()) identity.name = std::move(name);
  identity.version = sanitised(client_info, "version");
  return identity;
}

}  // namespace mcp
