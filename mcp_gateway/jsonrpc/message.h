#pragma once

// JSON-RPC 2.0 messages: what came in, by kind, and the texts that go out.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace jsonrpc {

// Integer or string, echoed with its type. Also the form of a progress token.
using RequestId = std::variant<std::int64_t, std::string>;

enum class MessageKind {
  kRequest,
  kNotification,
  kResponse,  // to a request of ours: this server sends none, so it is ignored
  kInvalid,
};

struct Message {
  MessageKind kind = MessageKind::kInvalid;
  std::optional<RequestId> id;  // of a request; of an invalid message when it could be read
  std::string method;
  nlohmann::json params;  // null when absent
  std::string problem;    // why it is invalid, one sentence
};

// Takes one parsed message apart; an array is not a message.
Message read_message(nlohmann::json&& value);

// An integer (not 1.0) or a string, otherwise nothing.
std::optional<RequestId> read_id(const nlohmann::json& value);

enum ErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kLegacyResourceNotFound = -32002,  // eras with a handshake only
  kUnsupportedProtocolVersion = -32022,
};

// The text as a JSON string, quotes included. The text must be valid UTF-8.
std::string quote(std::string_view text);
void append_quoted(std::string& out, std::string_view text);
// The beginning of the text, cut between code points: for names of the caller's that go into a
// message.
std::string clipped(std::string_view text, std::size_t max_bytes = 64);
// The value on one line; bytes that are not UTF-8 become U+FFFD, so a bad string never stops a
// reply.
std::string to_text(const nlohmann::json& value);

std::string id_text(const RequestId& id);

// `result` and `data` are JSON texts. Without an id the member is left out, which MCP allows for
// errors of messages that could not be read.
std::string result_line(const RequestId& id, std::string_view result);
std::string error_line(const std::optional<RequestId>& id, int code, std::string_view message,
                       std::string_view data = {});
std::string notification_line(std::string_view method, std::string_view params);

}  // namespace jsonrpc
