#pragma once

// Connections without gRPC: what a shell with a few lines of script can do to a door.

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>

#include "proto/channel/unix_channel.h"

namespace broker {

// Closed when the connect failed.
inline wire::OwnedFd connect_raw(const std::filesystem::path& path) {
  wire::OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (!fd.is_open() || ::connect(fd.get(), generic, sizeof(address)) != 0) return {};
  return fd;
}

// Has the other side hung up within the time?
inline bool is_hung_up_within(const wire::OwnedFd& fd, std::chrono::milliseconds patience) {
  pollfd poller{fd.get(), POLLRDHUP, 0};
  return ::poll(&poller, 1, static_cast<int>(patience.count())) > 0;
}

// Spins until `condition` holds; false after ten seconds.
template <typename Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    ::usleep(500);
  }
  return true;
}

}  // namespace broker
