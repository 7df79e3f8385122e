#include "execution_broker/service/rpc_guard.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <exception>
#include <thread>

#include "proto/channel/protocol.h"
#include "proto/convert/status.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t kMaxToolName = 40;
constexpr std::size_t kMaxMethodName = 80;
// The client's clock of the deadline started before ours: what is allowed exactly may look a little
// longer.
constexpr std::chrono::seconds kDeadlineSlack{1};
constexpr std::chrono::milliseconds kHoldBack{20};
constexpr int kMostHeldBack = 12;  // of the 24 threads that one uid has

std::string_view metadata_of(const grpc::ServerContext& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string_view()
                                 : std::string_view(found->second.data(), found->second.size());
}

trading::Status check_protocol(const grpc::ServerContext& context) {
  const std::string_view said = metadata_of(context, wire::kProtocolKey);
  const std::string ours = std::to_string(wire::kProtocol);
  if (said == ours) return {};
  return trading::make_error(
      "PROTOCOL_MISMATCH",
      said.empty()
          ? "the call does not name its wire version; the broker speaks " + ours
          : "the caller speaks wire version " + wire::quoted(said) + ", the broker speaks " + ours,
      "run the gateway, approval_cli and broker of one release; restart the older one");
}

trading::Result<SteadyClock::time_point> deadline_of(const grpc::ServerContext& context,
                                                     const DoorRow& row, Door door) {
  const auto deadline = context.deadline();
  const auto now = std::chrono::system_clock::now();
  const std::chrono::seconds most = row.may_be_long && door == Door::kOperator
                                        ? std::chrono::seconds(wire::kMaxLongDeadline)
                                        : wire::kMaxDeadline;
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return trading::make_error("DEADLINE_REQUIRED", "the call has no deadline",
                               "set one of at most " + std::to_string(most.count()) + " s");
  }
  if (deadline - now > most + kDeadlineSlack) {
    return trading::make_error(
        "DEADLINE_TOO_LONG",
        "the deadline is " +
            std::to_string(duration_cast<std::chrono::seconds>(deadline - now).count()) + " s away",
        "set one of at most " + std::to_string(most.count()) + " s");
  }
  return SteadyClock::now() + (deadline - now);
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Role role_of(Door door) {
  return door == Door::kAgent ? Role::kAgent : Role::kOperator;
}

// A method that is in no table, as a record may hold it.
std::string harmless_method(std::string_view text) {
  std::string name = wire::clean_text(text, kMaxMethodName);
  for (char& c : name) {
    const bool is_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         c == '_' || c == '.' || c == '/';
    if (!is_name) c = '?';
  }
  return "?" + name;
}

std::string harmless_tool_name(std::string_view text) {
  std::string name = wire::clean_text(text, kMaxToolName);
  for (char& c : name) {
    const bool is_name = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!is_name) c = '?';
  }
  return name;
}

}  // namespace

RpcGuard::RpcGuard(Door door, std::uint32_t uid, const GuardRules& rules, RpcCounters& counters,
                   const RpcObserver& observer)
    : door_(door),
      who_{role_of(door), uid},
      is_read_only_(door == Door::kAgent && rules.is_agent_read_only),
      toolsets_(rules.agent_toolsets),
      quota_(rules.quota),
      counters_(counters),
      observer_(observer) {}

grpc::Status RpcGuard::run(const grpc::ServerContext& context, std::string_view method,
                           const Handler& handler) {
  const auto begin = SteadyClock::now();
  const DoorRow* row = find_door_row(method);
  const trading::Status outcome = [&]() -> trading::Status {
    try {
      ASSIGN_OR_RETURN(const RpcCall call, admit(context, row));
      return handler(call);
    } catch (const std::exception&) {
      return trading::make_error("INTERNAL", "the broker failed on this call",
                                 "look before sending it again; the broker's log says more",
                                 trading::Retry::kVerifyFirst);
    }
  }();
  if (!outcome && row != nullptr && outcome.error().code == kQuotaExceeded) hold_back(*row);
  grpc::Status status = outcome ? grpc::Status::OK : wire::to_grpc(outcome.error());
  if (row != nullptr) counters_.count(*row);
  if (observer_) {
    observer_({.method = row == nullptr ? harmless_method(method) : std::string(row->method),
               .who = who_,
               .status_code = status.error_code(),
               .error_code = outcome ? "" : outcome.error().code,
               .duration_us = duration_cast<microseconds>(SteadyClock::now() - begin).count(),
               .tool = harmless_tool_name(metadata_of(context, wire::kToolKey))});
  }
  return status;
}

void RpcGuard::hold_back(const DoorRow& row) {
  if (row.cls == RpcClass::kExit || row.cls == RpcClass::kCancel || row.cls == RpcClass::kStop) return;
  if (held_back_.fetch_add(1, std::memory_order_relaxed) < kMostHeldBack) std::this_thread::sleep_for(kHoldBack);
  held_back_.fetch_sub(1, std::memory_order_relaxed);
}

trading::Result<RpcCall> RpcGuard::admit(const grpc::ServerContext& context, const DoorRow* row) {
  RETURN_IF_ERROR(check_protocol(context));
  if (row == nullptr || !row->is_on(door_)) {
    return trading::make_error(
        "NOT_ON_THIS_DOOR",
        "this call is not offered at the " + std::string(name_of(door_)) + " door",
        door_ == Door::kAgent ? "it belongs to the operator: ask for it with approval_cli"
                              : "it belongs to the agent: use mcp_gateway");
  }
  ASSIGN_OR_RETURN(const auto deadline, deadline_of(context, *row, door_));
  const auto now_us = duration_cast<microseconds>(SteadyClock::now().time_since_epoch()).count();
  RETURN_IF_ERROR(check_policy(*row, now_us));
  return RpcCall{*row, who_, lane_of(*row, door_), deadline};
}

trading::Status RpcGuard::check_policy(const DoorRow& row, std::int64_t now_us) {
  if (door_ != Door::kAgent) return {};
  const bool is_harmless = row.cls == RpcClass::kRead || row.cls == RpcClass::kReport;
  if (is_read_only_ && !is_harmless) {
    return trading::make_error(
        "AGENT_READ_ONLY", "the agent of this home may only read",
        "the operator can set AGENT_READ_ONLY=false in .env and restart the broker");
  }
  if (!is_in_toolsets(row, toolsets_)) {
    return trading::make_error(
        "TOOLSET_NOT_ALLOWED",
        "the agent of this home may use the toolsets " + listed(toolsets_) +
            "; this call is one of " + std::string(row.toolsets),
        "the operator can add one to AGENT_TOOLSETS in .env and restart the broker");
  }
  return quota_.take(row.cls, now_us);
}

}  // namespace broker
