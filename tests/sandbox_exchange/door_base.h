#pragma once

// What both kinds of door share: accepting, TLS, the shape of a request. Included by the two door
// files alone, for Beast is dear to compile.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <cctype>
#include <memory>
#include <utility>

#include "tests/sandbox_exchange/doors.h"

namespace sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using ErrorCode = beast::error_code;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

inline constexpr std::size_t kMaxRequestBytes = 1U << 20;

template <typename Body>
HttpRequest request_of(const http::request<Body>& message, const tcp::socket& socket) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers[name] = std::string(field.value());
  }
  ErrorCode failed;
  const auto remote = socket.remote_endpoint(failed);
  if (!failed) request.source_address = remote.address().to_string();
  return request;
}

// A reset instead of a farewell: the kernel throws away what was not read and says RST.
inline void reset(tcp::socket& socket) {
  ErrorCode ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

inline tcp::socket& socket_of(PlainStream& stream) { return stream.socket(); }
inline tcp::socket& socket_of(TlsStream& stream) { return stream.next_layer().socket(); }

// Accepts for ever and hands each connection over.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  using Taken = std::function<void(tcp::socket)>;
  Acceptor(asio::io_context& loop, Taken taken) : loop_(loop), acceptor_(loop), taken_(std::move(taken)) {}

  trading::Result<std::uint16_t> open(const Address& address) {
    ErrorCode failed;
    const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
    acceptor_.open(endpoint.protocol(), failed);
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed)
      return trading::make_error("ADDRESS_IN_USE",
                                 address.host + ":" + std::to_string(address.port) + ": " + failed.message(),
                                 "give another port, or none for a free one");
    accept();
    return acceptor_.local_endpoint().port();
  }

 private:
  void accept() {
    acceptor_.async_accept(loop_, [self = shared_from_this()](ErrorCode failed, tcp::socket socket) {
      if (failed == asio::error::operation_aborted) return;
      if (!failed) {
        socket.set_option(tcp::no_delay(true), failed);
        self->taken_(std::move(socket));
      }
      self->accept();
    });
  }

  asio::io_context& loop_;
  tcp::acceptor acceptor_;
  Taken taken_;
};

}  // namespace sandbox
