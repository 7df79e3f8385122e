#pragma once

// The Ed25519 key that signs checkpoints, and the file of public keys a verifier is given. Pure:
// reading and writing key files is the caller's.
//
// keys/audit.pub: one line for each key that ever signed, newest last: `ed25519 <64 hex digits>`; #
// starts a comment.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trading/base/result.h"

namespace audit_format {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

std::string public_key_line(const PublicKey& key);  // with newline
// AUDIT_KEY_INVALID names the line.
trading::Result<std::vector<PublicKey>> parse_public_keys(std::string_view text);

bool is_signed_by(const PublicKey& key, std::string_view message, const Signature& signature);

inline constexpr std::size_t kSeedBytes = 32;

// Holds the secret in locked memory that is wiped at the end. No copy, no printing.
class SigningKey {
 public:
  explicit SigningKey(std::span<const std::uint8_t, kSeedBytes> seed);
  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&&) = delete;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey();

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Signature sign(std::string_view message) const;

 private:
  std::uint8_t* secret_;  // sodium_malloc
  PublicKey public_key_{};
};

}  // namespace audit_format
