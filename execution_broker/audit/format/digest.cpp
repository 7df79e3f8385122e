#include "execution_broker/audit/format/digest.h"

#include <sodium.h>

#include "execution_broker/audit/format/sodium_ready.h"
#include "trading/base/invariant.h"

namespace audit_format {

void sodium_ready() {
  static const bool is_ready = sodium_init() >= 0;
  INVARIANT(is_ready, "libsodium does not start");
}

Digest sha256(std::span<const std::uint8_t> first, std::string_view second) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, first.data(), first.size());
  crypto_hash_sha256_update(&state, reinterpret_cast<const std::uint8_t*>(second.data()),
                            second.size());
  Digest out{};
  crypto_hash_sha256_final(&state, out.data());
  return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0x0FU];
  }
  return out;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != out.size() * 2) return false;
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

Salt random_salt() {
  sodium_ready();
  Salt salt{};
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

std::string random_id() {
  return to_hex(random_salt());
}

}  // namespace audit_format
