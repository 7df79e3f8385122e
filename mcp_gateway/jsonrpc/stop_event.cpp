#include "mcp_gateway/jsonrpc/stop_event.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace jsonrpc {

StopEvent::StopEvent() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) std::abort();
}

StopEvent::~StopEvent() {
  ::close(fd_);
}

void StopEvent::set() noexcept {
  const std::uint64_t one = 1;
  // The counter can only fail to rise when it is already far above zero, that is, set.
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

bool StopEvent::is_set() const noexcept {
  pollfd waiting{fd_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

}  // namespace jsonrpc
