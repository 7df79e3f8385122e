// WebSocket connections.

#include <boost/asio/post.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>

#include "tests/sandbox_exchange/door_base.h"

namespace sandbox {

namespace {

namespace websocket = beast::websocket;

// A reader that is this far behind is cut off.
constexpr std::size_t kMaxQueued = 20'000;

template <typename Stream>
class StreamConnection : public Peer, public std::enable_shared_from_this<StreamConnection<Stream>> {
 public:
  StreamConnection(Stream stream, std::shared_ptr<StreamHandler> handler)
      : socket_(std::move(stream)), timer_(socket_.get_executor()), handler_(std::move(handler)) {}

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      socket_.next_layer().async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](ErrorCode failed) {
        if (!failed) self->read_handshake();
      });
    } else {
      read_handshake();
    }
  }

  void send_text(std::string text) override { queue({std::move(text), true}); }
  void send_binary(std::string bytes) override { queue({std::move(bytes), false}); }
  std::size_t queued() const override { return queue_.size(); }

  void drop() override {
    reset(socket_of(socket_.next_layer()));
    end();
  }

  void close() override {
    if (!is_open_) return;
    is_open_ = false;
    is_closing_ = true;
    handler_->closed(this->shared_from_this());
    if (queue_.empty()) say_farewell();
  }

 private:
  struct Message {
    std::string bytes;
    bool is_text;
  };

  void read_handshake() {
    http::async_read(socket_.next_layer(), buffer_, handshake_, [self = this->shared_from_this()](ErrorCode failed, std::size_t) {
      if (!failed) self->decide();
    });
  }

  void decide() {
    request_ = request_of(handshake_, socket_of(socket_.next_layer()));
    reply_ = handler_->greet(request_);
    if (reply_.delay_ms == 0) return answer();
    timer_.expires_after(std::chrono::milliseconds(reply_.delay_ms));
    timer_.async_wait([self = this->shared_from_this()](ErrorCode failed) {
      if (!failed) self->answer();
    });
  }

  void answer() {
    if (reply_.is_reset) return reset(socket_of(socket_.next_layer()));
    if (reply_.status != 101 || !websocket::is_upgrade(handshake_)) return refuse();
    socket_.async_accept(handshake_, [self = this->shared_from_this()](ErrorCode failed) {
      if (failed) return;
      self->is_open_ = true;
      self->handler_->opened(self, self->request_);
      self->read();
    });
  }

  void refuse() {
    if (reply_.status == 101) reply_.status = 400;
    refusal_.result(static_cast<unsigned>(reply_.status));
    for (const auto& [name, value] : reply_.headers) refusal_.set(name, value);
    refusal_.set(http::field::connection, "close");
    refusal_.body() = reply_.body;
    refusal_.prepare_payload();
    http::async_write(socket_.next_layer(), refusal_, [self = this->shared_from_this()](ErrorCode, std::size_t) {
      ErrorCode ignored;
      socket_of(self->socket_.next_layer()).shutdown(tcp::socket::shutdown_both, ignored);
    });
  }

  void read() {
    socket_.async_read(buffer_, [self = this->shared_from_this()](ErrorCode failed, std::size_t) {
      if (failed) return self->end();
      const std::string text = beast::buffers_to_string(self->buffer_.data());
      self->buffer_.consume(self->buffer_.size());
      self->handler_->text(self, text);
      if (self->is_open_) self->read();
    });
  }

  void queue(Message message) {
    if (!is_open_ || is_overrun_) return;
    queue_.push_back(std::move(message));
    if (queue_.size() == 1) return write();
    if (queue_.size() <= kMaxQueued) return;
    // Later, for whoever sends is walking over its listeners now.
    is_overrun_ = true;
    asio::post(socket_.get_executor(), [self = this->shared_from_this()] { self->drop(); });
  }

  // What was told before the farewell goes out before it.
  void say_farewell() {
    is_closing_ = false;
    socket_.async_close(websocket::close_code::normal, [self = this->shared_from_this()](ErrorCode) {});
  }

  void write() {
    socket_.text(queue_.front().is_text);
    socket_.async_write(asio::buffer(queue_.front().bytes), [self = this->shared_from_this()](ErrorCode failed, std::size_t) {
      if (failed) return self->end();
      self->queue_.pop_front();
      if (!self->queue_.empty()) return self->write();
      if (self->is_closing_) self->say_farewell();
    });
  }

  void end() {
    if (!is_open_) return;
    is_open_ = false;
    handler_->closed(this->shared_from_this());
  }

  websocket::stream<Stream> socket_;
  asio::steady_timer timer_;
  std::shared_ptr<StreamHandler> handler_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> handshake_;
  http::response<http::string_body> refusal_;
  HttpRequest request_;
  HttpReply reply_;
  std::deque<Message> queue_;
  bool is_open_ = false;
  bool is_closing_ = false;
  bool is_overrun_ = false;
};

}  // namespace

trading::Result<std::uint16_t> open_stream_door(asio::io_context& loop, asio::ssl::context* tls, const Address& address,
                                                std::shared_ptr<StreamHandler> handler) {
  auto acceptor = std::make_shared<Acceptor>(loop, [handler, tls](tcp::socket socket) {
    if (tls != nullptr)
      std::make_shared<StreamConnection<TlsStream>>(TlsStream(std::move(socket), *tls), handler)->start();
    else
      std::make_shared<StreamConnection<PlainStream>>(PlainStream(std::move(socket)), handler)->start();
  });
  return acceptor->open(address);
}

}  // namespace sandbox
