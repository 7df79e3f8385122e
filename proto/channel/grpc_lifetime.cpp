#include "proto/channel/grpc_lifetime.h"

#include <absl/synchronization/mutex.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/grpc.h>

#include <cstdlib>

namespace wire {
namespace {

// Before main(), while there is one thread: setenv is not for more.
const bool kPollsItsOwn = ::setenv("GRPC_POLL_STRATEGY", "poll", 1) == 0;

}  // namespace

void keep_grpc_running() {
  static_cast<void>(kPollsItsOwn);
  static const bool is_kept = [] {
    // Before gRPC takes its first lock.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    grpc_init();  // never given back, on purpose
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  static_cast<void>(is_kept);
}

}  // namespace wire
