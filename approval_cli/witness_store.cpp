#include "approval_cli/witness_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "approval_cli/small_file.h"
#include "execution_broker/audit/format/digest.h"
#include "execution_broker/audit/format/record.h"

namespace approval_cli {
namespace {

using audit_format::Witness;
using trading::Result;

constexpr std::size_t kMostBytes = 1U << 20;

Result<std::string> read_or_empty(const std::filesystem::path& path) {
  auto text = read_small_file(path, kMostBytes);
  if (!text && text.error().code == "FILE_MISSING") return std::string();
  return text;
}

// For the operator alone: whoever can write here can make a cut log look whole.
trading::Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (!error && (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST)) return {};
  return trading::make_error("FILE_NOT_WRITTEN", "cannot make the folder " + folder.string(),
                             "check who owns the folder above it");
}

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (audit_format::is_name(line)) names.emplace(line);
  }
  return names;
}

}  // namespace

Result<WitnessStore> WitnessStore::of(const trading::HomeEnvironment& environment) {
  std::filesystem::path state = environment.xdg_state_home;
  if (!state.is_absolute()) {
    state = environment.user_home;
    if (!state.is_absolute()) {
      return trading::make_error("HOME_UNKNOWN",
                                 "the user has no home directory to keep a witness in",
                                 "set XDG_STATE_HOME, or give --witness FILE");
    }
    state = state / ".local" / "state";
  }
  return WitnessStore(state / "trading-mcp-witness");
}

// A ledger's name holds no slash, but it may be "..": the ending makes a file of it.
std::filesystem::path WitnessStore::file_of(const std::string& ledger) const {
  return folder_ / (ledger + ".json");
}

std::filesystem::path WitnessStore::ledgers_of(const std::filesystem::path& log) const {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::weakly_canonical(log, error);
  if (error) absolute = log;
  const audit_format::Digest digest = audit_format::sha256({}, absolute.string());
  return folder_ / "logs" / audit_format::to_hex(std::span(digest).first(16));
}

Result<std::vector<Witness>> WitnessStore::of_ledger(const std::string& ledger) const {
  if (!audit_format::is_name(ledger)) return std::vector<Witness>{};
  ASSIGN_OR_RETURN(const std::string text, read_or_empty(file_of(ledger)));
  auto witnesses = audit_format::parse_witnesses(text);
  if (!witnesses) {
    trading::Error error = std::move(witnesses.error());
    error.what = file_of(ledger).string() + ": " + error.what;
    error.fix =
        "somebody changed the witness file: restore it from a copy, or remove it knowing that "
        "the past is then unwitnessed";
    return error;
  }
  std::erase_if(*witnesses, [&](const Witness& witness) { return witness.ledger != ledger; });
  return witnesses;
}

Result<std::vector<Witness>> WitnessStore::of_log(const std::filesystem::path& log) const {
  ASSIGN_OR_RETURN(const std::string text, read_or_empty(ledgers_of(log)));
  std::vector<Witness> all;
  for (const std::string& ledger : names_in(text)) {
    ASSIGN_OR_RETURN(const std::vector<Witness> known, of_ledger(ledger));
    all.insert(all.end(), known.begin(), known.end());
  }
  return all;
}

trading::Status WitnessStore::keep(const std::filesystem::path& log,
                                   const audit_format::Verification& verification) const {
  RETURN_IF_ERROR(make_folder(folder_));
  RETURN_IF_ERROR(make_folder(folder_ / "logs"));
  ASSIGN_OR_RETURN(const std::string text, read_or_empty(ledgers_of(log)));
  std::set<std::string> names = names_in(text);
  for (const auto& [ledger, proof] : verification.ledgers) {
    if (proof.records < 1) continue;
    ASSIGN_OR_RETURN(const std::vector<Witness> known, of_ledger(ledger));
    const bool is_older = std::any_of(known.begin(), known.end(), [&proof](const Witness& witness) {
      return witness.size > proof.records;
    });
    if (!is_older) {
      RETURN_IF_ERROR(replace_file(
          file_of(ledger), audit_format::line_of({ledger, proof.records, proof.head}) + "\n"));
    }
    names.insert(ledger);
  }
  std::string listed;
  for (const std::string& name : names) listed += name + "\n";
  return listed == text ? trading::Status() : replace_file(ledgers_of(log), listed);
}

trading::Status WitnessStore::saw(const Witness& witness) const {
  if (!audit_format::is_name(witness.ledger) || witness.size < 1)
    return trading::make_error("AUDIT_WITNESS_INVALID", "that is no head of a log", "run approval_cli audit verify");
  RETURN_IF_ERROR(make_folder(folder_));
  ASSIGN_OR_RETURN(const std::vector<Witness> known, of_ledger(witness.ledger));
  for (const Witness& seen : known)
    if (seen.size >= witness.size) return {};
  return replace_file(file_of(witness.ledger), audit_format::line_of(witness) + "\n");
}

}  // namespace approval_cli
