// Writing: records, redactions, summaries. Checkpoints and the check at the start stand in
// audit_checkpoint.cpp.

#include "execution_broker/audit/audit_log.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "execution_broker/audit/signing_key_file.h"
#include "trading/base/invariant.h"

namespace broker {
namespace {

using audit_format::Digest;
using audit_format::Record;
using trading::CanonicalJson;

constexpr std::size_t kMaxSubjectBytes = 128;

Actor broker_itself() {
  return {"broker", static_cast<std::int64_t>(::geteuid())};
}

std::string valid_subject(const std::string& subject) {
  std::string text = trading::to_valid_utf8(subject);
  if (text.size() <= kMaxSubjectBytes) return text;
  std::size_t end = kMaxSubjectBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // not inside a character
  text.resize(end);
  return text;
}

std::string bounded_body(const CanonicalJson& body) {
  INVARIANT(body.if_object() != nullptr, "an audit body is an object");
  if (body.depth() > kMaxAuditBodyDepth) {
    return CanonicalJson::object({{"omitted", "nested too deep"}}).write();
  }
  std::string text = body.write();
  if (text.size() <= kMaxAuditBodyBytes) return text;
  return CanonicalJson::object({{"bytes", static_cast<std::int64_t>(text.size())},
                                {"omitted", "too large"},
                                {"sha256", audit_format::to_hex(audit_format::sha256({}, text))}})
      .write();
}

std::optional<std::string> symbol_of(const CanonicalJson& body) {
  const CanonicalJson* symbol = body.find("symbol");
  const std::string* text = symbol == nullptr ? nullptr : symbol->if_string();
  if (text == nullptr) return std::nullopt;
  return *text;
}

}  // namespace

trading::Result<std::unique_ptr<AuditLog>> AuditLog::open(Database& database,
                                                          AuditOptions options) {
  INVARIANT(audit_format::is_name(options.ledger_prefix) && options.ledger_prefix.size() <= 24,
            "a ledger prefix is a short name");
  INVARIANT(audit_format::is_name(options.boot), "a boot id is a name");
  INVARIANT(options.wall_now != nullptr, "the audit log needs a clock");
  ASSIGN_OR_RETURN(audit_format::SigningKey key,
                   load_or_create_signing_key(options.signing_key_file));
  RETURN_IF_ERROR(publish_key(options.public_key_file, key.public_key()));
  std::unique_ptr<AuditLog> log(new AuditLog(database, std::move(options), std::move(key)));
  RETURN_IF_ERROR(log->start());
  return log;
}

// Records are appended here alone, so the last one is known, unless a transaction was undone since.
trading::Result<AuditPosition> AuditLog::head() {
  if (last_ && last_is_as_of_ == database_->rollbacks()) return *last_;
  Statement select = database_->statement("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
  ASSIGN_OR_RETURN(const bool has_row, select.step());
  AuditPosition position;
  if (!has_row) return position;
  position.seq = select.int64(0);
  const Blob hash = select.blob(1);
  INVARIANT(hash.size() == position.hash.size(),
            "a hash of the audit table has another size than its CHECK says");
  std::copy(hash.begin(), hash.end(), position.hash.begin());
  return position;
}

trading::Result<AuditPosition> AuditLog::append(Transaction& transaction, const AuditEvent& event) {
  INVARIANT(&transaction.database() == database_, "an audit record goes into its own database");
  INVARIANT(audit_format::is_name(event.type) && event.type != audit_format::kCheckpointType,
            "an audit type is a name");
  INVARIANT(audit_format::is_name(event.actor.role) && event.actor.uid >= -1,
            "an actor is a role's name and a uid");
  ASSIGN_OR_RETURN(const AuditPosition last, head());
  Record record;
  record.ledger = ledger_;
  record.seq = last.seq + 1;
  record.ts = std::max<std::int64_t>(0, options_.wall_now().us);
  if (event.market_ts) record.market_ts = std::max<std::int64_t>(0, event.market_ts->us);
  record.boot = options_.boot;
  record.actor = event.actor;
  record.type = event.type;
  record.subject = valid_subject(event.subject);
  record.body = bounded_body(event.body);
  record.salt = audit_format::random_salt();
  record.body_hash = audit_format::body_commitment(*record.salt, *record.body);
  record.prev = last.hash;
  record.hash = audit_format::leaf_hash(audit_format::core_bytes(record));

  Statement insert = transaction.statement(
      "INSERT INTO audit(seq, ts, market_ts, boot, role, uid, type, subject, body_hash, prev, "
      "hash) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  insert.bind_all(record.seq, record.ts, record.market_ts, record.boot, record.actor.role,
                  record.actor.uid, record.type, record.subject, Blob(record.body_hash),
                  Blob(record.prev), Blob(record.hash));
  RETURN_IF_ERROR(insert.run());
  Statement body = transaction.statement(
      "INSERT INTO audit_body(seq, symbol, salt, body) VALUES(?1, ?2, ?3, ?4)");
  body.bind_all(record.seq, symbol_of(event.body), Blob(*record.salt), *record.body);
  RETURN_IF_ERROR(body.run());
  last_ = AuditPosition{record.seq, record.hash};
  last_is_as_of_ = database_->rollbacks();
  return *last_;
}

trading::Result<std::optional<AuditPosition>> AuditLog::append_refusal(Transaction& transaction,
                                                                       const AuditEvent& event,
                                                                       const std::string& code,
                                                                       std::int64_t steady_us) {
  const RepeatKey key{event.actor.uid, event.type, code};
  if (!quota_.admit(key, event.actor.role, steady_us, options_.wall_now().us))
    return std::optional<AuditPosition>{};
  ASSIGN_OR_RETURN(const AuditPosition position, append(transaction, event));
  return std::optional<AuditPosition>(position);
}

trading::Result<AuditPosition> AuditLog::redact(Transaction& transaction, std::int64_t seq,
                                                const Actor& actor, const std::string& reason) {
  ASSIGN_OR_RETURN(const std::optional<Record> found, table_.record(seq));
  if (!found) {
    return trading::make_error("AUDIT_NOT_FOUND", "there is no audit record " + std::to_string(seq),
                               "list the records first");
  }
  if (found->type == audit_format::kRedactedType) {
    return trading::make_error("AUDIT_NOT_REDACTABLE",
                               "record " + std::to_string(seq) + " is itself a redaction",
                               "name the record whose body should go");
  }
  if (!found->body) {
    return trading::make_error("AUDIT_ALREADY_REDACTED",
                               "record " + std::to_string(seq) + " has no body any more", "");
  }
  AuditEvent event;
  event.type = std::string(audit_format::kRedactedType);
  event.actor = actor;
  event.subject = found->subject;
  event.body = CanonicalJson::object({{"reason", reason}, {"seq", seq}});
  ASSIGN_OR_RETURN(const AuditPosition position, append(transaction, event));
  RETURN_IF_ERROR(transaction.statement("INSERT INTO audit_redaction(seq, by_seq) VALUES(?1, ?2)")
                      .bind_all(seq, position.seq)
                      .run());
  RETURN_IF_ERROR(
      transaction.statement("DELETE FROM audit_body WHERE seq = ?1").bind_all(seq).run());
  return position;
}

trading::Status AuditLog::write_summaries(std::int64_t steady_us, bool all) {
  const std::vector<RepeatSummary> due = quota_.take_due(steady_us, all);
  if (due.empty()) return {};
  const auto write = [&]() -> trading::Status {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
    for (const RepeatSummary& summary : due) {
      AuditEvent event;
      event.type = "repeats.summary";
      event.actor = {summary.role, summary.key.uid};
      event.subject = summary.key.code;
      event.body = CanonicalJson::object({{"code", summary.key.code},
                                          {"count", summary.count},
                                          {"first_ts", summary.first_ts},
                                          {"last_ts", summary.last_ts},
                                          {"type", summary.key.type}});
      RETURN_IF_ERROR(append(transaction, event));
    }
    return transaction.commit();
  };
  auto written = write();
  if (!written) quota_.give_back(due, steady_us);
  return written;
}

trading::Status AuditLog::name_ledger() {
  const auto known = table_.ledger();
  if (known) {
    ledger_ = *known;
    return {};
  }
  if (known.error().code != "AUDIT_NO_LEDGER") return known.error();
  const std::string name = options_.ledger_prefix + "-" + audit_format::random_id().substr(0, 16);
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  RETURN_IF_ERROR(transaction.statement("INSERT INTO audit_ledger(id, ledger) VALUES(1, ?1)")
                      .bind_all(name)
                      .run());
  RETURN_IF_ERROR(transaction.commit());
  ledger_ = name;
  return {};
}

// The chain itself says which keys sign it: a new key is a record like any other.
trading::Status AuditLog::announce_key() {
  ASSIGN_OR_RETURN(const auto keys, table_.public_keys());
  if (!keys.empty() && keys.back() == key_.public_key()) return {};
  AuditEvent event;
  event.type = "audit.key";
  event.actor = broker_itself();
  event.body = CanonicalJson::object({{"ed25519", audit_format::to_hex(key_.public_key())}});
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(*database_));
  ASSIGN_OR_RETURN(const AuditPosition position, append(transaction, event));
  RETURN_IF_ERROR(transaction.statement("INSERT INTO audit_key(seq, public_key) VALUES(?1, ?2)")
                      .bind_all(position.seq, Blob(key_.public_key()))
                      .run());
  return transaction.commit();
}

}  // namespace broker
