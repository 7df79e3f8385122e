#pragma once

// Proves an exported log (trade_logs.jsonl, several ledgers interleaved) without trusting who wrote
// it. Streaming: memory grows with the redactions that wait for their explanation, not with the
// log. Verification stops at the first bad line; docs/audit_format.md section "Verification" gives
// the order of the checks, and another verifier that follows it reaches the same verdict.

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/audit/format/checkpoint.h"
#include "execution_broker/audit/format/keys.h"
#include "execution_broker/audit/format/merkle.h"
#include "execution_broker/audit/format/record.h"
#include "execution_broker/audit/format/witness.h"

namespace audit_format {

// The values are exit codes of `approval_cli audit verify`.
enum class Verdict {
  kOk = 0,
  kTampered = 10,   // a line is not what was written: malformed, hash or body or root do not fit
  kTruncated = 11,  // the end is missing: torn last line, or fewer records than a witness has seen
  kBadSignature = 12,  // a checkpoint that none of the given keys signed
  kGapOrFork = 13,  // records or checkpoints missing, doubled or reordered; another history than a
                    // witness saw
};

struct VerifyOptions {
  std::vector<PublicKey> public_keys;  // none: signatures are not checked, and the answer says so
  std::vector<Witness> witnesses;
};

struct LedgerProof {
  std::int64_t records = 0;
  Digest head{};                    // hash of the last record
  std::int64_t signed_records = 0;  // size of the last good checkpoint
  std::int64_t unwitnessed = 0;     // records after the last one a witness has seen
};

struct Verification {
  Verdict verdict = Verdict::kOk;
  std::int64_t records = 0;        // good ones, all ledgers
  std::int64_t first_bad_seq = 0;  // 0 when ok
  std::string bad_ledger;          // empty when ok or not readable
  std::string reason;              // a sentence, empty when ok
  std::string head;  // hex hash of the last good record in the file; empty when there is none
  std::int64_t unwitnessed = 0;  // all ledgers
  bool signatures_checked = false;
  std::map<std::string, LedgerProof> ledgers;

  [[nodiscard]] bool ok() const { return verdict == Verdict::kOk; }
};

class Verifier {
 public:
  explicit Verifier(VerifyOptions options);
  void add(std::string_view bytes);  // the file's next bytes, cut anywhere
  [[nodiscard]] bool has_failed() const { return result_.verdict != Verdict::kOk; }
  Verification finish();  // once

 private:
  struct Ledger {
    std::int64_t records = 0;
    Digest head{};
    std::int64_t last_checkpoint = 0;
    MerkleFrontier tree;
    std::set<std::int64_t> without_body;  // and not yet named by an audit.redacted record
    std::set<std::int64_t> unsigned_redactions;  // named by one that no checkpoint covers yet
  };

  void line(std::string_view bytes);
  void record(const Record& record);
  void checkpoint(const Checkpoint& checkpoint);
  void fail(Verdict verdict, const std::string& ledger, std::int64_t seq, std::string reason);
  void note_redaction(Ledger& ledger, const Record& record);
  void check_witnesses();
  void check_redactions();
  [[nodiscard]] bool is_signed(const Checkpoint& checkpoint) const;
  [[nodiscard]] std::int64_t next_seq() const;  // of the ledger of the last good record

  VerifyOptions options_;
  std::string rest_;  // of a line whose end has not come yet
  std::map<std::string, Ledger> ledgers_;
  std::string last_ledger_;
  Verification result_;
};

Verification verify(std::istream& log, VerifyOptions options);

// {"first_bad_seq":...,"head":...,"ok":...,"records":...,"unwitnessed":...} and the details beside
// them.
trading::CanonicalJson to_json(const Verification& verification);

}  // namespace audit_format
