#pragma once

// Reading the audit tables back as records, checkpoints and lines. Works on the writer and on a
// reader connection; belongs to that connection's thread. Errors: STORAGE_BUSY; AUDIT_NO_LEDGER
// when the database has no log yet.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/audit/format/checkpoint.h"
#include "execution_broker/audit/format/record.h"
#include "execution_broker/audit/format/verifier.h"
#include "execution_broker/storage/database.h"
#include "trading/base/result.h"

namespace broker {

// A place in the sequence of a ledger's lines: record 1, [checkpoint of 1], record 2, [checkpoint
// of 2]...
struct AuditCursor {
  std::int64_t seq = 0;         // last record passed
  std::int64_t checkpoint = 0;  // size of the last checkpoint passed
};

struct AuditLine {
  std::string text;    // without newline
  AuditCursor cursor;  // the place after this line
  bool is_redacted = false;
};

class AuditTable {
 public:
  explicit AuditTable(Database& database) : database_(&database) {}

  trading::Result<std::string> ledger();
  // The newest record; nullopt in an empty log.
  trading::Result<std::optional<audit_format::Record>> last_record();
  trading::Result<std::optional<audit_format::Record>> record(std::int64_t seq);
  // Next lines after `cursor` in file order, up to `most_records` records with the checkpoints
  // between them.
  trading::Result<std::vector<AuditLine>> lines_after(AuditCursor cursor, int most_records);
  trading::Result<std::int64_t> redactions();
  trading::Result<std::vector<audit_format::PublicKey>> public_keys();

  // The whole log through the verifier, as if it had been exported. For the daily check.
  trading::Result<audit_format::Verification> verify(audit_format::VerifyOptions options);

 private:
  trading::Result<audit_format::Record> record_of(Statement& row);
  Database* database_;
  std::string ledger_;  // read once
};

}  // namespace broker
