#pragma once

// How a handler reaches the desk: one job on its thread, with the books brought to the clock first.

#include <type_traits>
#include <utility>

#include "execution_broker/service/rpc_guard.h"
#include "execution_broker/service/service_context.h"

namespace broker {

// Before the command: market time caught up (stops and cancels do not wait for it, nor fail with
// it), and the operator state compared with the call's row. On the desk's thread.
trading::Status prepare_desk(const DoorRow& row, OrderDesk& desk);

// Returns what `f(OrderDesk&)` returned, as a Result. Errors: those of DeskThread::run,
// prepare_desk and `f`.
template <typename F>
auto on_desk(const RpcCall& call, ServiceContext& context, F&& f) {
  using Returned = std::invoke_result_t<F&, OrderDesk&>;
  using Answer = typename desk_thread_detail::AsResult<Returned>::type;
  return context.desk_thread.run(call.lane, call.deadline, [&]() -> Answer {
    RETURN_IF_ERROR(prepare_desk(call.row, context.desk));
    return f(context.desk);
  });
}

// The same for the face where a human signs.
template <typename F>
auto on_live(const RpcCall& call, ServiceContext& context, F&& f) {
  using Returned = std::invoke_result_t<F&, LiveDesk&>;
  using Answer = typename desk_thread_detail::AsResult<Returned>::type;
  return on_desk(call, context, [&](OrderDesk&) -> Answer {
    if (context.live == nullptr)
      return trading::make_error("NOT_AVAILABLE", "this broker serves no proposals", "run execution_broker");
    return f(*context.live);
  });
}

}  // namespace broker
