#include "tests/sandbox_exchange/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace sandbox {

std::optional<std::vector<std::uint8_t>> base32_bytes(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == '=' || c == ' ') continue;
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') value = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z') value = static_cast<std::uint32_t>(c - 'a');
    else if (c >= '2' && c <= '7') value = static_cast<std::uint32_t>(c - '2' + 26);
    else return std::nullopt;
    buffer = buffer << 5 | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(buffer >> bits & 0xFF));
  }
  return bytes;
}

std::string totp_code(const std::vector<std::uint8_t>& secret, std::int64_t step) {
  std::array<unsigned char, 8> message{};
  for (std::size_t i = 0; i < 8; ++i)
    message[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i) & 0xFF);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(), digest.data(), &size);
  const std::size_t offset = digest[size - 1] & 0x0F;
  const std::uint32_t value = (static_cast<std::uint32_t>(digest[offset]) & 0x7F) << 24 |
                              static_cast<std::uint32_t>(digest[offset + 1]) << 16 |
                              static_cast<std::uint32_t>(digest[offset + 2]) << 8 | digest[offset + 3];
  std::string code = std::to_string(value % 1'000'000);
  return std::string(6 - code.size(), '0') + code;
}

}  // namespace sandbox
