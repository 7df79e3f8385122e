// status: the page a person opens first. The broker's status is enough for it; what else it does
// not give is named on the page.

#include "approval_cli/rendering/status_view.h"

#include <utility>

#include "approval_cli/audit_alarm.h"
#include "approval_cli/broker_link.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/halt_file.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;

constexpr int kMostWorking = 100;

}  // namespace

int status(const Call& call) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  auto reply = link->status();
  if (!reply) return report(call, reply.error());
  StatusFacts facts;
  facts.status = std::move(*reply);
  const auto missing = [&facts](const char* what, const trading::Error& error) {
    facts.missing += (facts.missing.empty() ? "" : "; ") + (what + (": " + error.text()));
  };
  if (auto portfolio = link->portfolio())
    facts.portfolio = std::move(*portfolio);
  else
    missing("positions", portfolio.error());
  v1::FetchPaperOrdersRequest working;
  working.set_status("working");
  working.set_limit(kMostWorking);
  if (auto orders = link->orders(working))
    facts.working = std::move(*orders);
  else
    missing("orders", orders.error());
  facts.halt_file = read_halt_file(call.home);
  facts.audit_alarm = audit_alarm(call.console.environment, facts.status);
  call.console.out << (call.is_json ? status_json(facts).write() + "\n"
                                    : status_page(facts, call.has_colour()));
  return kDone;
}

}  // namespace approval_cli::commands
