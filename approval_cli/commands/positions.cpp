// positions: every book with what is held and what protects it.

#include "approval_cli/rendering/positions_view.h"

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"

namespace approval_cli::commands {

int positions(const Call& call) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->portfolio();
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_portfolio, portfolio_json);
  return kDone;
}

}  // namespace approval_cli::commands
