// cancel: one order, or every working entry. Needs no word typed: stopping is cheap.

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/rendering/replies_view.h"

namespace approval_cli::commands {

int cancel(const Call& call, const CancelArguments& arguments) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  broker::v1::CancelOrderRequest request;
  request.set_order_id(arguments.order_id);
  request.set_all_entries(arguments.order_id.empty());
  const auto reply = link->cancel(request);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_cancelled, cancelled_json);
  return kDone;
}

}  // namespace approval_cli::commands
