#pragma once

// What a method answers, before the envelope of its era is put around it.

#include <optional>
#include <string>
#include <utility>

#include "mcp_gateway/jsonrpc/message.h"

namespace mcp {

struct Reply {
  // Members of the result object as JSON text, without its braces; empty for {}.
  std::string members;

  struct Error {
    int code;
    std::string message;
    std::string data;  // JSON text, may be empty
  };
  std::optional<Error> error;

  static Reply result(std::string members) { return {std::move(members), std::nullopt}; }
  static Reply failure(int code, std::string message, std::string data = {}) {
    return {{}, Error{code, std::move(message), std::move(data)}};
  }
};

// `"ttlMs":n,"cacheScope":"..."` with a leading comma: required of modern lists and reads.
inline constexpr const char* kListsStayCached = R"(,"ttlMs":3600000,"cacheScope":"public")";

}  // namespace mcp
