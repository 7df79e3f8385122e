#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "mcp_gateway/mcp/client_identity.h"

namespace mcp {

// One finished tools/call, for the audit. The references live as long as the call of the observer.
struct FinishedCall {
  std::string_view tool;
  const nlohmann::json& arguments;  // as the handler saw them; as sent when they were refused
  bool is_error = false;
  bool is_cancelled = false;
  std::string_view error_code;  // of the error object, empty when none
  std::chrono::microseconds duration{};
  std::size_t reply_bytes = 0;  // of the structured result
  const ClientIdentity& client;
};

// Called after every call of a shown tool, on the thread that ran it and before the reply is
// written: it must be quick and must not throw.
using CallObserver = std::function<void(const FinishedCall&)>;
// One line for the operator's log.
using Log = std::function<void(std::string_view line)>;

}  // namespace mcp
