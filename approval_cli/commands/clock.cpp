// clock: market time, and moving it where the market is simulated. The call comes back when every
// event that fell due is committed.

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/rendering/replies_view.h"

namespace approval_cli::commands {

int clock_show(const Call& call) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->status();
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_clock, clock_json);
  return kDone;
}

int clock_advance(const Call& call, std::int64_t span_us) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->advance_clock(span_us);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_advanced, advanced_json);
  return kDone;
}

}  // namespace approval_cli::commands
