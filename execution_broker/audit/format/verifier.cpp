#include "execution_broker/audit/format/verifier.h"

#include <algorithm>
#include <istream>
#include <tuple>
#include <utility>

namespace audit_format {
namespace {

constexpr std::size_t kMaxLedgers = 1'000;  // memory bound against a hostile file
constexpr std::size_t kReadBytes = 1U << 18;

}  // namespace

Verifier::Verifier(VerifyOptions options) : options_(std::move(options)) {
  auto& witnesses = options_.witnesses;
  std::sort(witnesses.begin(), witnesses.end(), [](const Witness& a, const Witness& b) {
    return std::tie(a.ledger, a.size) < std::tie(b.ledger, b.size);
  });
  result_.signatures_checked = !options_.public_keys.empty();
}

void Verifier::add(std::string_view bytes) {
  while (!has_failed() && !bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      rest_ += bytes;
      if (rest_.size() > kMaxLineBytes)
        fail(Verdict::kTampered, last_ledger_, next_seq(), "a line is too long");
      return;
    }
    if (rest_.empty()) {
      line(bytes.substr(0, end));
    } else {
      rest_ += bytes.substr(0, end);
      line(rest_);
      rest_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
}

void Verifier::line(std::string_view bytes) {
  if (bytes.size() > kMaxLineBytes)
    return fail(Verdict::kTampered, last_ledger_, next_seq(), "a line is too long");
  const auto parsed = trading::CanonicalJson::parse(bytes, kMaxLineBytes);
  if (!parsed) {
    return fail(Verdict::kTampered, last_ledger_, next_seq(),
                "not canonical JSON: " + parsed.error().what);
  }
  const trading::CanonicalJson* type = parsed->find("type");
  const std::string* type_text = type == nullptr ? nullptr : type->if_string();
  if (type_text != nullptr && *type_text == kCheckpointType) {
    const auto read = checkpoint_from(*parsed);
    if (!read) return fail(Verdict::kTampered, last_ledger_, next_seq(), read.error().what);
    return checkpoint(*read);
  }
  const auto read = record_from(*parsed);
  if (!read) return fail(Verdict::kTampered, last_ledger_, next_seq(), read.error().what);
  record(*read);
}

void Verifier::record(const Record& record) {
  if (leaf_hash(core_bytes(record)) != record.hash) {
    return fail(Verdict::kTampered, record.ledger, record.seq, "the record does not have its hash");
  }
  if (record.body && body_commitment(*record.salt, *record.body) != record.body_hash) {
    return fail(Verdict::kTampered, record.ledger, record.seq,
                "the body is not the one committed to");
  }
  const auto known = ledgers_.find(record.ledger);
  if (known == ledgers_.end() && ledgers_.size() >= kMaxLedgers) {
    return fail(Verdict::kTampered, record.ledger, record.seq, "too many ledgers");
  }
  const std::int64_t next = known == ledgers_.end() ? 1 : known->second.records + 1;
  if (record.seq != next) {
    return fail(Verdict::kGapOrFork, record.ledger, next,
                "record " + std::to_string(record.seq) + " stands where " + std::to_string(next) +
                    " belongs");
  }
  if (record.prev != (known == ledgers_.end() ? Digest{} : known->second.head)) {
    return fail(Verdict::kGapOrFork, record.ledger, record.seq,
                "the record continues another history");
  }
  for (const Witness& witness : options_.witnesses) {
    if (witness.ledger == record.ledger && witness.size == record.seq &&
        witness.head != record.hash) {
      return fail(Verdict::kGapOrFork, record.ledger, record.seq,
                  "a witness saw another record here");
    }
  }
  Ledger& ledger = ledgers_[record.ledger];
  ledger.records = record.seq;
  ledger.head = record.hash;
  ledger.tree.add(record.hash);
  note_redaction(ledger, record);
  last_ledger_ = record.ledger;
  ++result_.records;
  result_.head = to_hex(record.hash);
}

void Verifier::note_redaction(Ledger& ledger, const Record& record) {
  if (!record.body) {
    ledger.without_body.insert(record.seq);
  } else if (record.type == kRedactedType) {
    const auto body = trading::CanonicalJson::parse(*record.body, kMaxLineBytes);
    const auto named = body ? body->integer_at("seq") : trading::Result<std::int64_t>(body.error());
    if (named && ledger.without_body.erase(*named) > 0) ledger.unsigned_redactions.insert(*named);
  }
}

bool Verifier::is_signed(const Checkpoint& checkpoint) const {
  const std::string text = signed_text(checkpoint);
  for (const PublicKey& key : options_.public_keys) {
    if (is_signed_by(key, text, checkpoint.signature)) return true;
  }
  return false;
}

void Verifier::checkpoint(const Checkpoint& checkpoint) {
  const auto known = ledgers_.find(checkpoint.ledger);
  const std::int64_t records = known == ledgers_.end() ? 0 : known->second.records;
  if (!options_.public_keys.empty() && !is_signed(checkpoint)) {
    return fail(Verdict::kBadSignature, checkpoint.ledger, records,
                "no known key signed this checkpoint");
  }
  if (known == ledgers_.end() || checkpoint.size != records ||
      checkpoint.previous != known->second.last_checkpoint) {
    return fail(Verdict::kGapOrFork, checkpoint.ledger, records,
                "a checkpoint of " + std::to_string(checkpoint.size) +
                    " records (the one before: " + std::to_string(checkpoint.previous) +
                    ") stands after record " + std::to_string(records));
  }
  if (checkpoint.root != known->second.tree.root()) {
    return fail(Verdict::kTampered, checkpoint.ledger, records,
                "the records are not those the checkpoint was made of");
  }
  known->second.last_checkpoint = checkpoint.size;
  known->second.unsigned_redactions.clear();
}

Verification Verifier::finish() {
  if (!has_failed() && !rest_.empty()) {
    fail(Verdict::kTruncated, last_ledger_, next_seq(), "the last line is torn");
  }
  for (const auto& [name, ledger] : ledgers_) {
    LedgerProof& proof = result_.ledgers[name];
    proof = {ledger.records, ledger.head, ledger.last_checkpoint, ledger.records};
  }
  check_witnesses();
  check_redactions();
  for (const auto& [name, proof] : result_.ledgers) result_.unwitnessed += proof.unwitnessed;
  return std::move(result_);
}

void Verifier::check_witnesses() {
  for (const Witness& witness : options_.witnesses) {
    const auto found = result_.ledgers.find(witness.ledger);
    const std::int64_t records = found == result_.ledgers.end() ? 0 : found->second.records;
    if (records >= witness.size) {
      found->second.unwitnessed = std::min(found->second.unwitnessed, records - witness.size);
    } else if (!has_failed()) {
      fail(Verdict::kTruncated, witness.ledger, records + 1,
           "a witness saw " + std::to_string(witness.size) + " records, " +
               std::to_string(records) + " are here");
    }
  }
}

// A body can be taken out without breaking the chain, so taking it out must itself be in the chain;
// and under a signature, where keys are known: anyone could put such a record behind the last one.
void Verifier::check_redactions() {
  for (const auto& [name, ledger] : ledgers_) {
    std::set<std::int64_t> missing = ledger.without_body;
    if (result_.signatures_checked)
      missing.insert(ledger.unsigned_redactions.begin(), ledger.unsigned_redactions.end());
    if (has_failed()) return;
    if (missing.empty()) continue;
    fail(Verdict::kTampered, name, *missing.begin(),
         ledger.without_body.contains(*missing.begin())
             ? "a body is missing and no record says why"
             : "a body is missing and the record that says why is not signed (yet)");
  }
}

void Verifier::fail(Verdict verdict, const std::string& ledger, std::int64_t seq,
                    std::string reason) {
  result_.verdict = verdict;
  result_.bad_ledger = ledger;
  result_.first_bad_seq = seq;
  result_.reason = std::move(reason);
}

std::int64_t Verifier::next_seq() const {
  const auto found = ledgers_.find(last_ledger_);
  return found == ledgers_.end() ? 1 : found->second.records + 1;
}

Verification verify(std::istream& log, VerifyOptions options) {
  Verifier verifier(std::move(options));
  std::string chunk(kReadBytes, '\0');
  while (log && !verifier.has_failed()) {
    log.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    verifier.add(std::string_view(chunk).substr(0, static_cast<std::size_t>(log.gcount())));
  }
  return verifier.finish();
}

trading::CanonicalJson to_json(const Verification& verification) {
  using trading::CanonicalJson;
  CanonicalJson ledgers = CanonicalJson::object();
  for (const auto& [name, proof] : verification.ledgers) {
    ledgers.set(name, CanonicalJson::object({{"head", to_hex(proof.head)},
                                             {"records", proof.records},
                                             {"signed_records", proof.signed_records},
                                             {"unwitnessed", proof.unwitnessed}}));
  }
  CanonicalJson out =
      CanonicalJson::object({{"bad_ledger", verification.bad_ledger},
                             {"code", static_cast<std::int64_t>(verification.verdict)},
                             {"first_bad_seq", verification.first_bad_seq},
                             {"head", verification.head},
                             {"ledgers", ledgers},
                             {"ok", verification.ok()},
                             {"reason", verification.reason},
                             {"records", verification.records},
                             {"signatures_checked", verification.signatures_checked},
                             {"unwitnessed", verification.unwitnessed}});
  if (verification.ok()) out.set("first_bad_seq", nullptr);
  return out;
}

}  // namespace audit_format
