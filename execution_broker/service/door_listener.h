#pragma once

// Who comes through a door: accepts, asks the kernel for the uid (SO_PEERCRED), refuses strangers
// and crowds, and hands the connection on. gRPC's own listener can do none of this, and dies for
// good of one EMFILE.
//
//   allow-list        by uid; others are closed without a byte
//   kMaxPerUid        live connections of one uid at one door
//   Options::pace     new ones of one uid: each costs a gRPC transport, so hanging up and coming back is bounded too
//   kRefusals         beyond that many in a while the loop rests: who floods waits in connect() and burns no processor
//   kMaxOpenFiles     a descriptor at or above it means the process holds too many: refused
//   Options::is_last_in_line  the loop, and the servers it starts, yield to the rest of the broker
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

#include "execution_broker/service/quota.h"
#include "execution_broker/service/unix_listener.h"
#include "proto/channel/unix_channel.h"
#include "trading/base/result.h"

namespace broker {

class DoorListener {
 public:
  static constexpr std::size_t kMaxPerUid = 16;
  static constexpr int kMaxOpenFiles = 256;
  static constexpr Rate kRefusals{2'000, 256};

  struct Options {
    std::vector<std::uint32_t> allowed_uids;
    // Takes over a connected, non-blocking socket. On the listener's thread; must not block.
    std::function<void(std::uint32_t uid, wire::OwnedFd connection)> on_connection;
    // Told of each one that is turned away; `why` is a code. May be empty; must not block.
    std::function<void(std::uint32_t uid, const char* why)> on_refused{};
    Rate pace{};  // new connections of one uid; none = unbounded
    bool is_last_in_line = false;
  };

  // Since the start; any thread.
  struct Counts {
    std::atomic<std::int64_t> accepted{0};
    std::atomic<std::int64_t> refused_uid{0};
    std::atomic<std::int64_t> refused_crowd{0};
    std::atomic<std::int64_t> refused_pace{0};
    std::atomic<std::int64_t> gone{0};  // had hung up before they were accepted
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
  bool is_within_pace(std::uint32_t uid);
  void rest_for(std::int64_t us);
  [[nodiscard]] bool is_resting() const;
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
  std::map<std::uint32_t, TokenBucket> pace_of_;
  TokenBucket refusals_{kRefusals};
  std::int64_t rest_until_us_ = 0;  // of the steady clock: nothing is accepted before
  std::int64_t rest_us_ = 0;        // the last rest after EMFILE
};

}  // namespace broker
