#pragma once

// The listeners of this server: HTTP and WebSocket, plain or TLS, on loopback only. Everything runs
// on the thread that runs the loop.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tests/sandbox_exchange/http_message.h"
#include "trading/base/result.h"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace sandbox {

// One open WebSocket, as the streams see it. Sends are queued; a peer that does not read loses the
// connection when its queue is full.
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void send_text(std::string text) = 0;
  virtual void send_binary(std::string bytes) = 0;
  virtual void drop() = 0;   // reset, without a closing handshake
  virtual void close() = 0;  // properly
  [[nodiscard]] virtual std::size_t queued() const = 0;
};

// What a stream does with its connections.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // Status 101 accepts; anything else is the refusal that is sent.
  virtual HttpReply greet(const HttpRequest& handshake) = 0;
  virtual void opened(const std::shared_ptr<Peer>& peer, const HttpRequest& handshake) = 0;
  virtual void text(const std::shared_ptr<Peer>& peer, const std::string& text) = 0;
  virtual void closed(const std::shared_ptr<Peer>& peer) = 0;
};

struct Address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = a free one
};
// ADDRESS_INVALID unless it is a loopback IPv4 address with an optional port.
trading::Result<Address> parse_address(const std::string& text);

using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

// A listener. `tls` null: plain. The port it got, or ADDRESS_IN_USE.
trading::Result<std::uint16_t> open_http_door(boost::asio::io_context& loop, boost::asio::ssl::context* tls,
                                              const Address& address, HttpHandler handler);
trading::Result<std::uint16_t> open_stream_door(boost::asio::io_context& loop, boost::asio::ssl::context* tls,
                                                const Address& address, std::shared_ptr<StreamHandler> handler);

}  // namespace sandbox
