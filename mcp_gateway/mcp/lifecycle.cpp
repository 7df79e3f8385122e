#include "mcp_gateway/mcp/lifecycle.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"

namespace mcp {
namespace {

using jsonrpc::quote;
using nlohmann::json;

json capabilities(const Offer& offer) {
  json declared = json::object();
  if (offer.has_tools) declared["tools"] = {{"listChanged", false}};
  if (offer.has_resources) {
    declared["resources"] = {{"subscribe", offer.has_subscribable}, {"listChanged", false}};
  }
  if (offer.has_prompts) declared["prompts"] = {{"listChanged", false}};
  if (offer.has_prompts || offer.has_resources) declared["completions"] = json::object();
  return declared;
}

}  // namespace

Lifecycle::Lifecycle(const ServerInfo& info, const Offer& offer) {
  server_info_ = "{\"name\":" + quote(info.name) + ",\"version\":" + quote(info.version);
  if (!info.title.empty()) server_info_ += ",\"title\":" + quote(info.title);
  server_info_ += "}";
  server_info_meta_ = "\"io.modelcontextprotocol/serverInfo\":" + server_info_;
  if (!info.instructions.empty()) {
    instructions_member_ = ",\"instructions\":" + quote(info.instructions);
  }
  json declared = capabilities(offer);
  discover_members_ = "\"supportedVersions\":[" + quote(kModernVersion) +
                      "],\"capabilities\":" + jsonrpc::to_text(declared) + instructions_member_ +
                      kListsStayCached;
  // Deprecated, and gone from the modern era; legacy clients may set a level, and nothing is ever
  // sent.
  declared["logging"] = json::object();
  legacy_capabilities_ = jsonrpc::to_text(declared);
}

Reply Lifecycle::initialize(const json& params, Handshake& handshake) const {
  const auto requested = params.find("protocolVersion");
  if (requested == params.end() || !requested->is_string()) {
    return Reply::failure(jsonrpc::kInvalidParams, "protocolVersion (string) is required");
  }
  const auto& wanted = requested->get_ref<const std::string&>();
  const bool is_known =
      std::find(kLegacyVersions.begin(), kLegacyVersions.end(), wanted) != kLegacyVersions.end();
  handshake.version = is_known ? wanted : std::string(kLatestLegacyVersion);
  handshake.client = ClientIdentity::from_client_info(params.value("clientInfo", json::object()));
  return Reply::result("\"protocolVersion\":" + quote(handshake.version) +
                       ",\"capabilities\":" + legacy_capabilities_ +
                       ",\"serverInfo\":" + server_info_ + instructions_member_);
}

}  // namespace mcp
