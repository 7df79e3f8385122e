#pragma once

// A listening Unix socket that cannot be taken over: the lock file beside it belongs to one broker
// at a time, a socket left behind by a dead one is removed only under that lock, and the folder
// admits no other writer.
//
//   <folder>/            2750, ours; group = who may come to this door
//   <folder>/broker.sock 0660
//   <folder>/broker.sock.lock

#include <filesystem>

#include "execution_broker/storage/lock_file.h"
#include "proto/channel/unix_channel.h"
#include "trading/base/result.h"

namespace broker {

class UnixListener {
 public:
  // Makes the folder when it is missing. Errors: BROKER_ALREADY_RUNNING, DOOR_FOLDER_UNSAFE
  // (someone else owns it or may write in it), DOOR_NOT_OPENED.
  static trading::Result<UnixListener> open(const std::filesystem::path& socket_path);

  UnixListener(UnixListener&&) noexcept = default;
  UnixListener& operator=(UnixListener&&) = delete;
  // Removes the socket file; the lock goes last.
  ~UnixListener();

  [[nodiscard]] int fd() const { return fd_.get(); }  // non-blocking

 private:
  UnixListener(std::filesystem::path path, LockFile lock, wire::OwnedFd fd);
  std::filesystem::path path_;
  LockFile lock_;
  wire::OwnedFd fd_;
};

}  // namespace broker
