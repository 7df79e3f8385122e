#pragma once

// One record of the audit log and its line: canonical JSON, fields in this order,
//   actor{role,uid} body body_hash boot hash ledger market_ts prev salt seq subject ts type v
// core      = the same object without body, salt and hash
// hash      = SHA-256(0x00 || core)                  what the next record carries as prev
// body_hash = SHA-256(salt || canonical body)        so body and salt can go (redaction) and the
// chain still holds docs/audit_format.md is the specification.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "execution_broker/audit/format/digest.h"
#include "trading/base/canonical_json.h"
#include "trading/base/result.h"

namespace audit_format {

inline constexpr std::int64_t kVersion = 1;
inline constexpr std::size_t kMaxLineBytes = 65'536;  // without the newline
inline constexpr std::string_view kCheckpointType = "checkpoint";
inline constexpr std::string_view kRedactedType =
    "audit.redacted";  // its body's `seq` names a record without body

struct Actor {
  std::string role;       // "agent", "operator", "broker", "exchange"...: 1..64 of a-z 0-9 _ - .
  std::int64_t uid = -1;  // of the peer; -1 when nobody outside stands behind it
  friend bool operator==(const Actor&, const Actor&) = default;
};

struct Record {
  std::string ledger;    // a name, see is_name
  std::int64_t seq = 0;  // 1, 2, 3... in its ledger
  std::int64_t ts = 0;   // UTC microseconds of the machine's clock
  std::optional<std::int64_t> market_ts;
  std::string boot;  // a name: one for each start of the broker
  Actor actor;
  std::string type;     // a name: verb and outcome, "prepare_order.refused"; never "checkpoint"
  std::string subject;  // what it is about: an order id, a symbol; at most 128 bytes
  Digest body_hash{};
  Digest prev{};  // hash of the record before; zeros for the first
  Digest hash{};
  std::optional<Salt> salt;         // both or none
  std::optional<std::string> body;  // canonical bytes of an object
};

// 1..64 characters of a-z 0-9 _ - .
bool is_name(std::string_view text);
bool is_subject(std::string_view text);  // at most 128 bytes of UTF-8

Digest body_commitment(const Salt& salt, std::string_view body);
std::string core_bytes(const Record& record);
std::string line_of(const Record& record);  // without newline

// From a parsed line; AUDIT_RECORD_INVALID names the field that is missing, superfluous or
// malformed. Hashes are not compared here.
trading::Result<Record> record_from(const trading::CanonicalJson& line);

}  // namespace audit_format
