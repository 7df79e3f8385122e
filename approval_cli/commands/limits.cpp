// limits: what is in force and whose word it is; an operator's own word; the agent's taken back.

#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/rendering/limits_view.h"
#include "approval_cli/signer.h"
#include "broker/v1/approval.pb.h"

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"

namespace approval_cli::commands {
namespace {

// Where an approver is enrolled, what is looser carries his signature.
int change_signed(const Call& call, BrokerLink& link, const broker::v1::OpenStatementRequest& open) {
  if (const auto terminal = must_be_at_terminal(call); !terminal) return report(call, terminal.error());
  auto signer = Signer::of(call, "");
  if (!signer) return report(call, signer.error());
  const auto opened = link.open_statement(open);
  if (!opened) return report(call, opened.error());
  const auto reply = signer->sign(call, link, *opened, false);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_signed, signed_json);
  return kDone;
}

bool needs_signature(BrokerLink& link, const trading::Error& error) {
  if (error.code != "LIMIT_NEEDS_SIGNATURE") return false;
  const auto approver = link.approver();
  return approver && approver->is_enrolled();
}

int change(const Call& call, const broker::v1::SetLimitRequest& request) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->set_limit(request);
  if (!reply && needs_signature(*link, reply.error())) {
    broker::v1::OpenStatementRequest open;
    (*open.mutable_limits()->mutable_values())[request.key()] = request.value();
    return change_signed(call, *link, open);
  }
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_limit_set, limit_set_json);
  return kDone;
}

trading::Error nothing_waits(const std::string& key) {
  return trading::make_error(
      "LIMIT_NOT_WAITING",
      key.empty() ? "no looser value of the file waits" : "no looser value of " + key + " waits",
      "a looser value is written to .env first, then the broker is restarted; approval_cli limits "
      "shows what waits");
}

}  // namespace

int limits_show(const Call& call) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->limits();
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_limits, limits_json);
  return kDone;
}

int limits_set(const Call& call, const std::string& key, const std::string& value) {
  broker::v1::SetLimitRequest request;
  request.set_key(key);
  request.set_value(value);
  return change(call, request);
}

int limits_accept(const Call& call, const LimitsAcceptArguments& arguments) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto shown = link->limits();
  if (!shown) return report(call, shown.error());
  // The values go along: what the file says by then is accepted only if it is what was shown here.
  broker::v1::AcceptLimitsRequest request;
  std::string changes;
  for (const broker::v1::LimitRow& row : shown->limits()) {
    if (row.waiting().empty() || (!arguments.key.empty() && row.key() != arguments.key)) continue;
    (*request.mutable_limits())[row.key()] = row.waiting();
    changes += (changes.empty() ? "" : "; ") + loosening_text(row);
  }
  if (request.limits().empty())
    return report(call, nothing_waits(arguments.key));
  const auto confirmed =
      confirm(call, arguments.is_yes,
              "From the next trading day this lets the agent do more: " + changes + ".",
              "ACCEPT " + (arguments.key.empty() ? std::string("ALL") : arguments.key));
  if (!confirmed) return report(call, confirmed.error());
  const auto reply = link->accept_limits(request);
  if (!reply && needs_signature(*link, reply.error())) {
    broker::v1::OpenStatementRequest open;
    *open.mutable_accept()->mutable_values() = request.limits();
    return change_signed(call, *link, open);
  }
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_limits_accepted, limits_accepted_json);
  return kDone;
}

int limits_clear_agent(const Call& call, const std::string& key) {
  broker::v1::SetLimitRequest request;
  request.set_key(key);
  request.set_clear_agent(true);
  return change(call, request);
}

}  // namespace approval_cli::commands
