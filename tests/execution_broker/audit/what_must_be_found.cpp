#include "what_must_be_found.h"

#include <map>
#include <optional>

#include "audit_setup.h"
#include "execution_broker/audit/format/checkpoint.h"
#include "execution_broker/audit/format/merkle.h"
#include "execution_broker/audit/format/record.h"

namespace audit_forgery {
namespace {

using audit_format::Record;
using audit_format::Witness;
using trading::CanonicalJson;

struct Ledger {
  std::int64_t records = 0;
  audit_format::Digest head{};
  std::int64_t last_checkpoint = 0;
  std::vector<audit_format::Digest> hashes;
  std::map<std::int64_t, std::int64_t> without_body;  // -> the record that says why, 0 = none
};

std::optional<Record> whole_record(const CanonicalJson& json) {
  auto record = audit_format::record_from(json);
  if (!record || audit_format::leaf_hash(audit_format::core_bytes(*record)) != record->hash) return std::nullopt;
  if (record->body && audit_format::body_commitment(*record->salt, *record->body) != record->body_hash) return std::nullopt;
  return *record;
}

// The answer for one line: empty when it may stand there.
std::string fault_of_line(const std::string& line, const SignedMarks& signed_marks, std::map<std::string, Ledger>& ledgers) {
  if (line.size() > audit_format::kMaxLineBytes) return "a line is too long";
  const auto json = CanonicalJson::parse(line, audit_format::kMaxLineBytes);
  if (!json) return "not canonical";
  const CanonicalJson* type = json->find("type");
  if (type != nullptr && type->if_string() != nullptr && *type->if_string() == audit_format::kCheckpointType) {
    const auto checkpoint = audit_format::checkpoint_from(*json);
    if (!checkpoint) return "no checkpoint";
    Ledger& ledger = ledgers[checkpoint->ledger];
    if (ledger.records == 0 || !signed_marks.contains({line, audit_format::to_hex(ledger.head)})) return "not signed of this history";
    if (checkpoint->previous != ledger.last_checkpoint) return "a checkpoint is missing";
    ledger.last_checkpoint = checkpoint->size;
    return "";
  }
  const auto record = whole_record(*json);
  if (!record) return "a record is not whole";
  Ledger& ledger = ledgers[record->ledger];
  if (record->seq != ledger.records + 1 || record->prev != ledger.head) return "the chain is broken";
  ledger.records += 1;
  ledger.head = record->hash;
  ledger.hashes.push_back(record->hash);
  if (!record->body) ledger.without_body[record->seq] = 0;
  if (record->body && record->type == audit_format::kRedactedType)
    if (const auto named = broker::must(CanonicalJson::parse(*record->body)).integer_at("seq"))
      if (const auto gone = ledger.without_body.find(*named); gone != ledger.without_body.end() && gone->second == 0) gone->second = record->seq;
  return "";
}

std::map<std::string, std::vector<Record>> records_of(const Lines& lines) {
  std::map<std::string, std::vector<Record>> records;
  for (const std::string& line : lines) {
    if (is_checkpoint(line)) continue;
    Record record = broker::must(audit_format::record_from(broker::must(CanonicalJson::parse(line))));
    records[record.ledger].push_back(std::move(record));
  }
  return records;
}

}  // namespace

Judgement judge(const std::string& log, const SignedMarks& signed_marks, const std::vector<Witness>& witnesses) {
  if (!log.empty() && log.back() != '\n') return {true, "the last line is torn", 0, 0};
  std::map<std::string, Ledger> ledgers;
  for (const std::string& line : split(log))
    if (std::string fault = fault_of_line(line, signed_marks, ledgers); !fault.empty()) return {true, std::move(fault), 0, 0};
  std::map<std::string, std::int64_t> seen;
  for (const Witness& witness : witnesses) {
    const Ledger& ledger = ledgers[witness.ledger];
    if (ledger.records < witness.size) return {true, "cut below a witness", 0, 0};
    if (ledger.hashes[static_cast<std::size_t>(witness.size - 1)] != witness.head) return {true, "a witness saw another", 0, 0};
    seen[witness.ledger] = std::max(seen[witness.ledger], witness.size);
  }
  Judgement passes;
  for (const auto& [name, ledger] : ledgers) {
    for (const auto& [seq, by] : ledger.without_body)
      if (by == 0 || by > ledger.last_checkpoint) return {true, "a body is missing", 0, 0};
    passes.records += ledger.records;
    passes.unwitnessed += ledger.records - seen[name];
  }
  return passes;
}

std::string broken_promise(const std::string& log, const History& told, const std::vector<Witness>& witnesses) {
  const auto ours = records_of(split(log));
  const auto theirs = records_of(told.lines);
  for (const Witness& witness : witnesses) {
    const auto found = ours.find(witness.ledger);
    if (found == ours.end() || found->second.size() < static_cast<std::size_t>(witness.size)) return "cut below a witness";
    const auto& written = theirs.at(witness.ledger);
    for (std::size_t i = 0; i < static_cast<std::size_t>(witness.size); ++i) {
      Record expected = written[i];
      if (!found->second[i].body) expected.body.reset(), expected.salt.reset();
      if (audit_format::line_of(expected) != audit_format::line_of(found->second[i]))
        return "record " + std::to_string(i + 1) + " of " + witness.ledger + " is another than was witnessed";
    }
  }
  return "";
}

}  // namespace audit_forgery
