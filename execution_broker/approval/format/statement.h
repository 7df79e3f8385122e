#pragma once

// What a human signs: a statement is canonical JSON, an object with a "kind", and the signature is Ed25519 over
//
//   "trading-mcp/" kind "/v1" 00 bytes
//
// so that a signature of one kind is worth nothing as another. The bytes that are shown are the bytes that are signed: the
// broker makes them, approval_cli parses exactly them, renders every field and signs them as they came.
//
// Fields of every statement: v, kind, mode, boot (of the broker), ledger, nonce (128 bits), issued_us, expires_us (wall
// time), audit_seq and audit_hash (the log's head as the broker tells it). Amounts are integers named _e4, absent ones null.
//
// Shared by the broker and approval_cli. Pure but for libsodium.

#include <string>
#include <string_view>

#include "execution_broker/audit/format/keys.h"
#include "trading/base/canonical_json.h"
#include "trading/base/result.h"

namespace approval_format {

enum class Kind {
  kOrder,    // one order, as it will be sent
  kMandate,  // a budget of entries for today
  kLimits,   // looser limits of the operator's
  kAccept,   // looser limits of the file
  kResume,   // trading begins again
  kEnrol,    // another key takes the approver's place
};
std::string_view name_of(Kind kind);  // "order"

inline constexpr std::size_t kMostStatementBytes = 16U << 10;

// STATEMENT_INVALID: not these very bytes written canonically, no object, or of no known kind.
trading::Result<trading::CanonicalJson> parse_statement(std::string_view bytes);
trading::Result<Kind> kind_of(const trading::CanonicalJson& statement);

// What the signature covers.
std::string message_of(Kind kind, std::string_view bytes);

// A point of the curve that signatures can be checked with; false for the few that everything, or nothing, is signed by.
bool is_usable(const audit_format::PublicKey& key);

// First 16 hex digits of the key's SHA-256: what people compare.
std::string key_id_of(const audit_format::PublicKey& key);

}  // namespace approval_format
