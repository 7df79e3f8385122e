#pragma once

// A request and a reply without a library: what the calls of this server see and say, and how a
// reply may go wrong on its way.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox {

struct HttpRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  std::string source_address;

  [[nodiscard]] std::string header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";  // empty: none is sent
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  std::int64_t delay_ms = 0;      // before its first byte
  bool is_reset = false;          // the connection is reset instead of any byte
  std::int64_t cut_percent = -1;  // the connection is reset after this part of the body
  std::int64_t drip_ms = 0;       // between the bytes of the body
  bool is_stalled = false;        // half the body, then nothing until the delay is over
};

// The value of `name` in the query of a target, percent-decoded; empty where it is absent.
std::string query_value(std::string_view target, std::string_view name);

}  // namespace sandbox
