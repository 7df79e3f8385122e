#include "execution_broker/exchange/smartapi/stream/stream_loop.h"

#include <algorithm>

#include "execution_broker/exchange/smartapi/wire/stream_messages.h"

namespace broker::smartapi {

namespace {

// A connection that lasted this long was a good one: the next pause is the first again.
constexpr std::int64_t kGoodConnectionUs = 30'000'000;

}  // namespace

StreamLoop::StreamLoop(FrameSocket& socket, const Clock& clock, StreamOwner owner)
    : socket_(socket), clock_(clock), owner_(std::move(owner)) {}

void StreamLoop::wait_longer() {
  next_try_us_ = clock_.steady_us() + std::min(kLongestPauseUs, kFirstPauseUs << std::min(failures_, 10));
  ++failures_;
}

void StreamLoop::lose(const std::string& why) {
  socket_.close();
  if (!is_open_.exchange(false, std::memory_order_acq_rel)) return;
  if (clock_.steady_us() - open_since_us_ >= kGoodConnectionUs) failures_ = 0;
  wait_longer();
  if (owner_.on_gap) owner_.on_gap(why);
}

void StreamLoop::reconnect(const std::string& why) {
  lose(why);
  next_try_us_ = 0;
}

void StreamLoop::close() { lose("closed"); }

void StreamLoop::try_to_open() {
  auto headers = owner_.headers();
  if (!headers) {
    next_try_us_ = clock_.steady_us() + kFirstPauseUs;  // no session yet: no fault of the stream's
    return;
  }
  const ConnectEnd end = socket_.connect({owner_.url, std::move(*headers)}, kConnectTimeoutUs);
  if (!end.is_open) {
    wait_longer();
    if (owner_.on_refused) owner_.on_refused(end.http_status, end.detail);
    return;
  }
  open_since_us_ = last_ping_us_ = last_frame_us_ = clock_.steady_us();
  opened_.fetch_add(1, std::memory_order_relaxed);
  is_open_.store(true, std::memory_order_release);
  if (owner_.on_open) owner_.on_open();
}

void StreamLoop::step(std::int64_t most_wait_us) {
  if (!is_open()) {
    if (clock_.steady_us() < next_try_us_) return;
    try_to_open();
    if (!is_open()) return;
  }
  const std::int64_t now = clock_.steady_us();
  if (now - last_frame_us_ >= kSilenceUs) {
    lose("nothing came for " + std::to_string(kSilenceUs / 1'000'000) + " s");
    return;
  }
  if (now - last_ping_us_ >= kPingEveryUs) {
    last_ping_us_ = now;
    if (!socket_.send_text(kPing)) {
      lose("the heartbeat could not be sent");
      return;
    }
  }
  if (owner_.outbox)
    for (const std::string& message : owner_.outbox())
      if (!socket_.send_text(message)) {
        lose("a message could not be sent");
        return;
      }
  for (int count = 0; count < kFramesAStep; ++count) {
    const Frame frame = socket_.receive(count == 0 ? most_wait_us : 0);
    switch (frame.kind) {
      case Frame::Kind::kNothing:
        return;
      case Frame::Kind::kClosed:
        lose("the connection was closed");
        return;
      case Frame::Kind::kText:
        last_frame_us_ = clock_.steady_us();
        if (owner_.on_text) owner_.on_text(frame.bytes);
        break;
      case Frame::Kind::kBinary:
        last_frame_us_ = clock_.steady_us();
        if (owner_.on_binary) owner_.on_binary(frame.bytes);
        break;
    }
    if (!is_open()) return;  // a handler gave the connection up
  }
}

}  // namespace broker::smartapi
