#pragma once

// A certificate authority for tests: made at the start, kept in a folder, good for the hosts of the
// wire and for loopback. It signs one server certificate. Nothing outside tests should trust it.

#include <memory>
#include <string>

#include "trading/base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace sandbox {

// Writes ca.pem, server.pem and server.key into `folder` (made where missing, 0700) unless they are
// there; server.key is 0600.
trading::Status make_test_ca(const std::string& folder);

// A server context of the folder's files; TLS 1.2 and newer.
trading::Result<std::shared_ptr<boost::asio::ssl::context>> tls_context(const std::string& folder);

}  // namespace sandbox
