#pragma once

// RFC 6238: HMAC-SHA-1, 30-second steps, 6 digits; secrets are base32. An own implementation, so
// that a client's cannot agree with itself.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

inline constexpr std::int64_t kTotpStepSeconds = 30;

// None where a character is not base32. Padding and blanks are skipped.
std::optional<std::vector<std::uint8_t>> base32_bytes(std::string_view text);
std::string totp_code(const std::vector<std::uint8_t>& secret, std::int64_t step);

}  // namespace sandbox
