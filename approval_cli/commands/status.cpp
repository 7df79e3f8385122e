// status: the page a person opens first. The broker's status is enough for it; what else it does
// not give is named on the page.

#include "approval_cli/rendering/status_view.h"

#include <utility>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/halt_file.h"
#include "approval_cli/witness_store.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;

constexpr int kMostWorking = 100;

// Continuity with what `audit verify` saw last; the full proof is its business.
std::string audit_alarm(const Call& call, const v1::StatusReply& status) {
  const auto store = WitnessStore::of(call.console.environment);
  if (!store) return "";
  const auto witnesses = store->of_ledger(status.ledger_id());
  if (!witnesses) return witnesses.error().text();
  for (const audit_format::Witness& witness : *witnesses) {
    const bool is_shorter = status.audit_head_seq() < witness.size;
    const bool is_other = status.audit_head_seq() == witness.size &&
                          status.audit_head_hash() != audit_format::to_hex(witness.head);
    if (is_shorter || is_other) {
      return "THE AUDIT LOG IS NOT THE ONE SEEN BEFORE: it ends at record " +
             std::to_string(status.audit_head_seq()) + ", record " + std::to_string(witness.size) +
             " was seen; run approval_cli audit verify";
    }
  }
  return "";
}

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
  facts.audit_alarm = audit_alarm(call, facts.status);
  call.console.out << (call.is_json ? status_json(facts).write() + "\n"
                                    : status_page(facts, call.has_colour()));
  return kDone;
}

}  // namespace approval_cli::commands
