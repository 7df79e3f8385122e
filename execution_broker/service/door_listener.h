#pragma once

// Who comes through a door: accepts, asks the kernel for the uid (SO_PEERCRED), refuses strangers
// and crowds, and hands the connection on. gRPC's own listener can do none of this, and dies for
// good of one EMFILE.
//
//   allow-list        by uid; others are closed without a byte
//   kMaxPerUid        live connections of one uid at one door
//   kMaxOpenFiles     a descriptor at or above it means the process holds too many: refused
//   EMFILE            the spare descriptor is given up to accept and close the caller (so that the
//                     backlog moves and poll does not spin), then the loop rests for a growing while
//   end of connection a duplicate of each descriptor is polled for POLLHUP, nothing else. It is set
//                     when the peer is gone or when gRPC shuts the connection down (it calls
//                     shutdown() before close()): the count is given back exactly then, without
//                     asking gRPC, and fd numbers are never keys

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "execution_broker/service/unix_listener.h"
#include "proto/channel/unix_channel.h"
#include "trading/base/result.h"

namespace broker {

class DoorListener {
 public:
  static constexpr std::size_t kMaxPerUid = 16;
  static constexpr int kMaxOpenFiles = 256;

  struct Options {
    std::vector<std::uint32_t> allowed_uids;
    // Takes over a connected, non-blocking socket. On the listener's thread; must not block.
    std::function<void(std::uint32_t uid, wire::OwnedFd connection)> on_connection;
    // Told of each one that is turned away; `why` is a code. May be empty; must not block.
    std::function<void(std::uint32_t uid, const char* why)> on_refused{};
  };

  // Since the start; any thread.
  struct Counts {
    std::atomic<std::int64_t> accepted{0};
    std::atomic<std::int64_t> refused_uid{0};
    std::atomic<std::int64_t> refused_crowd{0};
    std::atomic<std::int64_t> refused_files{0};
    std::atomic<std::int64_t> live{0};
  };

  DoorListener(UnixListener listener, Options options);
  ~DoorListener();  // stop()
  DoorListener(const DoorListener&) = delete;
  DoorListener& operator=(const DoorListener&) = delete;

  // No connection is handed on after it returns. Idempotent; one thread.
  void stop();
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Watched {
    wire::OwnedFd watch;
    std::uint32_t uid = 0;
  };

  void loop();
  void accept_some();
  bool admit(wire::OwnedFd connection);
  void give_up_one_caller();
  void refuse(std::uint32_t uid, std::atomic<std::int64_t>& count, const char* why);
  void release_ended(const std::vector<int>& hung_up);

  UnixListener listener_;
  const Options options_;
  Counts counts_;
  wire::OwnedFd wake_;  // eventfd: stop() writes, the loop polls
  std::thread thread_;
  // Only the loop's thread:
  wire::OwnedFd spare_;
  std::vector<Watched> watched_;
  std::map<std::uint32_t, std::size_t> live_of_;
  int rest_ms_ = 0;  // how long not to accept, 0 = not at all
};

}  // namespace broker
