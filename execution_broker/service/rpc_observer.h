#pragma once

// What is told of each call, whatever became of it: the audit's batcher and the counters live on
// it.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "execution_broker/desk/requester.h"
#include "execution_broker/service/doors.h"

namespace broker {

inline constexpr const char* kConnect = "connect";

struct RpcRecord {
  // Of the doors table; "?/some/Method" for a call that does not stand in it; kConnect for a
  // connection that was turned away at the door.
  std::string method;
  Requester who;
  int status_code = 0;     // gRPC's
  std::string error_code;  // empty when it went well
  std::int64_t duration_us = 0;
  std::string tool;  // as the gateway said, harmless text of at most 40 characters
};

// Called on the thread of the call, from many threads at once: must be quick and must not throw.
using RpcObserver = std::function<void(const RpcRecord&)>;

// Answered calls by row of the doors table since the start. Any thread.
class RpcCounters {
 public:
  static constexpr std::size_t kRows = 96;  // at least as many as the table has; checked by a test

  void count(const DoorRow& row) { counts_[index_of(row)].fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t of(std::string_view method) const;
  // Methods called at least once, by their short name: "OrderService/PlacePaperOrder".
  [[nodiscard]] std::map<std::string, std::int64_t> all() const;

 private:
  std::array<std::atomic<std::int64_t>, kRows> counts_{};
};

}  // namespace broker
