#pragma once

// The approver's secret key at rest: sealed by a passphrase. One line of canonical JSON,
//
//   {"kdf":"argon2id13","key_id":hex,"memory":bytes,"nonce":hex,"ops":n,"public":hex,"salt":hex,"sealed":hex,"v":1}
//
// where "sealed" is crypto_secretbox (XSalsa20-Poly1305) of the 32-byte seed under Argon2id of the passphrase. The file stays
// with the approver; the broker never sees it.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "execution_broker/audit/format/keys.h"
#include "trading/base/result.h"

namespace approval_format {

inline constexpr std::size_t kLeastPassphrase = 10;

struct NewKey {
  audit_format::PublicKey public_key{};
  std::string sealed;  // the file's line
};
// PASSPHRASE_TOO_SHORT. Takes about half a second: Argon2id, moderate (256 MiB).
trading::Result<NewKey> make_sealed_key(std::string_view passphrase);

// The file as it is read: exactly its nine fields, the name of the key its own, the work it asks for within bounds.
struct SealedKey {
  std::int64_t ops = 0;
  std::int64_t memory = 0;  // bytes
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 24> nonce{};
  std::array<std::uint8_t, 48> sealed{};
  audit_format::PublicKey public_key{};
};
trading::Result<SealedKey> parse_sealed_key(std::string_view file);  // KEY_FILE_INVALID
std::string line_of(const SealedKey& key);                           // with newline

// KEY_FILE_INVALID, PASSPHRASE_WRONG.
trading::Result<std::unique_ptr<audit_format::SigningKey>> open_sealed_key(std::string_view file, std::string_view passphrase);

}  // namespace approval_format
