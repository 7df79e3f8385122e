#pragma once

// One HTTP request, one attempt, one of three ends. Two implementers: curl_transport.h speaks to the
// network, in_process_transport.h answers from a function (simulation and tests).
//
// An exchange() blocks up to its time-out; it is called from a thread that may wait, never from the
// desk's.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trading/time/timestamp.h"

namespace broker::smartapi {

struct HttpHeader {
  std::string_view name;
  std::string_view value;  // may be a secret: belongs to the caller, is copied nowhere that stays
};

struct HttpRequest {
  bool is_post = false;
  std::string url;
  std::vector<HttpHeader> headers;
  std::string_view body;
  std::int64_t connect_timeout_ms = 5'000;  // until TLS stands
  std::int64_t total_timeout_ms = 7'000;
  std::size_t most_body_bytes = 1U << 20;
  // A write opens a connection of its own and never meets one that was used before: a library
  // silently repeats a request whose kept-alive connection turns out dead.
  bool is_write = false;
  // Called once the connection stands (TLS verified) and before the first byte of the request.
  // false: the request is not sent, the end is kNotSent.
  std::function<bool()> before_send;
  // Takes the body instead of HttpEnd::body, in pieces; false stops the transfer.
  std::function<bool(std::string_view)> sink;
};

struct HttpEnd {
  enum class Kind {
    kReply,    // the whole answer is here, whatever it says
    kNotSent,  // not one byte of the request left
    kUnknown,  // some or all of the request left; no whole answer
  };
  Kind kind = Kind::kUnknown;
  int status = 0;
  std::string body;
  std::optional<trading::Timestamp> server_date;  // the Date header, whole seconds
  std::string detail;                             // for people: "connection refused", one line
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual HttpEnd exchange(const HttpRequest& request) = 0;
};

}  // namespace broker::smartapi
