// audit: verify proves the exported log offline, with nothing of the broker but its files; tail
// asks the broker for the newest records.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/home_paths.h"
#include "approval_cli/rendering/audit_view.h"
#include "approval_cli/small_file.h"
#include "approval_cli/witness_store.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;
using audit_format::Verdict;
using audit_format::Verification;
using audit_format::VerifyOptions;
using trading::Result;

constexpr std::size_t kMostKeyBytes = 1U << 20;
constexpr std::size_t kMostWitnessBytes = 16U << 20;
// The broker may be in the middle of writing a line: an end that is missing is looked at again
// while the file grows.
constexpr int kLooks = 5;
constexpr std::chrono::milliseconds kBetweenLooks{200};

trading::Error unreadable(trading::Error error) {
  return usage_error(error.what,
                     "check the path and who may read it; a home of another user is "
                     "verified from a copy, with --log and --key");
}

// The home's key may be missing only for a log that is not the home's: without it a rewritten
// history could pass, and taking the key away must not be a way to get that.
Result<std::vector<audit_format::PublicKey>> keys_of(const Call& call,
                                                     const AuditVerifyArguments& arguments) {
  const bool is_given = !arguments.key.empty();
  const std::filesystem::path path =
      is_given ? std::filesystem::path(arguments.key) : HomePaths{call.home}.audit_keys();
  const auto text = read_small_file(path, kMostKeyBytes);
  if (!text) {
    if (!is_given && !arguments.log.empty() && text.error().code == "FILE_MISSING")
      return std::vector<audit_format::PublicKey>{};
    return unreadable(text.error());
  }
  auto keys = audit_format::parse_public_keys(*text);
  if (!keys) return usage_error(path.string() + ": " + keys.error().what, keys.error().fix);
  if (keys->empty()) return usage_error(path.string() + " holds no key", "give --key FILE");
  return keys;
}

Result<std::vector<audit_format::Witness>> witnesses_of(const std::optional<WitnessStore>& store,
                                                        const std::filesystem::path& log,
                                                        const std::string& given) {
  if (store) return store->of_log(log);
  const auto text = read_small_file(given, kMostWitnessBytes);
  if (!text) return unreadable(text.error());
  auto witnesses = audit_format::parse_witnesses(*text);
  if (!witnesses) return usage_error(given + ": " + witnesses.error().what, witnesses.error().fix);
  return witnesses;
}

// A ledger that this log never held before may still be known from another place of the same log.
Result<Verification> look(const std::filesystem::path& log, VerifyOptions options) {
  std::ifstream in(log, std::ios::binary);
  if (!in) {
    // A log that is gone is a log of no records: what witnesses saw of it is missing.
    std::error_code error;
    const bool is_gone = !std::filesystem::exists(log, error) && !error;
    if (!is_gone || options.witnesses.empty())
      return usage_error("cannot read the audit log " + log.string(),
                         "check the path and who may read it; start the broker once to make it");
  }
  return audit_format::verify(in, std::move(options));
}

Result<Verification> verify_once(const std::filesystem::path& log, const VerifyOptions& options,
                                 const std::optional<WitnessStore>& store) {
  ASSIGN_OR_RETURN(Verification first, look(log, options));
  if (!store) return first;
  // Ledgers met here for the first time under this path, with a witness of their own.
  VerifyOptions all = options;
  for (const auto& [ledger, proof] : first.ledgers) {
    ASSIGN_OR_RETURN(const std::vector<audit_format::Witness> known, store->of_ledger(ledger));
    for (const audit_format::Witness& witness : known) {
      bool is_there = false;
      for (const audit_format::Witness& one : options.witnesses)
        is_there = is_there || one.ledger == witness.ledger;
      if (!is_there) all.witnesses.push_back(witness);
    }
  }
  if (all.witnesses.size() == options.witnesses.size()) return first;
  return look(log, std::move(all));
}

Result<Verification> verify(const std::filesystem::path& log, const VerifyOptions& options,
                            const std::optional<WitnessStore>& store) {
  const auto size_of_log = [&log] {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(log, error);
    return error ? 0 : size;
  };
  for (int look = 1;; ++look) {
    const std::uintmax_t size = size_of_log();
    auto verification = verify_once(log, options, store);
    const bool may_be_unfinished = verification && verification->verdict == Verdict::kTruncated;
    if (!may_be_unfinished || look == kLooks) return verification;
    std::this_thread::sleep_for(kBetweenLooks);
    if (size_of_log() == size) return verification;
  }
}

void print(const Call& call, const Verification& verification, const std::filesystem::path& log,
           const std::string& witness_note) {
  if (call.is_json) {
    trading::CanonicalJson json = audit_format::to_json(verification);
    json.set("log", log.string());
    json.set("witness", witness_note);
    call.console.out << json.write() << "\n";
    return;
  }
  Page page(call.has_colour());
  print_verification(verification, log.string(), page);
  page.wrapped("  ", witness_note);
  call.console.out << page.text();
}

std::string keep(const std::optional<WitnessStore>& store, const std::filesystem::path& log,
                 const Verification& verification, const std::string& given) {
  if (!store) return "Compared with the witness " + given + ", which was not changed.";
  if (!verification.ok()) return "The witness in " + store->folder().string() + " was not changed.";
  const auto kept = store->keep(log, verification);
  if (!kept) return "THE WITNESS WAS NOT KEPT: " + kept.error().text();
  return "Remembered in " + store->folder().string() + " for the next time.";
}

}  // namespace

int audit_verify(const Call& call, const AuditVerifyArguments& arguments) {
  const std::filesystem::path log = arguments.log.empty() ? HomePaths{call.home}.trade_logs()
                                                          : std::filesystem::path(arguments.log);
  std::optional<WitnessStore> store;
  if (arguments.witness.empty()) {
    auto found = WitnessStore::of(call.console.environment);
    if (!found) return report(call, found.error());
    store = std::move(*found);
  }
  auto keys = keys_of(call, arguments);
  if (!keys) return report(call, keys.error());
  auto witnesses = witnesses_of(store, log, arguments.witness);
  if (!witnesses) return report(call, witnesses.error());
  const VerifyOptions options{std::move(*keys), std::move(*witnesses)};
  const auto verification = verify(log, options, store);
  if (!verification) return report(call, verification.error());
  print(call, *verification, log, keep(store, log, *verification, arguments.witness));
  return static_cast<int>(verification->verdict);
}

int audit_tail(const Call& call, const AuditTailArguments& arguments) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  v1::FetchAuditTrailRequest request;
  request.set_limit(arguments.count);
  request.set_event(arguments.event);
  request.set_symbol(arguments.symbol);
  const auto reply = link->audit_trail(request);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_audit_trail, audit_trail_json);
  return kDone;
}

}  // namespace approval_cli::commands
