#pragma once

// One WebSocket as a stream sees it. Two implementers: beast_socket.h speaks to the network, tests
// and simulation bring their own. One thread at a time; nothing blocks longer than it is told.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/config/secret.h"

namespace broker::smartapi {

struct SocketHeader {
  std::string name;
  Secret value;
};

struct SocketTarget {
  std::string url;  // wss://host/path, or ws:// on loopback
  std::vector<SocketHeader> headers;
};

struct ConnectEnd {
  bool is_open = false;
  int http_status = 0;  // of a refusal; 0: it did not get that far
  std::string detail;   // one line; a refusal's x-error-message
};

struct Frame {
  enum class Kind { kNothing, kText, kBinary, kClosed };
  Kind kind = Kind::kNothing;
  std::string_view bytes;  // until the next call
};

class FrameSocket {
 public:
  virtual ~FrameSocket() = default;
  // Gives up what was open before.
  virtual ConnectEnd connect(const SocketTarget& target, std::int64_t timeout_us) = 0;
  // The next frame; kNothing when none came in time. kClosed until connect() is called again.
  virtual Frame receive(std::int64_t timeout_us) = 0;
  virtual bool send_text(std::string_view text) = 0;  // false: closed
  virtual void close() = 0;
};

}  // namespace broker::smartapi
