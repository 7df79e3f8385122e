#include "tests/sandbox_exchange/sessions.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/json.h"
#include "tests/sandbox_exchange/totp.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

// Third parties read 24 to 28 hours from the claim; midnight comes first.
constexpr std::int64_t kJwtHours = 28;
constexpr std::int64_t kRefreshHours = 24 * 15;

std::string base64url(const unsigned char* data, std::size_t size) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (std::size_t i = 0; i < size; ++i) {
    buffer = (buffer << 8 | data[i]) & 0xFFFFFF;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += kDigits[buffer >> bits & 0x3F];
    }
  }
  if (bits > 0) text += kDigits[buffer << (6 - bits) & 0x3F];
  return text;
}

std::string base64url(std::string_view text) {
  return base64url(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

template <typename Map>
void erase_client(Map& sessions, std::string_view client_code) {
  std::erase_if(sessions, [&](const auto& entry) { return entry.second.client_code == client_code; });
}

}  // namespace

Sessions::LogIn Sessions::log_in(Account& account, std::string_view pin, std::string_view code, Timestamp now) {
  if (pin != account.pin) return {std::nullopt, {"AB1007", "Login Id or password is invalid"}};
  const auto secret = base32_bytes(account.totp_secret);
  const std::int64_t step = (now.us / 1'000'000 + skew_seconds) / kTotpStepSeconds;
  const auto used = last_totp_step_.find(account.client_code);
  const bool is_used = used != last_totp_step_.end() && used->second >= step;
  if (!secret || code != totp_code(*secret, step) || is_used)
    return {std::nullopt, {"AB1050", "Invalid totp and client combination"}};
  last_totp_step_[account.client_code] = step;
  if (does_login_kill_others) kill(account.client_code);
  account.last_login = date_and_time(now);
  ++logins_;
  return {issue(account.client_code, now), {}};
}

Sessions::LogIn Sessions::refresh(std::string_view refresh_token, Timestamp now) {
  const auto found = by_refresh_.find(refresh_token);
  if (found == by_refresh_.end()) return {std::nullopt, {"AB8050", "Invalid Refresh Token"}};
  if (now >= found->second.expires) return {std::nullopt, {"AB8051", "Refresh Token Expired"}};
  const std::string client_code = found->second.client_code;
  by_refresh_.erase(found);
  return {issue(client_code, now), {}};
}

Tokens Sessions::issue(const std::string& client_code, Timestamp now) {
  const Session session{client_code, now + hours(kJwtHours)};
  Tokens tokens{signed_token(client_code, now, kJwtHours, "trade_access_token"),
                signed_token(client_code, now, kRefreshHours, "trade_refresh_token"),
                signed_token(client_code, now, kJwtHours, "feed_token")};
  by_jwt_[tokens.jwt] = session;
  by_refresh_[tokens.refresh] = {client_code, now + hours(kRefreshHours)};
  by_feed_[tokens.feed] = session;
  return tokens;
}

std::string Sessions::signed_token(const std::string& client_code, Timestamp now, std::int64_t valid_hours,
                                   std::string_view kind) {
  const std::int64_t issued = now.us / 1'000'000;
  const Json claims{{"username", client_code}, {"roles", 0}, {"usertype", "USER"}, {"token_type", kind},
                    {"iat", issued}, {"exp", issued + valid_hours * 3'600}, {"jti", uuid_from(dice_)}};
  const std::string head = base64url(R"({"alg":"HS512"})") + "." + base64url(claims.dump());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha512(), signing_key_.data(), static_cast<int>(signing_key_.size()),
       reinterpret_cast<const unsigned char*>(head.data()), head.size(), digest.data(), &size);
  return head + "." + base64url(digest.data(), size);
}

void Sessions::log_out(std::string_view client_code) { kill(client_code); }

void Sessions::kill(std::string_view client_code) {
  erase_client(by_jwt_, client_code);
  erase_client(by_refresh_, client_code);
  erase_client(by_feed_, client_code);
}

void Sessions::kill_all() {
  for (const auto& [jwt, session] : by_jwt_) expired_jwts_.insert(jwt);
  by_jwt_.clear();
  by_feed_.clear();
  if (!does_refresh_outlive_midnight) by_refresh_.clear();
}

Sessions::Check Sessions::check(std::string_view jwt, Timestamp now) const {
  const auto found = by_jwt_.find(jwt);
  if (found != by_jwt_.end() && now < found->second.expires) return {found->second.client_code, {}};
  if (found != by_jwt_.end() || expired_jwts_.contains(jwt)) return {"", {"AG8002", "Token Expired"}};
  return {"", {"AG8001", "Invalid Token"}};
}

bool Sessions::is_feed_token(std::string_view client_code, std::string_view feed) const {
  const auto found = by_feed_.find(feed);
  return found != by_feed_.end() && found->second.client_code == client_code;
}

}  // namespace sandbox
