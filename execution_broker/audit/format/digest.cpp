#include "execution_broker/audit/format/digest.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <memory>

#include "execution_broker/audit/format/sodium_ready.h"
#include "trading/base/invariant.h"

namespace audit_format {

void sodium_ready() {
  static const bool is_ready = sodium_init() >= 0;
  INVARIANT(is_ready, "libsodium does not start");
}

// OpenSSL's uses the processor's instructions for it, several times as fast as libsodium's; a record of the log is
// hashed three times.
Digest sha256(std::span<const std::uint8_t> first, std::string_view second) {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Digest out{};
  unsigned size = 0;
  const bool is_done = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                       EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                       EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1 &&
                       EVP_DigestFinal_ex(context.get(), out.data(), &size) == 1;
  INVARIANT(is_done && size == out.size(), "SHA-256 does not work");
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
