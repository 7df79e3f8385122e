#pragma once

// The client's end of a door: connects to the broker's Unix socket, asks the kernel who is on the
// other side, and only then makes a gRPC channel of it. Not one byte is sent to a server of another
// uid.
//
// gRPC neither reconnects nor retries on such a channel (retries are off on purpose: what was sent
// may have happened). Whoever holds it drops it when it broke and opens another.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "trading/base/result.h"

namespace grpc {
class Channel;
}

namespace wire {

// Owns a file descriptor.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

struct UnixChannel {
  std::shared_ptr<grpc::Channel> channel;
  // A second handle on the same connection, for is_broken() only: never read, never written.
  OwnedFd watch;
  std::uint32_t server_uid = 0;

  // Has the other side hung up? One system call that never waits. A call begun on a channel that is
  // not broken can still fail; one that is not begun has certainly not happened.
  [[nodiscard]] bool is_broken() const;
};

// Errors; nothing was sent: BROKER_NOT_RUNNING (no socket, or nobody listens; retry safe),
// BROKER_REFUSED (by the file permissions: retry no; by the system: safe), BROKER_WRONG_UID (safe).
// Blocks for a moment at most.
trading::Result<UnixChannel> open_unix_channel(const std::filesystem::path& socket_path,
                                               const std::vector<std::uint32_t>& expected_uids);

// A broker that closes a new connection before it has answered Hello does not take calls of this
// user: BROKER_REFUSED, retry no, which names `users_setting` (AGENT_USERS, OPERATOR_USERS). Other
// errors come back as they are.
trading::Error explained_at_hello(trading::Error error, std::string_view users_setting);

}  // namespace wire
