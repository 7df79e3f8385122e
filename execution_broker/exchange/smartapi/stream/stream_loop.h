#pragma once

// A socket that is to stay open: connects, says hello, keeps the heartbeat, notices silence, and
// comes back after a growing pause. What is sent and what a frame means is its owner's. Between a
// loss and the next opening the owner knows nothing new: on_gap is called at the loss, and whatever
// it knew before is old from then on. There is no replay.
//
//   waiting -(pause over, credentials there)-> connecting -> open -> (closed, silent, refused) -> waiting
//
// One thread calls step(); the counters may be read from any.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/clock/clock.h"
#include "execution_broker/exchange/smartapi/stream/frame_socket.h"
#include "trading/base/result.h"

namespace broker::smartapi {

inline constexpr std::int64_t kPingEveryUs = 9'000'000;     // the service asks for 10 s
inline constexpr std::int64_t kSilenceUs = 20'000'000;      // nothing at all, not even a pong
inline constexpr std::int64_t kConnectTimeoutUs = 8'000'000;
inline constexpr std::int64_t kFirstPauseUs = 500'000;
inline constexpr std::int64_t kLongestPauseUs = 30'000'000;

struct StreamOwner {
  std::string name;  // "market stream", for messages
  std::string url;
  // Headers with the newest tokens; an error: not yet.
  std::function<trading::Result<std::vector<SocketHeader>>()> headers;
  std::function<void()> on_open;
  // Messages to be sent now; called while open, at every step.
  std::function<std::vector<std::string>()> outbox;
  std::function<void(std::string_view)> on_text;
  std::function<void(std::string_view)> on_binary;
  std::function<void(const std::string& why)> on_gap;
  // A handshake that was refused: 401 and 403 ask for new tokens.
  std::function<void(int http_status, const std::string& why)> on_refused;
};

class StreamLoop {
 public:
  StreamLoop(FrameSocket& socket, const Clock& clock, StreamOwner owner);

  // Does what is due, waits at most `most_wait_us` for frames and handles up to kFramesAStep.
  void step(std::int64_t most_wait_us);
  // Gives the connection up as if it had been lost, and connects anew at once.
  void reconnect(const std::string& why);
  void close();

  [[nodiscard]] bool is_open() const { return is_open_.load(std::memory_order_acquire); }
  [[nodiscard]] std::int64_t opened() const { return opened_.load(std::memory_order_relaxed); }
  // Steady time before which no connection is tried.
  [[nodiscard]] std::int64_t next_try_us() const { return next_try_us_; }

 private:
  static constexpr int kFramesAStep = 1'024;

  void try_to_open();
  void lose(const std::string& why);
  void wait_longer();

  FrameSocket& socket_;
  const Clock& clock_;
  StreamOwner owner_;
  std::atomic<bool> is_open_{false};
  std::atomic<std::int64_t> opened_{0};
  std::int64_t next_try_us_ = 0;
  std::int64_t last_ping_us_ = 0;
  std::int64_t last_frame_us_ = 0;
  std::int64_t open_since_us_ = 0;
  int failures_ = 0;
};

}  // namespace broker::smartapi
