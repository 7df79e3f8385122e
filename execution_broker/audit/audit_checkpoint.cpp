// Checkpoints: signed off the order path, and the proof of the log's tail at the start.

#include <algorithm>
#include <utility>

#include "execution_broker/audit/audit_log.h"
#include "execution_broker/audit/format/checkpoint.h"
#include "trading/base/invariant.h"

namespace broker {
namespace {

using audit_format::Checkpoint;
using audit_format::Digest;
using audit_format::MerkleFrontier;

trading::Error chain_broken(const std::string& ledger, std::int64_t seq, const std::string& why) {
  return trading::make_error(
      "AUDIT_CHAIN_BROKEN",
      "the audit log of " + ledger + " is damaged at record " + std::to_string(seq) + ": " + why,
      "keep a copy of the database, compare it with the last backup and with trade_logs.jsonl; "
      "run approval_cli audit verify");
}

// Adds the hashes of all records after the frontier to it.
trading::Status extend(Database& database, MerkleFrontier& frontier) {
  Statement select = database.statement("SELECT hash FROM audit WHERE seq > ?1 ORDER BY seq");
  select.bind(1, frontier.size());
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, select.step());
    if (!has_row) return {};
    Digest leaf{};
    const Blob hash = select.blob(0);
    INVARIANT(hash.size() == leaf.size(),
              "a hash of the audit table has another size than its CHECK says");
    std::copy(hash.begin(), hash.end(), leaf.begin());
    frontier.add(leaf);
  }
}

}  // namespace

trading::Status AuditLog::start() {
  RETURN_IF_ERROR(name_ledger());
  RETURN_IF_ERROR(prove_tail());
  return announce_key();
}

trading::Status AuditLog::prove_tail() {
  Checkpoint last;
  {
    Statement select = database_->statement(
        "SELECT size, previous, ts, root, signature, frontier FROM audit_checkpoint ORDER BY size "
        "DESC LIMIT 1");
    ASSIGN_OR_RETURN(const bool has_row, select.step());
    if (has_row) {
      last.ledger = ledger_;
      last.size = select.int64(0);
      last.previous = select.int64(1);
      last.ts = select.int64(2);
      const Blob root = select.blob(3);
      const Blob signature = select.blob(4);
      std::copy(root.begin(), root.end(), last.root.begin());
      std::copy(signature.begin(), signature.end(), last.signature.begin());
      const auto frontier = MerkleFrontier::from_bytes(last.size, select.blob(5));
      if (!frontier || frontier->root() != last.root) {
        return chain_broken(ledger_, last.size, "the checkpoint's frontier does not give its root");
      }
      frontier_ = *frontier;
    }
  }
  if (last.size > 0) {
    ASSIGN_OR_RETURN(const auto keys, table_.public_keys());
    const std::string text = audit_format::signed_text(last);
    const bool is_signed =
        std::any_of(keys.begin(), keys.end(), [&](const audit_format::PublicKey& key) {
          return audit_format::is_signed_by(key, text, last.signature);
        });
    if (!is_signed)
      return chain_broken(ledger_, last.size,
                          "the last checkpoint is signed by no key of this log");
  }
  Digest prev{};
  AuditCursor cursor{last.size, last.size};
  if (last.size > 0) {
    ASSIGN_OR_RETURN(const auto record, table_.record(last.size));
    if (!record)
      return chain_broken(ledger_, last.size, "the record under the last checkpoint is missing");
    prev = record->hash;
  }
  for (std::int64_t seq = last.size + 1;; ++seq) {
    ASSIGN_OR_RETURN(const auto record, table_.record(seq));
    if (!record) break;
    if (record->prev != prev)
      return chain_broken(ledger_, seq, "it does not follow the record before");
    if (audit_format::leaf_hash(audit_format::core_bytes(*record)) != record->hash) {
      return chain_broken(ledger_, seq, "it does not have its hash");
    }
    if (record->body &&
        audit_format::body_commitment(*record->salt, *record->body) != record->body_hash) {
      return chain_broken(ledger_, seq, "its body is not the one committed to");
    }
    prev = record->hash;
    cursor.seq = seq;
  }
  ASSIGN_OR_RETURN(const AuditPosition newest, head());
  if (newest.seq != cursor.seq) return chain_broken(ledger_, cursor.seq + 1, "it is missing");
  return {};
}

trading::Result<bool> AuditLog::is_checkpoint_due(std::int64_t steady_us) {
  ASSIGN_OR_RETURN(const AuditPosition newest, head());
  const std::int64_t waiting = newest.seq - frontier_.size();
  return waiting >= kCheckpointRecords ||
         (waiting > 0 && steady_us - last_checkpoint_us_ >= kCheckpointUs);
}

trading::Status AuditLog::write_checkpoint() {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  MerkleFrontier frontier = frontier_;
  RETURN_IF_ERROR(extend(*database_, frontier));
  Checkpoint checkpoint;
  checkpoint.ledger = ledger_;
  checkpoint.size = frontier.size();
  checkpoint.previous = frontier_.size();
  checkpoint.ts = std::max<std::int64_t>(0, options_.wall_now().us);
  checkpoint.root = frontier.root();
  checkpoint.signature = key_.sign(audit_format::signed_text(checkpoint));
  Statement insert = transaction.statement(
      "INSERT INTO audit_checkpoint(size, previous, ts, root, signature, frontier) VALUES(?1, ?2, "
      "?3, ?4, ?5, ?6)");
  insert.bind_all(checkpoint.size, checkpoint.previous, checkpoint.ts, Blob(checkpoint.root),
                  Blob(checkpoint.signature), Blob(frontier.bytes()));
  RETURN_IF_ERROR(insert.run());
  RETURN_IF_ERROR(transaction.commit());
  frontier_ = std::move(frontier);
  return {};
}

trading::Result<bool> AuditLog::tick(std::int64_t steady_us) {
  ASSIGN_OR_RETURN(const AuditPosition before, head());
  RETURN_IF_ERROR(write_summaries(steady_us, false));
  ASSIGN_OR_RETURN(const bool is_due, is_checkpoint_due(steady_us));
  if (is_due) {
    RETURN_IF_ERROR(write_checkpoint());
    last_checkpoint_us_ = steady_us;
    return true;
  }
  ASSIGN_OR_RETURN(const AuditPosition after, head());
  return after.seq != before.seq;
}

trading::Status AuditLog::close(std::int64_t steady_us) {
  RETURN_IF_ERROR(write_summaries(steady_us, true));
  ASSIGN_OR_RETURN(const AuditPosition newest, head());
  if (newest.seq == frontier_.size()) return {};
  RETURN_IF_ERROR(write_checkpoint());
  last_checkpoint_us_ = steady_us;
  return {};
}

}  // namespace broker
