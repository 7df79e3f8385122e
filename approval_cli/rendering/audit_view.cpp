#include "approval_cli/rendering/audit_view.h"

#include <algorithm>
#include <vector>

#include "approval_cli/rendering/words.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;
using audit_format::Verdict;
using audit_format::Verification;

constexpr std::size_t kBodyShown = 220;  // bytes; --json has all of it

std::vector<const v1::AuditRecord*> oldest_first(const v1::FetchAuditTrailReply& reply) {
  std::vector<const v1::AuditRecord*> records;
  for (const v1::AuditRecord& record : reply.records()) records.push_back(&record);
  std::stable_sort(records.begin(), records.end(),
                   [](const auto* a, const auto* b) { return a->seq() < b->seq(); });
  return records;
}

std::string who(const v1::AuditRecord& record) {
  return record.role() == "broker" ? record.role()
                                   : record.role() + " uid " + std::to_string(record.uid());
}

std::string count_of(std::int64_t records) {
  return grouped(records) + (records == 1 ? " record" : " records");
}

std::string verdict_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "OK";
    case Verdict::kTampered:
      return "TAMPERED";
    case Verdict::kTruncated:
      return "TRUNCATED";
    case Verdict::kBadSignature:
      return "BAD SIGNATURE";
    case Verdict::kGapOrFork:
      return "GAP OR FORK";
  }
  return "?";
}

}  // namespace

void print_audit_trail(const v1::FetchAuditTrailReply& reply, Page& page) {
  if (reply.records().empty()) page.line("no such record");
  for (const v1::AuditRecord* record : oldest_first(reply)) {
    page.line({{Tone::kFaint, clock_time(record->ts_us()) + "  "},
               {Tone::kPlain, std::to_string(record->seq()) + "  "},
               {Tone::kStrong, record->type()},
               {Tone::kPlain, "  " + record->subject() + "  (" + who(*record) + ")"}});
    if (record->body_json().empty()) {
      page.wrapped("    ", "(redacted)", Tone::kFaint);
    } else if (record->body_json() != "{}") {
      std::string body = record->body_json().substr(0, kBodyShown);
      if (body.size() < record->body_json().size()) body += " ..";
      page.wrapped("    ", body, Tone::kFaint);
    }
  }
}

JsonObject audit_trail_json(const v1::FetchAuditTrailReply& reply) {
  JsonArray records;
  for (const v1::AuditRecord* record : oldest_first(reply)) {
    JsonObject one;
    one.text("ledger", record->ledger())
        .integer("seq", record->seq())
        .time("ts", record->ts_us())
        .time("market_ts", record->market_us())
        .text("role", record->role())
        .integer("uid", record->uid())
        .text("type", record->type())
        .text("subject", record->subject());
    const auto body = trading::CanonicalJson::parse(record->body_json());
    body ? one.value("body", *body) : one.text_or_null("body", record->body_json());
    one.text("hash", record->hash());
    records.object(one);
  }
  JsonObject json;
  json.array("records", records)
      .integer("head_seq", reply.head_seq())
      .text("head_hash", reply.head_hash());
  return json;
}

void print_verification(const Verification& verification, const std::string& log, Page& page) {
  const bool is_ok = verification.ok();
  page.line(verdict_words(verification.verdict), is_ok ? Tone::kGood : Tone::kBad);
  if (is_ok) {
    page.wrapped(
        "  ",
        count_of(verification.records) + " in " + log + " stand as they were written" +
            (verification.unwitnessed == 0 ? std::string("; a witness has seen every one.")
                                           : "; no witness has seen the last " +
                                                 grouped(verification.unwitnessed) + " of them."));
  } else {
    const std::string where = verification.bad_ledger.empty()
                                  ? "at record " + std::to_string(verification.first_bad_seq)
                                  : "at record " + std::to_string(verification.first_bad_seq) +
                                        " of " + verification.bad_ledger;
    page.wrapped("  ", where + ": " + verification.reason + ". " + count_of(verification.records) +
                           " before it in " + log + " are good.");
    page.wrapped(
        "  ",
        "Keep a copy of the file, stop trading (approval_cli halt) and find out who wrote to it.");
  }
  for (const auto& [name, proof] : verification.ledgers) {
    page.wrapped("  ", name + ": " + count_of(proof.records) + ", " +
                           grouped(proof.signed_records) + " under a signed checkpoint, head " +
                           audit_format::to_hex(proof.head).substr(0, 16));
  }
  if (!verification.signatures_checked)
    page.wrapped("  ", "Signatures were NOT checked: no public key was given.", Tone::kWarning);
}

}  // namespace approval_cli
