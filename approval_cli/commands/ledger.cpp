// ledger: the journal as canonical JSON lines, and its proof.

#include <functional>
#include <string>
#include <vector>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/replies_view.h"
#include "approval_cli/small_file.h"
#include "trading/base/canonical_json.h"

namespace approval_cli::commands {
namespace {

using Lines = std::vector<std::string>;

// The bytes are compared elsewhere, so they go out as they came; what is not canonical JSON is not
// a line of the journal.
trading::Result<trading::CanonicalJson> checked(const std::string& line) {
  auto parsed = trading::CanonicalJson::parse(line);
  if (parsed) return parsed;
  return trading::make_error(
      "BROKER_ANSWER_INVALID", "a line of the export is not canonical JSON: " + parsed.error().what,
      "nothing was kept; check that broker and approval_cli are of one release");
}

struct Export {
  std::string text;
  JsonArray lines;
  std::int64_t count = 0;
  trading::Status status;
};

Export collect(BrokerLink& link, bool wants_json_lines) {
  Export result;
  result.status = link.export_ledger(true, [&](const Lines& lines) -> trading::Status {
    for (const std::string& line : lines) {
      ASSIGN_OR_RETURN(const trading::CanonicalJson parsed, checked(line));
      ++result.count;
      wants_json_lines ? static_cast<void>(result.lines.value(parsed))
                       : static_cast<void>(result.text += line + "\n");
    }
    return {};
  });
  return result;
}

int to_file(const Call& call, const std::string& path, const Export& result) {
  if (const auto written = replace_file(path, result.text); !written)
    return report(call, written.error());
  if (call.is_json) {
    JsonObject json;
    json.text("file", path).integer("lines", result.count);
    call.console.out << json.write() << "\n";
  } else {
    call.console.out << result.count << " lines written to " << plain(path) << "\n";
  }
  return kDone;
}

// On a terminal the lines are cleaned like all text; in a pipe or file they are the exact bytes.
void to_screen(const Call& call, const Export& result) {
  if (!call.console.is_out_tty) {
    call.console.out << result.text;
    return;
  }
  std::string_view rest = result.text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    call.console.out << plain(rest.substr(0, end)) << "\n";
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

int ledger_export(const Call& call, const std::string& out_file) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const bool wants_json_lines = call.is_json && out_file.empty();
  const Export result = collect(*link, wants_json_lines);
  if (!result.status) return report(call, result.status.error());
  if (!out_file.empty()) return to_file(call, out_file, result);
  if (wants_json_lines) {
    JsonObject json;
    json.array("lines", result.lines).integer("count", result.count);
    call.console.out << json.write() << "\n";
  } else {
    to_screen(call, result);
  }
  return kDone;
}

int ledger_verify(const Call& call) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->verify_ledger();
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_ledger_proof, ledger_proof_json);
  return reply->is_ok() ? kDone : kRefused;
}

}  // namespace approval_cli::commands
