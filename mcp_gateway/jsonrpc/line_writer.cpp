#include "mcp_gateway/jsonrpc/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace jsonrpc {
namespace {

// After poll() has said "writable", a pipe takes this much without blocking.
constexpr std::size_t kChunkBytes = PIPE_BUF;
constexpr std::size_t kKeptCapacity = std::size_t{256} * 1024;

}  // namespace

LineWriter::LineWriter(int fd, StopEvent& gone, const StopEvent& give_up)
    : fd_(fd), gone_(gone), give_up_(give_up) {}

bool LineWriter::write_line(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (is_broken_) return false;
  line_.assign(text);
  line_.push_back('\n');
  if (!write_all(line_)) {
    is_broken_ = true;  // half a line may be out: nothing may follow it
    gone_.set();
  }
  if (line_.capacity() > kKeptCapacity) std::string().swap(line_);
  return !is_broken_;
}

bool LineWriter::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_writable()) return false;
    const ssize_t put = ::write(fd_, bytes.data(), std::min(bytes.size(), kChunkBytes));
    if (put < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// A client that stopped reading must not keep the process from ending.
bool LineWriter::wait_writable() const {
  pollfd waiting[3] = {{fd_, POLLOUT, 0}, {give_up_.fd(), POLLIN, 0}, {gone_.fd(), POLLIN, 0}};
  for (;;) {
    const int ready = ::poll(waiting, 3, -1);
    if (ready > 0) return waiting[0].revents != 0;  // an error shows itself in write()
    if (errno != EINTR) return false;
  }
}

}  // namespace jsonrpc
