#include "execution_broker/exchange/smartapi/session/totp.h"

#include <liboath/oath.h>
#include <string.h>  // explicit_bzero

#include <cstdlib>
#include <mutex>

namespace broker::smartapi {

trading::Result<std::string> totp_code(const Secret& base32_secret, std::int64_t step) {
  static std::once_flag once;
  static bool is_ready = false;
  std::call_once(once, [] { is_ready = oath_init() == OATH_OK; });
  const auto failed = [] {
    return trading::make_error("TOTP_SECRET_INVALID",
                               "no one-time password can be made from BROKER_TOTP_SECRET",
                               "set it to the text behind the QR code (base32: A-Z and 2-7)",
                               trading::Retry::kNo, "BROKER_TOTP_SECRET");
  };
  if (!is_ready || !base32_secret.is_set() || step < 0) return failed();
  const std::string_view text = base32_secret.reveal();
  char* key = nullptr;
  std::size_t key_length = 0;
  if (oath_base32_decode(text.data(), text.size(), &key, &key_length) != OATH_OK) return failed();
  char code[7] = "";
  const int made =
      key_length == 0
          ? OATH_INVALID_BASE32
          : oath_hotp_generate(key, key_length, static_cast<std::uint64_t>(step), 6, false,
                               OATH_HOTP_DYNAMIC_TRUNCATION, code);
  explicit_bzero(key, key_length);
  std::free(key);
  if (made != OATH_OK) return failed();
  std::string out(code);
  explicit_bzero(code, sizeof code);
  return out;
}

}  // namespace broker::smartapi
