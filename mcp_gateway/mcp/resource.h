#pragma once

// Things a host can read by address: fixed ones and families of them.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mcp_gateway/tool_context.h"

namespace mcp {

struct ResourceContents {
  std::string text;
  std::string blob;  // base64; used instead of text when not empty
};

struct ResourceError {
  bool is_not_found = true;  // otherwise the source failed
  std::string message;
};

using ResourceResult = std::variant<ResourceContents, ResourceError>;
using Variables = std::map<std::string, std::string>;

// Offers values that begin like `value`, best first; `others` are the arguments already chosen.
using Completer = std::function<std::vector<std::string>(
    const std::string& value, const Variables& others, ToolContext& context)>;

// How long a client may keep what it read, and whether it may share it between users.
struct CacheHint {
  std::int64_t ttl_ms = 0;
  bool is_public = false;
};

struct Resource {
  std::string uri;
  std::string name;
  std::string title = {};
  std::string description = {};
  std::string mime_type = "application/json";
  bool is_subscribable = false;  // Server::resource_updated() is called for it
  CacheHint cache = {};
  std::function<ResourceResult(ToolContext& context)> read;
};

struct ResourceTemplate {
  std::string uri_template;  // RFC 6570 level 1: trading://chart/{symbol}/{timeframe}
  std::string name;
  std::string title = {};
  std::string description = {};
  std::string mime_type = "application/json";
  CacheHint cache = {};
  std::function<ResourceResult(const Variables& variables, ToolContext& context)> read;
  std::map<std::string, Completer> completers = {};  // by variable
};

// The variables of a URI that fits the template, percent-decoded. Nothing when it does not fit, or
// when a variable would hold '/', a control character, or only dots.
std::optional<Variables> match_template(const std::string& uri_template, const std::string& uri);

// The names between braces, in order.
std::vector<std::string> template_variables(const std::string& uri_template);

}  // namespace mcp
