// halt, reduce-only, resume.

#include <optional>
#include <utility>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/halt_file.h"
#include "approval_cli/halting.h"
#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/rendering/replies_view.h"
#include "approval_cli/signer.h"
#include "broker/v1/approval.pb.h"
#include "proto/convert/text.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;
constexpr std::size_t kMostReason =
    200;  // what the broker takes; a long reason must not cost the halt

void tell_file_halt(const Call& call, const trading::Error& why) {
  if (call.is_json) {
    JsonObject json;
    json.text("operator_state", "halted")
        .text("halted_by", "file")
        .text("file", call.home + "/run/HALT")
        .text("broker", why.text());
    call.console.out << json.write() << "\n";
    return;
  }
  Page page(call.has_colour());
  page.line("HALTED by the file run/HALT", Tone::kBad);
  page.wrapped("  ", "The broker did not halt when asked (" + why.code + ": " + why.what + ").");
  page.wrapped("  ", "I made " + call.home +
                         "/run/HALT: every book halts as soon as a broker sees "
                         "it, and a broker that starts is halted from its first moment.");
  page.wrapped("  ", "If a position is open, look at it at the exchange: approval_cli status.");
  call.console.out << page.text();
}

}  // namespace

int halt(const Call& call, const std::string& said) {
  const std::string reason = wire::clean_text(said, kMostReason);
  const auto halted = halt_now(call.home, call.version, reason);
  if (!halted) {
    report(call, halted.error());
    return kNoBroker;
  }
  if (halted->by_broker) answer(call, *halted->by_broker, print_stopped, operator_state_json);
  else tell_file_halt(call, *halted->why_by_file);
  return kDone;
}

int reduce_only(const Call& call, const std::string& said) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->reduce_only(wire::clean_text(said, kMostReason));
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_stopped, operator_state_json);
  return kDone;
}

// Where an approver is enrolled his signature resumes. The file goes first: the latch that it left keeps the desk halted.
static int resume_signed(const Call& call, BrokerLink& link, const ResumeArguments& arguments) {
  if (const auto terminal = must_be_at_terminal(call); !terminal) return report(call, terminal.error());
  auto signer = Signer::of(call, "");
  if (!signer) return report(call, signer.error());
  if (read_halt_file(call.home))
    if (const auto removed = remove_halt_file(call.home); !removed) return report(call, removed.error());
  v1::OpenStatementRequest open;
  open.mutable_resume()->set_reason(wire::clean_text(arguments.reason, kMostReason));
  const auto opened = link.open_statement(open);
  if (!opened) return report(call, opened.error());
  const auto reply = signer->sign(call, link, *opened, false);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_signed, signed_json);
  return reply->operator_state().operator_state() == "open" ? kDone : kRefused;
}

// The file goes before the call, and only when a broker is there to keep the halt in its ledger:
// one that stood on would hide the next file, and one removed without a broker would resume by
// itself.
int resume(const Call& call, const ResumeArguments& arguments) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto approver = link->approver();
  if (approver && approver->is_enrolled()) return resume_signed(call, *link, arguments);
  std::string question = "This lets the agent open positions again and clears every latch.";
  if (!arguments.is_yes) {
    if (const auto status = link->status())
      for (const std::string& reason : status->reasons())
        question += " It stopped for: " + reason + ".";
  }
  const auto file = read_halt_file(call.home);
  if (file)
    question +=
        " run/HALT stands" + (file->empty() ? "" : " (" + *file + ")") + " and will be removed.";
  const auto confirmed = confirm(call, arguments.is_yes, question, "RESUME");
  if (!confirmed) return report(call, confirmed.error());
  if (const auto removed = remove_halt_file(call.home); !removed)
    return report(call, removed.error());
  const auto reply = link->resume(wire::clean_text(arguments.reason, kMostReason));
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_resumed, operator_state_json);
  return reply->operator_state() == "open" ? kDone : kRefused;
}

}  // namespace approval_cli::commands
