#pragma once

// The hash-chained log of one database. append() runs inside the caller's transaction, so a
// decision and its effect are committed together or not at all; nothing is remembered outside the
// database between two appends, so a rollback needs no care. Belongs to the thread of its Database.
//
// Off the order path the owner calls tick(): it writes due summaries of repeated refusals and signs
// a checkpoint every kCheckpointRecords records or kCheckpointUs, in a transaction of its own.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "execution_broker/audit/audit_table.h"
#include "execution_broker/audit/format/keys.h"
#include "execution_broker/audit/format/merkle.h"
#include "execution_broker/audit/format/record.h"
#include "execution_broker/audit/repeat_quota.h"
#include "execution_broker/storage/transaction.h"
#include "trading/base/canonical_json.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace broker {

using Actor = audit_format::Actor;

inline constexpr std::size_t kMaxAuditBodyBytes = 16'384;
inline constexpr std::size_t kMaxAuditBodyDepth =
    30;  // a line is one deeper, and canonical JSON ends at 32
inline constexpr std::int64_t kCheckpointRecords = 256;
inline constexpr std::int64_t kCheckpointUs = 1'000'000;

struct AuditOptions {
  std::string
      ledger_prefix;  // "paper", "rehearsal", "live": a new ledger is named <prefix>-<random>
  std::string boot;   // audit_format::random_id(), one for each start, shared by all books
  std::function<trading::Timestamp()> wall_now;
  std::filesystem::path signing_key_file;  // created when missing; may be shared by all books
  std::filesystem::path public_key_file;   // keys/audit.pub
};

struct AuditEvent {
  std::string type;  // a name, "prepare_order.refused"
  Actor actor;
  std::string subject;          // order id, symbol...; cut at 128 bytes
  trading::CanonicalJson body;  // an object; integers named _paise or _e4; never a secret
  std::optional<trading::Timestamp> market_ts;
};

struct AuditPosition {
  std::int64_t seq = 0;
  audit_format::Digest hash{};
};

class AuditLog {
 public:
  // Names the ledger at the first start, loads or makes the key, and proves the log from the last
  // checkpoint to its end. Errors: AUDIT_CHAIN_BROKEN (with the seq: the broker does not start on it), AUDIT_KEY_*,
  // and those of Transaction.
  static trading::Result<std::unique_ptr<AuditLog>> open(Database& database, AuditOptions options);

  [[nodiscard]] const std::string& ledger() const { return ledger_; }
  [[nodiscard]] const std::string& boot() const { return options_.boot; }
  [[nodiscard]] const audit_format::PublicKey& public_key() const { return key_.public_key(); }

  // The body is kept as it is up to kMaxAuditBodyBytes; a larger or deeper one is replaced by its
  // size and SHA-256, so that nobody can keep a decision out of the log by making it large. About
  // 10 us without the commit. Errors: DISK_FULL, STORAGE_BUSY.
  trading::Result<AuditPosition> append(Transaction& transaction, const AuditEvent& event);

  // For what an agent can cause at will: recorded while the quota of (uid, type, code) lasts, else
  // counted (nullopt) and told by a `repeats.summary` record from tick(). A count not yet told is
  // lost when the process is killed.
  trading::Result<std::optional<AuditPosition>> append_refusal(Transaction& transaction,
                                                               const AuditEvent& event,
                                                               const std::string& code,
                                                               std::int64_t steady_us);

  // Removes body and salt of a record and records that (`audit.redacted`, naming seq and reason).
  // The exporter rewrites its file by itself. AUDIT_NOT_FOUND, AUDIT_ALREADY_REDACTED,
  // AUDIT_NOT_REDACTABLE (a redaction).
  trading::Result<AuditPosition> redact(Transaction& transaction, std::int64_t seq,
                                        const Actor& actor, const std::string& reason);

  // Call several times a second, never inside a transaction. true: something was written.
  trading::Result<bool> tick(std::int64_t steady_us);
  // At an orderly stop: open counts and a last checkpoint.
  trading::Status close(std::int64_t steady_us);

  // The newest record: what an approval is signed over and a witness keeps. Zero seq in an empty
  // log.
  trading::Result<AuditPosition> head();

 private:
  AuditLog(Database& database, AuditOptions options, audit_format::SigningKey key)
      : database_(&database),
        table_(database),
        options_(std::move(options)),
        key_(std::move(key)) {}

  trading::Status start();
  trading::Status name_ledger();
  trading::Status announce_key();
  trading::Status prove_tail();
  trading::Status write_summaries(std::int64_t steady_us, bool all);
  trading::Status write_checkpoint();
  trading::Result<bool> is_checkpoint_due(std::int64_t steady_us);

  Database* database_;
  AuditTable table_;
  AuditOptions options_;
  audit_format::SigningKey key_;
  std::string ledger_;
  RepeatQuota quota_;
  std::optional<AuditPosition> last_;  // the record appended last...
  std::int64_t last_is_as_of_ = 0;     // ...when the database had undone so many transactions
  audit_format::MerkleFrontier frontier_;  // as of the last committed checkpoint
  std::int64_t last_checkpoint_us_ = 0;    // steady
};

}  // namespace broker
