#pragma once

// FrameSocket over Boost.Beast. TLS 1.2 or newer, certificate and host name verified; plain ws to
// loopback addresses alone, checked on the address behind name resolution; no proxy; a frame of more
// than kMostFrameBytes closes the socket.

#include <memory>

#include "execution_broker/exchange/smartapi/stream/frame_socket.h"

namespace broker::smartapi {

inline constexpr std::size_t kMostFrameBytes = 64U << 10;

// `ca_file`: PEM file of trusted roots.
std::unique_ptr<FrameSocket> make_beast_socket(
    std::string ca_file = "/etc/ssl/certs/ca-certificates.crt");

}  // namespace broker::smartapi
