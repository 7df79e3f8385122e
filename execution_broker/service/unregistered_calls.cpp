#include "execution_broker/service/unregistered_calls.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "execution_broker/service/rpc_guard.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kLookEvery{50};

// One call: asked for, taken, answered. gRPC's tags are addresses of its steps.
struct Call {
  grpc::GenericServerContext context;
  grpc::GenericServerAsyncReaderWriter stream{&context};
};

}  // namespace

struct UnregisteredCalls::Parts {
  explicit Parts(RpcGuard& the_guard) : guard(the_guard) {}

  void serve();
  bool wait_for_event(void*& tag, bool& is_ok);  // false: the queue has ended

  RpcGuard& guard;
  grpc::AsyncGenericService service;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
  std::thread thread;
  std::mutex mutex;
  bool is_stopping = false;  // guarded by mutex
  bool has_ended = false;    // guarded by mutex
  std::condition_variable ended;
};

// Looks now and then and never waits inside gRPC: a thread that did would be the one that gRPC wakes
// for every byte of every call, only to hand the call to another thread.
bool UnregisteredCalls::Parts::wait_for_event(void*& tag, bool& is_ok) {
  using Next = grpc::CompletionQueue::NextStatus;
  while (true) {
    const Next next = queue->AsyncNext(&tag, &is_ok, gpr_inf_past(GPR_CLOCK_REALTIME));
    if (next != Next::TIMEOUT) return next == Next::GOT_EVENT;
    std::unique_lock lock(mutex);
    ended.wait_for(lock, kLookEvery, [this] { return has_ended; });
  }
}

void UnregisteredCalls::Parts::serve() {
  int taken = 0;  // the addresses of these two are the tags
  int answered = 0;
  std::optional<Call> call;
  const auto ask_for_next = [&] {
    const std::lock_guard lock(mutex);
    if (is_stopping) return;  // a server that shuts down takes no request for a call: gRPC aborts
    call.emplace();
    service.RequestCall(&call->context, &call->stream, queue.get(), queue.get(), &taken);
  };
  ask_for_next();
  void* tag = nullptr;
  bool is_ok = false;
  while (wait_for_event(tag, is_ok)) {
    if (tag == &taken && is_ok) {
      const grpc::Status refused = guard.run(call->context, call->context.method(), [](const RpcCall&) {
        return trading::make_error("NOT_ON_THIS_DOOR", "this call has no service behind it",
                                   "run programs of one release");
      });
      call->stream.Finish(refused, &answered);
    } else if (tag == &answered) {
      ask_for_next();
    }
    // A call that was asked for and did not come: the server shuts down, and the queue after it.
  }
}

UnregisteredCalls::UnregisteredCalls(grpc::ServerBuilder& builder, RpcGuard& guard)
    : parts_(std::make_unique<Parts>(guard)) {
  builder.RegisterAsyncGenericService(&parts_->service);
  parts_->queue = builder.AddCompletionQueue(false);
}

void UnregisteredCalls::start() {
  parts_->thread = std::thread([this] { parts_->serve(); });
}

void UnregisteredCalls::stop() {
  const std::lock_guard lock(parts_->mutex);
  parts_->is_stopping = true;
}

UnregisteredCalls::~UnregisteredCalls() {
  parts_->queue->Shutdown();
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->has_ended = true;
  }
  parts_->ended.notify_all();
  if (parts_->thread.joinable()) {
    parts_->thread.join();
  } else {  // never started: gRPC wants its queue empty all the same
    void* tag = nullptr;
    bool is_ok = false;
    while (parts_->queue->Next(&tag, &is_ok)) {
    }
  }
}

}  // namespace broker
