#pragma once

// HttpTransport over libcurl. TLS 1.2 or newer, certificate and host name verified against one file
// of roots; no proxy, no netrc, no redirect, no cookies, no environment; http and https alone, and
// plain http to loopback addresses alone (checked again on the address itself, behind name
// resolution). HTTP/1.1. One thread at a time.

#include <memory>
#include <string>

#include "execution_broker/exchange/smartapi/http/http_transport.h"
#include "trading/base/result.h"

namespace broker::smartapi {

struct CurlOptions {
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";
};

class CurlTransport final : public HttpTransport {
 public:
  // The first one prepares the process: call it before other threads run.
  static trading::Result<std::unique_ptr<CurlTransport>> open(CurlOptions options = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  HttpEnd exchange(const HttpRequest& request) override;

 private:
  struct Handle;
  CurlTransport(CurlOptions options, std::unique_ptr<Handle> handle);

  const CurlOptions options_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace broker::smartapi
