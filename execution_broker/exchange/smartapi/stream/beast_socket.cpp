#include "execution_broker/exchange/smartapi/stream/beast_socket.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <utility>

#include "execution_broker/exchange/smartapi/http/service_url.h"

namespace broker::smartapi {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using Plain = websocket::stream<beast::tcp_stream>;
using Tls = websocket::stream<beast::ssl_stream<beast::tcp_stream>>;
using Deadline = std::chrono::steady_clock::time_point;

constexpr std::int64_t kWriteTimeoutUs = 5'000'000;

Deadline in(std::int64_t us) {
  return std::chrono::steady_clock::now() + std::chrono::microseconds(us);
}

std::string printable(beast::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() == 160) break;
    out.push_back(c >= 0x20 && c < 0x7f ? c : '?');
  }
  return out;
}

// One connection of either kind. Its handlers point into it, so it is only destroyed when none is
// pending.
class Connection {
 public:
  explicit Connection(asio::io_context& io) : io_(io) {}
  virtual ~Connection() = default;
  virtual ConnectEnd open(const ServiceUrl& url, const SocketTarget& target, Deadline deadline) = 0;
  virtual Frame receive(Deadline deadline) = 0;
  virtual bool send_text(std::string_view text) = 0;

 protected:
  // Starts an operation and runs it to its end, or cancels everything at the deadline.
  template <typename Start>
  error_code finish(Start start, Deadline deadline) {
    bool is_done = false;
    error_code result;
    start([&](error_code code, auto&&...) {
      result = code;
      is_done = true;
    });
    io_.restart();
    while (!is_done && io_.run_one_until(deadline) > 0) {
    }
    if (is_done) return result;
    cancel();
    io_.restart();
    while (!is_done && io_.run_one() > 0) {
    }
    return asio::error::timed_out;
  }
  virtual void cancel() = 0;
  asio::io_context& io_;
};

template <typename Stream>
class ConnectionOf final : public Connection {
 public:
  template <typename... Args>
  explicit ConnectionOf(asio::io_context& io, Args&&... args)
      : Connection(io), resolver_(io), stream_(io, std::forward<Args>(args)...) {}

  ~ConnectionOf() override {
    cancel();
    io_.restart();
    while (is_reading_ && io_.run_one() > 0) {
    }
  }
  ConnectionOf(const ConnectionOf&) = delete;
  ConnectionOf& operator=(const ConnectionOf&) = delete;

  ConnectEnd open(const ServiceUrl& url, const SocketTarget& target, Deadline deadline) override {
    asio::ip::tcp::resolver::results_type found;
    error_code code = finish(
        [&](auto handler) {
          resolver_.async_resolve(url.host, std::to_string(url.port),
                                  [&found, handler](error_code e, auto results) mutable {
                                    found = results;
                                    handler(e);
                                  });
        },
        deadline);
    if (code) return failed("name not resolved: " + code.message());
    if (!url.is_tls)
      for (const auto& entry : found)
        if (!entry.endpoint().address().is_loopback())
          return failed("plain text to an address that is not loopback");
    auto& tcp = beast::get_lowest_layer(stream_);
    code = finish([&](auto handler) { tcp.async_connect(found, handler); }, deadline);
    if (code) return failed("not connected: " + code.message());
    tcp.socket().set_option(asio::ip::tcp::no_delay(true), code);
    if constexpr (std::is_same_v<Stream, Tls>) {
      auto& tls = stream_.next_layer();
      tls.set_verify_callback(asio::ssl::host_name_verification(url.host));
      // SSL_set_tlsext_host_name without its macro's cast.
      std::string name = url.host;
      if (SSL_ctrl(tls.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                   name.data()) != 1)
        return failed("no server name");
      code = finish(
          [&](auto handler) { tls.async_handshake(asio::ssl::stream_base::client, handler); },
          deadline);
      if (code) return failed("TLS refused: " + code.message());
    }
    stream_.read_message_max(kMostFrameBytes);
    stream_.set_option(websocket::stream_base::decorator([&target](websocket::request_type& request) {
      request.erase(beast::http::field::user_agent);
      for (const SocketHeader& header : target.headers) {
        const std::string_view value = header.value.reveal();
        request.set(header.name, beast::string_view(value.data(), value.size()));
      }
    }));
    websocket::response_type response;
    code = finish(
        [&](auto handler) {
          stream_.async_handshake(response, url.authority(), url.path, handler);
        },
        deadline);
    // The decorator holds the headers no longer than this.
    stream_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
    if (code == websocket::error::upgrade_declined) {
      ConnectEnd end;
      end.http_status = static_cast<int>(response.result_int());
      end.detail = "refused with HTTP " + std::to_string(end.http_status);
      if (const auto words = response.find("x-error-message"); words != response.end())
        end.detail += ": " + printable(words->value());
      return end;
    }
    if (code) return failed("no WebSocket: " + code.message());
    ConnectEnd end;
    end.is_open = true;
    return end;
  }

