#include "approval_cli/halting.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "approval_cli/broker_link.h"
#include "approval_cli/halt_file.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;
using Reply = trading::Result<v1::OperatorStateReply>;

constexpr std::chrono::milliseconds kHaltPatience{1'000};

struct HaltCall {
  std::mutex mutex;
  std::condition_variable ended;
  std::optional<Reply> reply;  // guarded by mutex
};

Reply call_halt(const std::string& home, const std::string& version, const std::string& reason) {
  ASSIGN_OR_RETURN(BrokerLink link, BrokerLink::connect(home, version, kHaltPatience));
  return link.halt(reason, kHaltPatience);
}

// On a thread of its own: a connect to a full backlog blocks, and no deadline reaches it. The
// thread owns what it uses and is left alone when it is late.
Reply halt_within_patience(const std::string& home, const std::string& version, const std::string& reason) {
  const auto shared = std::make_shared<HaltCall>();
  std::thread([shared, home, version, reason] {
    Reply reply = call_halt(home, version, reason);
    const std::lock_guard lock(shared->mutex);
    shared->reply = std::move(reply);
    shared->ended.notify_all();
  }).detach();
  std::unique_lock lock(shared->mutex);
  shared->ended.wait_for(lock, kHaltPatience, [&] { return shared->reply.has_value(); });
  if (shared->reply) return *shared->reply;
  return trading::make_error("BROKER_TIMEOUT", "the broker did not answer within a second", "",
                             trading::Retry::kVerifyFirst);
}

}  // namespace

trading::Result<Halted> halt_now(const std::string& home, const std::string& version, const std::string& reason) {
  Reply reply = halt_within_patience(home, version, reason);
  if (reply && reply->operator_state() == "halted") return Halted{std::move(*reply), std::nullopt};
  trading::Error why = reply ? trading::make_error("NOT_HALTED", "it answered with the state " + reply->operator_state()) : reply.error();
  RETURN_IF_ERROR(raise_halt_file(home, reason));
  return Halted{std::nullopt, std::move(why)};
}

}  // namespace approval_cli
