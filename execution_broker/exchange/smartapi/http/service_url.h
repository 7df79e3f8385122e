#pragma once

// Where a service is: scheme, host, port and path of a setting. Plain http and ws go to loopback
// alone; a name other than "localhost" is never plain, whatever it resolves to.

#include <cstdint>
#include <string>
#include <string_view>

#include "trading/base/result.h"

namespace broker::smartapi {

struct ServiceUrl {
  bool is_tls = true;
  std::string host;  // without brackets
  std::uint16_t port = 443;
  std::string path;  // begins with "/", query included
  bool is_loopback = false;

  [[nodiscard]] std::string authority() const;  // "[::1]:8080"
};

enum class UrlKind { kHttp, kWebSocket };

// SERVICE_URL_INVALID, also for user names, fragments and plain text to anything but loopback.
trading::Result<ServiceUrl> parse_service_url(UrlKind kind, std::string_view text);

}  // namespace broker::smartapi
