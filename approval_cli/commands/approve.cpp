// pending, show, approve, reject, watch: what waits for the human, and his word on it.

#include <chrono>
#include <map>
#include <thread>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/rendering/card_view.h"
#include "approval_cli/signer.h"
#include "broker/v1/approval.pb.h"
#include "execution_broker/approval/format/statement.h"
#include "proto/convert/text.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;

constexpr std::size_t kMostReason = 200;
constexpr std::chrono::seconds kWatchEvery{1};
constexpr std::chrono::seconds kShownAgainAfter{20};  // one that could not be signed, and still waits

trading::Result<v1::OpenStatementReply> open_order(BrokerLink& link, const std::string& order_id) {
  v1::OpenStatementRequest request;
  request.set_order_id(order_id);
  return link.open_statement(request);
}

int reject_now(const Call& call, BrokerLink& link, const std::string& order_id, const std::string& reason) {
  v1::RejectOrderRequest request;
  request.set_order_id(order_id);
  request.set_reason(wire::clean_text(reason, kMostReason));
  const auto reply = link.reject_order(request);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_rejected, rejected_json);
  return kDone;
}

// Shows one, asks, signs or rejects; no answer in time rejects, too. Another word signs nothing and leaves it waiting.
int decide(const Call& call, BrokerLink& link, Signer& signer, const std::string& order_id) {
  const auto opened = open_order(link, order_id);
  if (!opened) return report(call, opened.error());
  const auto reply = signer.sign(call, link, *opened, true);
  if (!reply && reply.error().code == "REJECTED_BY_HUMAN") return reject_now(call, link, order_id, "");
  if (!reply && reply.error().code == kNotAnswered) {
    const int rejected = reject_now(call, link, order_id, "no answer in time");
    return rejected == kDone ? kRefused : rejected;
  }
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_signed, signed_json);
  const std::string& status = reply->order().order().status();
  return status == "REJECTED" || status == "NOT_SENT" || status == "UNKNOWN" || status == "REJECTED_LATE" ? kRefused : kDone;
}

}  // namespace

int pending(const Call& call, bool with_ended) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  v1::ListProposalsRequest request;
  request.set_with_ended(with_ended);
  const auto reply = link->proposals(request);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_proposals, proposals_json);
  return kDone;
}

int show(const Call& call, const std::string& order_id) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto opened = open_order(*link, order_id);
  if (!opened) return report(call, opened.error());
  const auto statement = approval_format::parse_statement(opened->statement());
  if (!statement) return report(call, statement.error());
  if (call.is_json) {
    JsonObject json;
    json.value("statement", *statement).boolean("needs_totp", opened->needs_totp()).boolean("is_quick", opened->is_quick());
    json.integer("drift_bps", opened->proposal().drift_bps()).boolean("is_tainted", opened->proposal().is_tainted());
    json.text("reason", opened->proposal().reason());
    call.console.out << json.write() << "\n";
    return kDone;
  }
  const auto card = card_of(*statement, opened->proposal(), call.has_colour());
  if (!card) return report(call, card.error());
  call.console.out << *card;
  return kDone;
}

int approve(const Call& call, const ApproveArguments& arguments) {
  if (const auto terminal = must_be_at_terminal(call); !terminal) return report(call, terminal.error());
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  auto signer = Signer::of(call, arguments.key_file);
  if (!signer) return report(call, signer.error());
  return decide(call, *link, *signer, arguments.order_id);
}

int reject(const Call& call, const std::string& order_id, const std::string& reason) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  return reject_now(call, *link, order_id, reason);
}

// One after the other, never two at once, until the terminal or the broker goes.
int watch(const Call& call, const WatchArguments& arguments) {
  if (const auto terminal = must_be_at_terminal(call); !terminal) return report(call, terminal.error());
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  auto signer = Signer::of(call, arguments.key_file);
  if (!signer) return report(call, signer.error());
  std::map<std::string, std::chrono::steady_clock::time_point> not_before;  // of those that were shown
  std::int64_t last_use = -1;
  call.console.err << "Waiting for proposals. Ctrl-C ends it.\n" << std::flush;
  for (int decided = 0; arguments.most == 0 || decided < arguments.most;) {
    const auto waiting = link->proposals(v1::ListProposalsRequest());
    if (!waiting) return report(call, waiting.error());
    // Each use of a mandate is told.
    if (const auto mandates = link->mandates()) {
      std::int64_t used = 0;
      for (const v1::Mandate& mandate : mandates->mandates()) used += mandate.used_entries();
      if (last_use >= 0 && used > last_use) call.console.err << "\aAn entry was sent under a mandate: approval_cli mandate, approval_cli orders\n" << std::flush;
      last_use = used;
    }
    const v1::Proposal* next = nullptr;
    for (const v1::Proposal& proposal : waiting->proposals())
      if (const auto shown = not_before.find(proposal.order().order_id());
          shown == not_before.end() || shown->second <= std::chrono::steady_clock::now())
        next = &proposal;  // oldest first: the list is newest first
    if (next == nullptr) {
      std::this_thread::sleep_for(kWatchEvery);
      continue;
    }
    call.console.err << "\a" << std::flush;
    const std::string order_id = next->order().order_id();
    decide(call, *link, *signer, order_id);
    not_before[order_id] = std::chrono::steady_clock::now() + kShownAgainAfter;
    ++decided;
  }
  return kDone;
}

}  // namespace approval_cli::commands
