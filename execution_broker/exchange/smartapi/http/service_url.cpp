#include "execution_broker/exchange/smartapi/http/service_url.h"

#include <charconv>

#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

trading::Error invalid(std::string_view text, std::string_view why) {
  return trading::make_error("SERVICE_URL_INVALID",
                             trading::quoted(text) + " cannot be used: " + std::string(why),
                             "mend the SMARTAPI_*_URL in the broker's .env");
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (const char c : host) {
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
    if (!is_fine) return false;
  }
  return true;
}

}  // namespace

std::string ServiceUrl::authority() const {
  const std::string name = host.find(':') != std::string::npos ? "[" + host + "]" : host;
  const bool is_usual = port == (is_tls ? 443 : 80);
  return is_usual ? name : name + ":" + std::to_string(port);
}

trading::Result<ServiceUrl> parse_service_url(UrlKind kind, std::string_view text) {
  const std::string_view whole = text;
  ServiceUrl url;
  const std::string_view plain = kind == UrlKind::kHttp ? "http://" : "ws://";
  const std::string_view tls = kind == UrlKind::kHttp ? "https://" : "wss://";
  if (text.substr(0, tls.size()) == tls) {
    text.remove_prefix(tls.size());
  } else if (text.substr(0, plain.size()) == plain) {
    url.is_tls = false;
    text.remove_prefix(plain.size());
  } else {
    return invalid(whole, "it begins with neither " + std::string(tls) + " nor " + std::string(plain));
  }
  for (const char c : text)
    if (c <= 0x20 || c >= 0x7f) return invalid(whole, "it holds a character that no URL has");
  if (text.find_first_of("@#\\") != std::string_view::npos)
    return invalid(whole, "it holds a user name or a fragment");
  const auto slash = text.find('/');
  url.path = slash == std::string_view::npos ? "/" : std::string(text.substr(slash));
  std::string_view authority = text.substr(0, slash);
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return invalid(whole, "its address has no end");
    url.host = std::string(authority.substr(1, close - 1));
    port = authority.substr(close + 1);
  } else {
    const auto colon = authority.find(':');
    url.host = std::string(authority.substr(0, colon));
    port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
  }
  if (!is_host(url.host)) return invalid(whole, "its host is none");
  url.port = url.is_tls ? 443 : 80;
  if (!port.empty()) {
    const auto [end, code] = std::from_chars(port.data() + 1, port.data() + port.size(), url.port);
    if (port.front() != ':' || code != std::errc{} || end != port.data() + port.size() || url.port == 0)
      return invalid(whole, "its port is none");
  }
  url.is_loopback = url.host == "127.0.0.1" || url.host == "::1" || url.host == "localhost";
  if (!url.is_tls && !url.is_loopback)
    return invalid(whole, "plain text is for 127.0.0.1, [::1] and localhost alone");
  return url;
}

}  // namespace broker::smartapi
