#include "proto/channel/grpc_lifetime.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/grpc.h>

namespace wire {

void keep_grpc_running() {
  static const bool is_kept = [] {
    grpc_init();  // never given back, on purpose
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  static_cast<void>(is_kept);
}

}  // namespace wire
