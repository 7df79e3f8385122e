#include "execution_broker/audit/format/record.h"

#include <utility>

#include "execution_broker/audit/format/fields.h"
#include "execution_broker/audit/format/merkle.h"

namespace audit_format {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxSubjectBytes = 128;

void put_text(std::string& out, std::string_view key, std::string_view plain) {
  out += ",\"";
  out += key;
  out += "\":\"";
  out += plain;
  out += '"';
}

void put_integer(std::string& out, std::string_view key, std::int64_t value) {
  out += ",\"";
  out += key;
  out += "\":";
  out += std::to_string(value);
}

// Written by hand, not through a tree: this runs for every decision. Names and hex digits need no
// escapes, the order of the fields is the canonical one.
std::string write(const Record& record, bool is_core) {
  std::string out;
  out.reserve(512 + (record.body && !is_core ? record.body->size() : 0));
  out += "{\"actor\":{\"role\":\"" + record.actor.role +
         "\",\"uid\":" + std::to_string(record.actor.uid) + "}";
  if (!is_core && record.body) out += ",\"body\":" + *record.body;
  put_text(out, "body_hash", to_hex(record.body_hash));
  put_text(out, "boot", record.boot);
  if (!is_core) put_text(out, "hash", to_hex(record.hash));
  put_text(out, "ledger", record.ledger);
  if (record.market_ts) {
    put_integer(out, "market_ts", *record.market_ts);
  } else {
    out += ",\"market_ts\":null";
  }
  put_text(out, "prev", to_hex(record.prev));
  if (!is_core && record.salt) put_text(out, "salt", to_hex(*record.salt));
  put_integer(out, "seq", record.seq);
  out += ",\"subject\":" + trading::CanonicalJson(record.subject).write();
  put_integer(out, "ts", record.ts);
  put_text(out, "type", record.type);
  put_integer(out, "v", kVersion);
  out += '}';
  return out;
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxNameBytes) return false;
  for (const char c : text) {
    const bool is_good =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    if (!is_good) return false;
  }
  return true;
}

bool is_subject(std::string_view text) {
  return text.size() <= kMaxSubjectBytes && trading::is_valid_utf8(text);
}

Digest body_commitment(const Salt& salt, std::string_view body) {
  return sha256(salt, body);
}

std::string core_bytes(const Record& record) {
  return write(record, true);
}

std::string line_of(const Record& record) {
  return write(record, false);
}

trading::Result<Record> record_from(const trading::CanonicalJson& line) {
  Fields fields(line);
  Record record;
  fields.version();
  record.ledger = fields.name("ledger");
  record.seq = fields.integer("seq", 1);
  record.ts = fields.integer("ts", 0);
  record.market_ts = fields.optional_integer("market_ts", 0);
  record.boot = fields.name("boot");
  record.actor.role = fields.name("actor", "role");
  record.actor.uid = fields.integer("actor", "uid", -1);
  record.type = fields.name("type");
  record.subject = fields.text("subject", kMaxSubjectBytes);
  fields.hex("body_hash", record.body_hash);
  fields.hex("prev", record.prev);
  fields.hex("hash", record.hash);
  const bool has_body = line.find("body") != nullptr;
  if (has_body || line.find("salt") != nullptr) {
    record.salt.emplace();
    fields.hex("salt", *record.salt);
    record.body = fields.object_bytes("body");
  }
  fields.expect_count(has_body ? 14 : 12);
  if (record.type == kCheckpointType) fields.fail("type");
  if (!fields.ok()) return fields.error();
  return record;
}

}  // namespace audit_format
