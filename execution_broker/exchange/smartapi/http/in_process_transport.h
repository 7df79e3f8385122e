#pragma once

// The transport without a network: a function answers. For simulation and for tests with recorded
// answers; the request's own rules (before_send, body limit, sink) hold here, too.

#include "execution_broker/exchange/smartapi/http/http_transport.h"

namespace broker::smartapi {

class InProcessTransport final : public HttpTransport {
 public:
  using Server = std::function<HttpEnd(const HttpRequest&)>;
  explicit InProcessTransport(Server server) : server_(std::move(server)) {}

  HttpEnd exchange(const HttpRequest& request) override;

 private:
  Server server_;
};

}  // namespace broker::smartapi
