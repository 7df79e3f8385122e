#pragma once

// What every call goes through before and after its handler, the same for all services:
//   wire version -> row of the doors table -> this door -> deadline -> read-only agent
//   -> its toolsets -> quota
//   -> handler -> report
//
// Who calls beyond the quota waits a moment for the refusal: a client that asks again at once then sleeps instead of taking
// the processor from those who are served. Refused exits, cancels and stops are told at once, and so is everybody while too
// many wait, so that there is always a thread for them.
//
// There is one guard for each (door, uid), as there is one gRPC server: whose call it is, is a fact
// of the object and never looked up. Any thread.

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/desk/desk_thread.h"
#include "execution_broker/desk/requester.h"
#include "execution_broker/service/doors.h"
#include "execution_broker/service/quota.h"
#include "execution_broker/service/rpc_observer.h"
#include "trading/base/result.h"

namespace grpc {
class ServerContext;
class Status;
}  // namespace grpc

namespace broker {

// One admitted call.
struct RpcCall {
  const DoorRow& row;
  Requester who;
  DeskLane lane;
  DeskThread::Deadline deadline;
};

struct GuardRules {
  bool is_agent_read_only = false;
  std::vector<std::string> agent_toolsets;  // AGENT_TOOLSETS; empty = all
  QuotaRates quota;
};

class RpcGuard {
 public:
  RpcGuard(Door door, std::uint32_t uid, const GuardRules& rules, RpcCounters& counters,
           const RpcObserver& observer);

  // Runs `handler` if the call may run at all, answers with its status, and reports the call. An
  // exception of the handler becomes INTERNAL.
  using Handler = std::function<trading::Status(const RpcCall&)>;
  grpc::Status run(const grpc::ServerContext& context, std::string_view method,
                   const Handler& handler);

  [[nodiscard]] Door door() const { return door_; }
  [[nodiscard]] const Requester& who() const { return who_; }

 private:
  trading::Result<RpcCall> admit(const grpc::ServerContext& context, const DoorRow* row);
  void hold_back(const DoorRow& row);
  [[nodiscard]] trading::Status check_policy(const DoorRow& row, std::int64_t now_us);

  const Door door_;
  const Requester who_;
  const bool is_read_only_;
  const std::vector<std::string> toolsets_;
  Quota quota_;
  std::atomic<int> held_back_{0};
  RpcCounters& counters_;
  const RpcObserver& observer_;
};

}  // namespace broker
