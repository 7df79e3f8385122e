#pragma once

// One-time passwords of RFC 6238 as the service wants them: HMAC-SHA-1, six digits, steps of thirty
// seconds since 1970. A code is used once; the caller keeps which step it used.

#include <cstdint>
#include <string>

#include "execution_broker/config/secret.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace broker::smartapi {

inline constexpr std::int64_t kTotpStepUs = 30'000'000;

inline std::int64_t totp_step(trading::Timestamp t) { return t.us / kTotpStepUs; }

// TOTP_SECRET_INVALID: not base32 (blanks and lower case are taken, as apps show them).
trading::Result<std::string> totp_code(const Secret& base32_secret, std::int64_t step);

}  // namespace broker::smartapi
