#pragma once

// Which protocol revision a request speaks, and what its _meta says.
//
//   method initialize without modern _meta ............ handshake of the legacy era (see
//   lifecycle.h) _meta holds an io.modelcontextprotocol/ key ....... modern: both required keys are
//   checked otherwise, after a handshake ...................... legacy, at the negotiated version
//   otherwise ......................................... refused, but for ping

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/mcp/client_identity.h"
#include "mcp_gateway/mcp/reply.h"
#include "mcp_gateway/tool_context.h"

namespace mcp {

inline constexpr std::string_view kModernVersion = "2026-07-28";
inline constexpr std::array<std::string_view, 4> kLegacyVersions = {"2024-11-05", "2025-03-26",
                                                                    "2025-06-18", "2025-11-25"};
inline constexpr std::string_view kLatestLegacyVersion = kLegacyVersions.back();
inline constexpr std::string_view kBatchVersion = "2025-03-26";  // the only one with batches

// The result of the last legacy handshake of this connection.
struct Handshake {
  std::string version;  // empty: there was none
  ClientIdentity client;
};

struct Envelope {
  SessionFacts session;
  ClientIdentity client;
  std::optional<jsonrpc::RequestId> progress_token;
};

// Does the message carry any of the modern keys in its _meta?
bool names_modern_version(const jsonrpc::Message& message);

// The envelope, or the refusal of a malformed one.
std::variant<Envelope, Reply> read_envelope(const jsonrpc::Message& request,
                                            const Handshake& handshake);

}  // namespace mcp
