#include "mcp_gateway/mcp/envelope.h"

#include <utility>

namespace mcp {
namespace {

using nlohmann::json;

constexpr const char* kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr const char* kClientInfoKey = "io.modelcontextprotocol/clientInfo";

Reply invalid(std::string message) {
  return Reply::failure(jsonrpc::kInvalidParams, std::move(message));
}

bool has_modern_key(const json* meta) {
  return meta != nullptr && (meta->contains(kVersionKey) || meta->contains(kCapabilitiesKey) ||
                             meta->contains(kClientInfoKey));
}

std::variant<Envelope, Reply> read_modern(const json& meta) {
  const auto version = meta.find(kVersionKey);
  if (version == meta.end() || !version->is_string()) {
    return invalid("_meta must hold io.modelcontextprotocol/protocolVersion (string)");
  }
  if (*version != kModernVersion) {
    const json data = {{"supported", {kModernVersion}}, {"requested", *version}};
    return Reply::failure(jsonrpc::kUnsupportedProtocolVersion, "Unsupported protocol version",
                          jsonrpc::to_text(data));
  }
  const auto capabilities = meta.find(kCapabilitiesKey);
  if (capabilities == meta.end() || !capabilities->is_object()) {
    return invalid("_meta must hold io.modelcontextprotocol/clientCapabilities (object)");
  }
  Envelope envelope;
  envelope.session.is_modern = true;
  envelope.session.protocol_version = kModernVersion;
  if (const auto info = meta.find(kClientInfoKey); info != meta.end()) {
    envelope.client = ClientIdentity::from_client_info(*info);
  }
  return envelope;
}

std::variant<Envelope, Reply> read_legacy(const jsonrpc::Message& request,
                                          const Handshake& handshake) {
  if (handshake.version.empty() && request.method != "ping") {
    return invalid(
        "no protocol version: send initialize first, or give _meta with "
        "io.modelcontextprotocol/protocolVersion and io.modelcontextprotocol/clientCapabilities");
  }
  Envelope envelope;
  envelope.session.protocol_version = handshake.version;
  envelope.client = handshake.client;
  return envelope;
}

}  // namespace

bool names_modern_version(const jsonrpc::Message& message) {
  const auto meta = message.params.find("_meta");
  return meta != message.params.end() && has_modern_key(&*meta);
}

std::variant<Envelope, Reply> read_envelope(const jsonrpc::Message& request,
                                            const Handshake& handshake) {
  if (!request.params.is_null() && !request.params.is_object()) {
    return invalid("params must be an object");
  }
  const json* meta = nullptr;
  if (const auto found = request.params.find("_meta"); found != request.params.end()) {
    if (!found->is_object()) return invalid("_meta must be an object");
    meta = &*found;
  }
  const bool is_modern = has_modern_key(meta) || request.method == "server/discover";
  auto read = is_modern ? read_modern(meta != nullptr ? *meta : json::object())
                        : read_legacy(request, handshake);
  auto* envelope = std::get_if<Envelope>(&read);
  if (envelope == nullptr || meta == nullptr) return read;
  if (const auto token = meta->find("progressToken"); token != meta->end()) {
    envelope->progress_token = jsonrpc::read_id(*token);
    if (!envelope->progress_token) return invalid("progressToken must be a string or an integer");
  }
  return read;
}

}  // namespace mcp
