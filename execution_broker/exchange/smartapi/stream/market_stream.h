#pragma once

// The market stream: keeps what is wanted subscribed over every reconnection and hands out packets.
// A packet that cannot be read is dropped and counted; there is no acknowledgement, so a token that
// stays silent has no price and nobody says why. A line that answers pings and brings no packet at all
// is given up after kMuteUs, each time later while it helps nothing: out of hours nothing is said. want() is safe from any thread, step() and close()
// belong to one.

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>

#include "execution_broker/exchange/smartapi/session/client.h"
#include "execution_broker/exchange/smartapi/stream/stream_loop.h"
#include "execution_broker/exchange/smartapi/wire/stream_messages.h"

namespace broker::smartapi {

struct MarketStreamSetup {
  FrameSocket& socket;
  const Clock& clock;
  std::string url;
  StreamMode mode = StreamMode::kSnapQuote;
  std::function<trading::Result<StreamCredentials>()> credentials;
  std::function<void(const MarketPacket&)> on_packet;
  std::function<void()> on_open;                      // connected; nothing is known yet
  std::function<void(const std::string& why)> on_gap;  // from here on every price is old
  std::function<void(int http_status, const std::string& why)> on_refused;
};

class MarketStream {
 public:
  static constexpr std::int64_t kMuteUs = 45'000'000;
  static constexpr std::int64_t kLongestMuteUs = 1'800'000'000;

  explicit MarketStream(MarketStreamSetup setup);

  // All that is wanted, at most kMostSubscriptions; the rest is cut off.
  void want(std::set<StreamToken> tokens);
  void step(std::int64_t most_wait_us);
  void close() { loop_.close(); }

  [[nodiscard]] bool is_open() const { return loop_.is_open(); }
  [[nodiscard]] std::int64_t opened() const { return loop_.opened(); }
  [[nodiscard]] std::int64_t packets() const { return packets_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t dropped(PacketFault fault) const;
  [[nodiscard]] std::int64_t errors() const { return errors_.load(std::memory_order_relaxed); }

 private:
  std::vector<std::string> outbox();
  StreamOwner make_owner();

  MarketStreamSetup setup_;
  std::set<StreamToken> subscribed_;  // on this connection
  std::atomic<bool> has_news_{false};
  std::mutex mutex_;
  std::set<StreamToken> wanted_;  // guarded by mutex_
  std::atomic<std::int64_t> packets_{0};
  std::atomic<std::int64_t> errors_{0};
  std::array<std::atomic<std::int64_t>, 8> dropped_{};
  MarketPacket packet_;
  std::int64_t heard_us_ = 0;  // steady: the newest packet, or the opening
  std::int64_t mute_us_ = kMuteUs;
  StreamLoop loop_;
};

}  // namespace broker::smartapi
