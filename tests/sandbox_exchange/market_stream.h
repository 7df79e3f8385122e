#pragma once

// The market stream: who listens to which token in which mode. A print marks its token; flush()
// sends each marked token once to each listener, so a slow moment conflates instead of queueing.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox_exchange/doors.h"
#include "tests/sandbox_exchange/packets.h"
#include "tests/sandbox_exchange/world.h"

namespace sandbox {

inline constexpr std::size_t kMaxStreamConnections = 3;
inline constexpr std::size_t kMaxSubscriptions = 1'000;
inline constexpr std::size_t kMaxDepthTokens = 50;

class MarketStream : public StreamHandler {
 public:
  explicit MarketStream(World& world) : world_(world) {}

  HttpReply greet(const HttpRequest& handshake) override;
  void opened(const std::shared_ptr<Peer>& peer, const HttpRequest& handshake) override;
  void text(const std::shared_ptr<Peer>& peer, const std::string& text) override;
  void closed(const std::shared_ptr<Peer>& peer) override;

  void mark(const Tape& tape) { marked_.insert(&tape); }
  void flush();
  // Ends every connection, with or without a farewell.
  void drop_all(bool is_proper);
  [[nodiscard]] Json state() const;

 private:
  using Key = std::pair<const Tape*, StreamMode>;
  struct Listener {
    std::shared_ptr<Peer> peer;
    std::string client_code;
    std::set<Key> keys;
    bool is_silent = false;  // Q38
    bool is_mute = false;    // no pong
  };

  void subscribe(Listener& listener, const Json& message);
  void send(Listener& listener, const Tape& tape, StreamMode mode);
  void error(Listener& listener, const Json& message, std::string_view code, std::string_view words);
  Listener* of(const std::shared_ptr<Peer>& peer);

  World& world_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::map<const Tape*, std::set<std::pair<Listener*, StreamMode>>> by_tape_;
  std::set<const Tape*> marked_;
  std::int64_t sent_ = 0;
  std::int64_t opened_ = 0;
};

}  // namespace sandbox
