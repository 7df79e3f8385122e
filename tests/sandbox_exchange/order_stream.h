#pragma once

// The order-status stream: every change of a client's orders to each of its connections. No
// subscription, no replay, no sequence.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox_exchange/doors.h"
#include "tests/sandbox_exchange/world.h"

namespace sandbox {

// AB01 open, AB02 cancelled ... by the words of the state.
std::string_view order_status_code(const Order& order);
std::string order_message(const std::string& client_code, std::string_view code, const Json& data);

class OrderStream : public StreamHandler {
 public:
  explicit OrderStream(World& world) : world_(world) {}

  HttpReply greet(const HttpRequest& handshake) override;
  void opened(const std::shared_ptr<Peer>& peer, const HttpRequest& handshake) override;
  void text(const std::shared_ptr<Peer>& peer, const std::string& text) override;
  void closed(const std::shared_ptr<Peer>& peer) override;

  void told(const Account& account, const Order& order);
  void drop_all(bool is_proper);
  [[nodiscard]] Json state() const;

 private:
  struct Listener {
    std::shared_ptr<Peer> peer;
    std::string client_code;
    std::optional<std::string> held_back;  // Q47: goes out after the next
  };
  void send(Listener& listener, std::string message);

  World& world_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::int64_t sent_ = 0;
  std::int64_t opened_ = 0;
};

}  // namespace sandbox
