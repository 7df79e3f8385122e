#include "execution_broker/audit/format/keys.h"

#include <sodium.h>

#include <utility>

#include "execution_broker/audit/format/digest.h"
#include "execution_broker/audit/format/sodium_ready.h"
#include "trading/base/invariant.h"

namespace audit_format {
namespace {

constexpr std::string_view kPrefix = "ed25519 ";

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

std::string public_key_line(const PublicKey& key) {
  return std::string(kPrefix) + to_hex(key) + "\n";
}

trading::Result<std::vector<PublicKey>> parse_public_keys(std::string_view text) {
  std::vector<PublicKey> keys;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    PublicKey key{};
    if (line.substr(0, kPrefix.size()) != kPrefix || !from_hex(line.substr(kPrefix.size()), key)) {
      return trading::make_error("AUDIT_KEY_INVALID",
                                 "line " + std::to_string(number) + " is no public key",
                                 "a line reads: ed25519 and 64 hexadecimal digits");
    }
    keys.push_back(key);
  }
  return keys;
}

bool is_signed_by(const PublicKey& key, std::string_view message, const Signature& signature) {
  sodium_ready();
  return crypto_sign_verify_detached(signature.data(), bytes_of(message), message.size(),
                                     key.data()) == 0;
}

SigningKey::SigningKey(std::span<const std::uint8_t, kSeedBytes> seed) {
  sodium_ready();
  secret_ = static_cast<std::uint8_t*>(sodium_malloc(crypto_sign_SECRETKEYBYTES));
  INVARIANT(secret_ != nullptr, "no memory for the signing key");
  crypto_sign_seed_keypair(public_key_.data(), secret_, seed.data());
  sodium_mprotect_readonly(secret_);
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : secret_(std::exchange(other.secret_, nullptr)), public_key_(other.public_key_) {}

SigningKey::~SigningKey() {
  sodium_free(secret_);
}

Signature SigningKey::sign(std::string_view message) const {
  INVARIANT(secret_ != nullptr, "a moved-from signing key is used");
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(message), message.size(), secret_);
  return signature;
}

}  // namespace audit_format
