#include "execution_broker/exchange/smartapi/http/curl_transport.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>  // explicit_bzero
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>

#include "execution_broker/exchange/smartapi/http/service_url.h"
#include "trading/base/invariant.h"

namespace broker::smartapi {

namespace {

// What libcurl and OpenSSL would read from the environment: where keys are logged, which
// certificates are trusted, which configuration is loaded. The agent's side may have set it.
constexpr const char* kIgnoredVariables[] = {
    "SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "OPENSSL_MODULES",
    "OPENSSL_ENGINES", "CURL_CA_BUNDLE", "NETRC", "http_proxy", "https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES",
};

bool prepare_process() {
  static std::once_flag once;
  static bool is_ready = false;
  std::call_once(once, [] {
    for (const char* name : kIgnoredVariables) ::unsetenv(name);
    is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  });
  return is_ready;
}

struct Exchange {
  const HttpRequest* request = nullptr;
  HttpEnd end;
  bool is_plain = false;
  bool was_sent = false;         // the connection stood and the request went on its way
  bool was_stopped = false;      // before_send said no
  bool is_too_large = false;
  bool reader_stopped = false;
  std::size_t received = 0;
};

std::size_t on_body(char* data, std::size_t, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.received += count;
  if (exchange.received > exchange.request->most_body_bytes) {
    exchange.is_too_large = true;
    return 0;
  }
  if (!exchange.request->sink) {
    exchange.end.body.append(data, count);
    return count;
  }
  if (exchange.request->sink({data, count})) return count;
  exchange.reader_stopped = true;
  return 0;
}

std::size_t on_header(char* data, std::size_t, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string line(data, count);
  if (line.size() > 6 && strncasecmp(line.c_str(), "date:", 5) == 0) {
    const time_t when = curl_getdate(line.c_str() + 5, nullptr);
    if (when > 0) exchange.end.server_date = trading::Timestamp{std::int64_t{when} * 1'000'000};
  }
  return count;
}

int on_before_send(void* user, char*, char*, int, int) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.request->before_send && !exchange.request->before_send()) {
    exchange.was_stopped = true;
    return CURL_PREREQFUNC_ABORT;
  }
  exchange.was_sent = true;
  return CURL_PREREQFUNC_OK;
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    memcpy(&in, &address, sizeof in);
    return (ntohl(in.sin_addr.s_addr) >> 24) == 127;
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    memcpy(&in6, &address, sizeof in6);
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
  }
  return false;
}

curl_socket_t on_open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  const auto& exchange = *static_cast<const Exchange*>(user);
  if (exchange.is_plain && !is_loopback(address->addr)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// A list of header lines whose memory is overwritten before it is given back.
class HeaderList {
 public:
  ~HeaderList() {
    for (curl_slist* line = list_; line != nullptr; line = line->next)
      explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(list_);
  }
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  void add(std::string_view name, std::string_view value) {
    std::string line = std::string(name) + ": " + std::string(value);
    list_ = curl_slist_append(list_, line.c_str());
    explicit_bzero(line.data(), line.size());
    INVARIANT(list_ != nullptr, "out of memory");
  }
  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

bool is_header_value(std::string_view value) {
  for (const char c : value)
    if (c < 0x20 || c == 0x7f) return false;
  return true;
}

HttpEnd not_sent(std::string detail) {
  HttpEnd end;
  end.kind = HttpEnd::Kind::kNotSent;
  end.detail = std::move(detail);
  return end;
}

}  // namespace

struct CurlTransport::Handle {
  CURL* easy = curl_easy_init();
  ~Handle() { curl_easy_cleanup(easy); }
};

trading::Result<std::unique_ptr<CurlTransport>> CurlTransport::open(CurlOptions options) {
  auto failed = [](std::string what) {
    return trading::make_error("HTTP_NOT_READY", std::move(what),
                               "install libcurl and ca-certificates (scripts/setup)");
  };
  if (!prepare_process()) return failed("libcurl does not start");
  if (::access(options.ca_file.c_str(), R_OK) != 0)
    return failed("the file of trusted certificates " + options.ca_file + " cannot be read");
  auto handle = std::make_unique<Handle>();
  if (handle->easy == nullptr) return failed("libcurl gives no handle");
  return std::unique_ptr<CurlTransport>(new CurlTransport(std::move(options), std::move(handle)));
}

CurlTransport::CurlTransport(CurlOptions options, std::unique_ptr<Handle> handle)
    : options_(std::move(options)), handle_(std::move(handle)) {}

CurlTransport::~CurlTransport() = default;

HttpEnd CurlTransport::exchange(const HttpRequest& request) {
  const auto url = parse_service_url(UrlKind::kHttp, request.url);
  if (!url) return not_sent(url.error().what);
  HeaderList headers;
  for (const HttpHeader& header : request.headers) {
    if (!is_header_value(header.value))
      return not_sent("the header " + std::string(header.name) + " holds a control character");
    headers.add(header.name, header.value);
  }
  headers.add("Expect", "");  // no waiting for a "100 Continue" before the body

  Exchange exchange;
  exchange.request = &request;
  exchange.is_plain = !url->is_tls;
  CURL* easy = handle_->easy;
  curl_easy_reset(easy);  // keeps open connections
  char words[CURL_ERROR_SIZE] = "";
  bool is_set = true;
  const auto set = [&](CURLoption option, auto value) {
    is_set = is_set && curl_easy_setopt(easy, option, value) == CURLE_OK;
  };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, url->is_tls ? "https" : "http");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_CAINFO, options_.ca_file.c_str());
  set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout_ms));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout_ms));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_ERRORBUFFER, words);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &exchange);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_PREREQFUNCTION, &on_before_send);
  set(CURLOPT_PREREQDATA, &exchange);
  set(CURLOPT_OPENSOCKETFUNCTION, &on_open_socket);
  set(CURLOPT_OPENSOCKETDATA, &exchange);
  if (request.is_write) {
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
  }
  if (request.is_post) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
  }
  if (!is_set) return not_sent("libcurl does not know an option that this client needs");

  const CURLcode code = curl_easy_perform(easy);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, nullptr);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, nullptr);
  HttpEnd& end = exchange.end;
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  end.status = static_cast<int>(status);
  end.detail = *words != '\0' ? words : curl_easy_strerror(code);
  if (code == CURLE_OK) {
    end.kind = HttpEnd::Kind::kReply;
    end.detail.clear();
    return std::move(end);
  }
  end.body.clear();
  if (exchange.was_stopped) return not_sent("stopped before it was sent");
  end.kind = exchange.was_sent ? HttpEnd::Kind::kUnknown : HttpEnd::Kind::kNotSent;
  if (exchange.is_too_large)
    end.detail = "the answer is larger than " + std::to_string(request.most_body_bytes) + " bytes";
  if (exchange.reader_stopped) end.detail = "the reader stopped";
  return std::move(end);
}

}  // namespace broker::smartapi
