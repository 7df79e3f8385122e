#pragma once

// What the operator's side remembers of the audit log, outside the broker's reach: for each ledger
// how many records it had and the hash of the last one. Kept under the operator's own state folder:
//
//   trading-mcp-witness/<ledger>.json         one witness line, see audit/format/witness.h
//   trading-mcp-witness/logs/<hash of path>   the ledgers that were seen in that log, one a line
//
// The second makes a log answer for every ledger that was ever in it: a log that was thrown away
// and begun anew is short of what was seen, not a clean new one.

#include <filesystem>
#include <string>
#include <vector>

#include "execution_broker/audit/format/verifier.h"
#include "execution_broker/audit/format/witness.h"
#include "trading/base/home.h"
#include "trading/base/result.h"

namespace approval_cli {

class WitnessStore {
 public:
  explicit WitnessStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // $XDG_STATE_HOME/trading-mcp-witness, else ~/.local/state/trading-mcp-witness. A relative
  // XDG_STATE_HOME does not count. HOME_UNKNOWN.
  static trading::Result<WitnessStore> of(const trading::HomeEnvironment& environment);

  // Every witness that this log has to answer for.
  [[nodiscard]] trading::Result<std::vector<audit_format::Witness>> of_log(
      const std::filesystem::path& log) const;
  // Of one ledger; none or one.
  [[nodiscard]] trading::Result<std::vector<audit_format::Witness>> of_ledger(
      const std::string& ledger) const;
  // Remembers a good verification. Never goes back to fewer records.
  trading::Status keep(const std::filesystem::path& log,
                       const audit_format::Verification& verification) const;
  // Remembers a head that a broker told and that goes on from what was seen. Never goes back.
  trading::Status saw(const audit_format::Witness& witness) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& ledger) const;
  [[nodiscard]] std::filesystem::path ledgers_of(const std::filesystem::path& log) const;
  std::filesystem::path folder_;
};

}  // namespace approval_cli
