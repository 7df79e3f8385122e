// HTTP/1.1 with keep-alive, and every way a reply can go wrong on the wire.

#include "tests/sandbox_exchange/door_base.h"

namespace sandbox {

namespace {

template <typename Stream>
class HttpConnection : public std::enable_shared_from_this<HttpConnection<Stream>> {
 public:
  HttpConnection(Stream stream, HttpHandler& handler)
      : stream_(std::move(stream)), timer_(stream_.get_executor()), handler_(handler) {}

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](ErrorCode failed) {
        if (!failed) self->read();
      });
    } else {
      read();
    }
  }

 private:
  void read() {
    parser_.emplace();
    parser_->body_limit(kMaxRequestBytes);
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](ErrorCode failed, std::size_t) {
      if (failed) return self->shut();
      self->handle();
    });
  }

  void handle() {
    HttpRequest request = request_of(parser_->get(), socket_of(stream_));
    request.body = std::move(parser_->get().body());
    is_kept_ = parser_->get().keep_alive();
    version_ = parser_->get().version();
    is_head_ = request.method == "HEAD";
    reply_ = handler_(request);
    if (reply_.delay_ms == 0 || reply_.is_stalled) return answer();
    wait(reply_.delay_ms, &HttpConnection::answer);
  }

  void wait(std::int64_t ms, void (HttpConnection::*then)()) {
    timer_.expires_after(std::chrono::milliseconds(ms));
    timer_.async_wait([self = this->shared_from_this(), then](ErrorCode failed) {
      if (!failed) ((*self).*then)();
    });
  }

  void answer() {
    if (reply_.is_reset) return reset(socket_of(stream_));
    bytes_ = head() + (is_head_ ? "" : reply_.body);
    const std::size_t body_begin = bytes_.size() - (is_head_ ? 0 : reply_.body.size());
    if (reply_.cut_percent >= 0) {
      bytes_.resize(body_begin + reply_.body.size() * static_cast<std::size_t>(reply_.cut_percent) / 100);
      return write_all(&HttpConnection::end_cut);
    }
    if (reply_.is_stalled) {
      bytes_.resize(body_begin + reply_.body.size() / 2);
      return write_all(&HttpConnection::stall);
    }
    if (reply_.drip_ms > 0) {
      dripped_ = 0;
      return drip();
    }
    write_all(&HttpConnection::next);
  }

  std::string head() const {
    std::string text = "HTTP/1.1 " + std::to_string(reply_.status) + " " +
                       std::string(http::obsolete_reason(static_cast<http::status>(reply_.status))) + "\r\n";
    if (!reply_.content_type.empty()) text += "Content-Type: " + reply_.content_type + "\r\n";
    for (const auto& [name, value] : reply_.headers) text += name + ": " + value + "\r\n";
    text += "Content-Length: " + std::to_string(reply_.body.size()) + "\r\n";
    text += is_kept_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return text;
  }

  void write_all(void (HttpConnection::*then)()) {
    asio::async_write(stream_, asio::buffer(bytes_), [self = this->shared_from_this(), then](ErrorCode failed, std::size_t) {
      if (!failed) ((*self).*then)();
    });
  }

  void drip() {
    if (dripped_ == bytes_.size()) return next();
    asio::async_write(stream_, asio::buffer(bytes_.data() + dripped_, 1), [self = this->shared_from_this()](ErrorCode failed, std::size_t) {
      if (failed) return;
      ++self->dripped_;
      self->wait(self->reply_.drip_ms, &HttpConnection::drip);
    });
  }

  void next() { is_kept_ ? read() : shut(); }
  void end_cut() {
    // The bytes that were written must arrive before the connection breaks.
    ErrorCode ignored;
    socket_of(stream_).shutdown(tcp::socket::shutdown_both, ignored);
    socket_of(stream_).close(ignored);
  }
  void stall() { wait(reply_.delay_ms, &HttpConnection::end_cut); }

  void shut() {
    ErrorCode ignored;
    socket_of(stream_).shutdown(tcp::socket::shutdown_both, ignored);
  }

  Stream stream_;
  asio::steady_timer timer_;
  HttpHandler& handler_;
  beast::flat_buffer buffer_;
  boost::optional<http::request_parser<http::string_body>> parser_;
  HttpReply reply_;
  std::string bytes_;
  std::size_t dripped_ = 0;
  unsigned version_ = 11;
  bool is_kept_ = true;
  bool is_head_ = false;
};

}  // namespace

trading::Result<Address> parse_address(const std::string& text) {
  Address address;
  const std::size_t colon = text.rfind(':');
  address.host = text.substr(0, colon);
  ErrorCode failed;
  const auto parsed = asio::ip::make_address_v4(address.host, failed);
  if (failed || !parsed.is_loopback())
    return trading::make_error("ADDRESS_INVALID", "'" + text + "' is not a loopback IPv4 address",
                               "this server listens on 127.0.0.0/8 only, like 127.0.0.1:8443");
  if (colon == std::string::npos) return address;
  const std::string digits = text.substr(colon + 1);
  const bool is_number = !digits.empty() && digits.size() <= 5 && digits.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || std::stoi(digits) > 65'535)
    return trading::make_error("ADDRESS_INVALID", "'" + digits + "' is not a port", "give 0 to 65535");
  address.port = static_cast<std::uint16_t>(std::stoi(digits));
  return address;
}

trading::Result<std::uint16_t> open_http_door(asio::io_context& loop, asio::ssl::context* tls, const Address& address,
                                              HttpHandler handler) {
  auto kept = std::make_shared<HttpHandler>(std::move(handler));
  auto acceptor = std::make_shared<Acceptor>(loop, [kept, tls](tcp::socket socket) {
    if (tls != nullptr)
      std::make_shared<HttpConnection<TlsStream>>(TlsStream(std::move(socket), *tls), *kept)->start();
    else
      std::make_shared<HttpConnection<PlainStream>>(PlainStream(std::move(socket)), *kept)->start();
  });
  return acceptor->open(address);
}

}  // namespace sandbox