  Frame receive(Deadline deadline) override {
    if (is_closed_) return {Frame::Kind::kClosed, {}};
    if (handed_out_ > 0) {
      buffer_.consume(handed_out_);
      handed_out_ = 0;
    }
    if (!is_reading_ && !has_frame_) start_read();
    if (!has_frame_) {
      io_.restart();
      while (!has_frame_ && !is_closed_ && io_.run_one_until(deadline) > 0) {
      }
    }
    if (is_closed_) return {Frame::Kind::kClosed, {}};
    if (!has_frame_) return {};
    has_frame_ = false;
    handed_out_ = buffer_.size();
    const auto bytes = buffer_.cdata();
    return {is_text_ ? Frame::Kind::kText : Frame::Kind::kBinary,
            {static_cast<const char*>(bytes.data()), bytes.size()}};
  }

  bool send_text(std::string_view text) override {
    if (is_closed_) return false;
    stream_.text(true);
    const error_code code = finish(
        [&](auto handler) { stream_.async_write(asio::buffer(text.data(), text.size()), handler); },
        in(kWriteTimeoutUs));
    if (code) is_closed_ = true;
    return !code;
  }

 private:
  static ConnectEnd failed(std::string detail) {
    ConnectEnd end;
    end.detail = std::move(detail);
    return end;
  }
  void start_read() {
    is_reading_ = true;
    stream_.async_read(buffer_, [this](error_code code, std::size_t) {
      is_reading_ = false;
      if (code) {
        is_closed_ = true;
        return;
      }
      has_frame_ = true;
      is_text_ = stream_.got_text();
    });
  }
  void cancel() override {
    resolver_.cancel();
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

  asio::ip::tcp::resolver resolver_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::size_t handed_out_ = 0;
  bool is_reading_ = false;
  bool has_frame_ = false;
  bool is_text_ = false;
  bool is_closed_ = false;
};

class BeastSocket final : public FrameSocket {
 public:
  explicit BeastSocket(std::string ca_file) : ca_file_(std::move(ca_file)) {}
  ~BeastSocket() override { close(); }
  BeastSocket(const BeastSocket&) = delete;
  BeastSocket& operator=(const BeastSocket&) = delete;

  ConnectEnd connect(const SocketTarget& target, std::int64_t timeout_us) override {
    close();
    ConnectEnd end;
    const auto url = parse_service_url(UrlKind::kWebSocket, target.url);
    if (!url) {
      end.detail = url.error().what;
      return end;
    }
    const Deadline deadline = in(timeout_us);
    try {
      if (url->is_tls) {
        asio::ssl::context context(asio::ssl::context::tls_client);
        error_code code;
        context.set_options(asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3 |
                                asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                            code);
        context.set_verify_mode(asio::ssl::verify_peer, code);
        context.load_verify_file(ca_file_, code);
        if (code) {
          end.detail = "the file of trusted certificates cannot be read: " + code.message();
          return end;
        }
        connection_ = std::make_unique<ConnectionOf<Tls>>(io_, context);
      } else {
        connection_ = std::make_unique<ConnectionOf<Plain>>(io_);
      }
      end = connection_->open(*url, target, deadline);
    } catch (const std::exception& failure) {
      end = ConnectEnd{};
      end.detail = failure.what();
    }
    if (!end.is_open) close();
    return end;
  }

  Frame receive(std::int64_t timeout_us) override {
    if (!connection_) return {Frame::Kind::kClosed, {}};
    try {
      return connection_->receive(in(timeout_us));
    } catch (const std::exception&) {
      close();
      return {Frame::Kind::kClosed, {}};
    }
  }

  bool send_text(std::string_view text) override {
    if (!connection_) return false;
    try {
      return connection_->send_text(text);
    } catch (const std::exception&) {
      close();
      return false;
    }
  }

  void close() override { connection_.reset(); }

 private:
  const std::string ca_file_;
  asio::io_context io_{1};
  std::unique_ptr<Connection> connection_;
};

}  // namespace

std::unique_ptr<FrameSocket> make_beast_socket(std::string ca_file) {
  return std::make_unique<BeastSocket>(std::move(ca_file));
}

}  // namespace broker::smartapi
