#include "execution_broker/audit/audit_table.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "trading/base/invariant.h"

namespace broker {
namespace {

using audit_format::Checkpoint;
using audit_format::Record;

constexpr std::string_view kColumns =
    "SELECT a.seq, a.ts, a.market_ts, a.boot, a.role, a.uid, a.type, a.subject, a.body_hash, "
    "a.prev, a.hash, "
    "b.salt, b.body FROM audit a LEFT JOIN audit_body b ON b.seq = a.seq ";
constexpr int kVerifyBatch = 1'000;

template <std::size_t N>
void copy_blob(Blob blob, std::array<std::uint8_t, N>& out) {
  INVARIANT(blob.size() == N, "a blob of the audit tables has another size than its CHECK says");
  std::copy(blob.begin(), blob.end(), out.begin());
}

Checkpoint checkpoint_of(const Statement& row, const std::string& ledger) {
  Checkpoint checkpoint;
  checkpoint.ledger = ledger;
  checkpoint.size = row.int64(0);
  checkpoint.previous = row.int64(1);
  checkpoint.ts = row.int64(2);
  copy_blob(row.blob(3), checkpoint.root);
  copy_blob(row.blob(4), checkpoint.signature);
  return checkpoint;
}

}  // namespace

trading::Result<std::string> AuditTable::ledger() {
  if (!ledger_.empty()) return ledger_;
  Statement select = database_->statement("SELECT ledger FROM audit_ledger WHERE id = 1");
  ASSIGN_OR_RETURN(const bool has_row, select.step());
  if (!has_row) {
    return trading::make_error("AUDIT_NO_LEDGER",
                               database_->path().string() + " has no audit log yet",
                               "start the broker on it once");
  }
  ledger_ = select.text(0);
  return ledger_;
}

trading::Result<Record> AuditTable::record_of(Statement& row) {
  Record record;
  ASSIGN_OR_RETURN(record.ledger, ledger());
  record.seq = row.int64(0);
  record.ts = row.int64(1);
  record.market_ts = row.optional_int64(2);
  record.boot = row.text(3);
  record.actor = {row.text(4), row.int64(5)};
  record.type = row.text(6);
  record.subject = row.text(7);
  copy_blob(row.blob(8), record.body_hash);
  copy_blob(row.blob(9), record.prev);
  copy_blob(row.blob(10), record.hash);
  if (!row.is_null(11)) {
    record.salt.emplace();
    copy_blob(row.blob(11), *record.salt);
    record.body = row.text(12);
  }
  return record;
}

trading::Result<std::optional<Record>> AuditTable::last_record() {
  static const std::string sql = std::string(kColumns) + "ORDER BY a.seq DESC LIMIT 1";
  Statement select = database_->statement(sql);
  ASSIGN_OR_RETURN(const bool has_row, select.step());
  if (!has_row) return std::optional<Record>{};
  ASSIGN_OR_RETURN(Record found, record_of(select));
  return std::optional<Record>(std::move(found));
}

trading::Result<std::optional<Record>> AuditTable::record(std::int64_t seq) {
  static const std::string sql = std::string(kColumns) + "WHERE a.seq = ?1";
  Statement select = database_->statement(sql);
  select.bind(1, seq);
  ASSIGN_OR_RETURN(const bool has_row, select.step());
  if (!has_row) return std::optional<Record>{};
  ASSIGN_OR_RETURN(Record found, record_of(select));
  return std::optional<Record>(std::move(found));
}

trading::Result<std::vector<AuditLine>> AuditTable::lines_after(AuditCursor cursor,
                                                                int most_records) {
  static const std::string sql = std::string(kColumns) + "WHERE a.seq > ?1 ORDER BY a.seq LIMIT ?2";
  std::vector<Record> records;
  Statement select = database_->statement(sql);
  select.bind_all(cursor.seq, most_records);
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, select.step());
    if (!has_row) break;
    ASSIGN_OR_RETURN(Record found, record_of(select));
    records.push_back(std::move(found));
  }
  select.reset();
  // Read second: a checkpoint of n is made only while n is the newest record, so no checkpoint that
  // belongs between the records above can be missing here; one that is newer waits for the next
  // call.
  const std::int64_t last = records.empty() ? cursor.seq : records.back().seq;
  std::vector<AuditLine> lines;
  auto next = records.begin();
  const auto pass_records = [&](std::int64_t until) {
    for (; next != records.end() && next->seq <= until; ++next) {
      cursor.seq = next->seq;
      lines.push_back({audit_format::line_of(*next), cursor, !next->body.has_value()});
    }
  };
  ASSIGN_OR_RETURN(const std::string name, ledger());
  Statement checkpoints = database_->statement(
      "SELECT size, previous, ts, root, signature FROM audit_checkpoint WHERE size > ?1 AND size "
      "<= ?2 ORDER BY size");
  checkpoints.bind_all(cursor.checkpoint, last);
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, checkpoints.step());
    if (!has_row) break;
    const Checkpoint checkpoint = checkpoint_of(checkpoints, name);
    pass_records(checkpoint.size);
    cursor.checkpoint = checkpoint.size;
    lines.push_back({audit_format::line_of(checkpoint), cursor, false});
  }
  pass_records(last);
  return lines;
}

trading::Result<std::int64_t> AuditTable::redactions() {
  ASSIGN_OR_RETURN(const auto count,
                   single_int64(database_->statement("SELECT count(*) FROM audit_redaction")));
  return count.value_or(0);
}

trading::Result<std::vector<audit_format::PublicKey>> AuditTable::public_keys() {
  std::vector<audit_format::PublicKey> keys;
  Statement select = database_->statement("SELECT public_key FROM audit_key ORDER BY seq");
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, select.step());
    if (!has_row) return keys;
    copy_blob(select.blob(0), keys.emplace_back());
  }
}

trading::Result<audit_format::Verification> AuditTable::verify(
    audit_format::VerifyOptions options) {
  audit_format::Verifier verifier(std::move(options));
  AuditCursor cursor;
  while (!verifier.has_failed()) {
    ASSIGN_OR_RETURN(const std::vector<AuditLine> lines, lines_after(cursor, kVerifyBatch));
    if (lines.empty()) break;
    for (const AuditLine& line : lines) verifier.add(line.text + "\n");
    cursor = lines.back().cursor;
  }
  return verifier.finish();
}

}  // namespace broker
