// limits: what is in force and whose word it is; an operator's own word; the agent's taken back.

#include "approval_cli/rendering/limits_view.h"

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"

namespace approval_cli::commands {
namespace {

int change(const Call& call, const broker::v1::SetLimitRequest& request) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->set_limit(request);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_limit_set, limit_set_json);
  return kDone;
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

int limits_clear_agent(const Call& call, const std::string& key) {
  broker::v1::SetLimitRequest request;
  request.set_key(key);
  request.set_clear_agent(true);
  return change(call, request);
}

}  // namespace approval_cli::commands
