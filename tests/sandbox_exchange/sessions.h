#pragma once

// Log-ins: PIN and TOTP against tokens, and how tokens die. All tokens die at midnight; a log-in
// kills the client's earlier session, a log-out its own; a refresh makes a new triple and leaves the
// old JWT alive until midnight.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/sandbox_exchange/account.h"
#include "tests/sandbox_exchange/dice.h"

namespace sandbox {

struct Tokens {
  std::string jwt;
  std::string refresh;
  std::string feed;
};

// A refusal as the wire words it.
struct Refusal {
  std::string code;
  std::string message;
};

class Sessions {
 public:
  explicit Sessions(std::uint64_t seed) : dice_(mixed_seed(seed, "sessions")), signing_key_(uuid_from(dice_)) {}

  bool does_login_kill_others = true;  // with false, several sessions live side by side
  bool does_refresh_outlive_midnight = false;
  std::int64_t skew_seconds = 0;       // how far the log-in server's own clock is off

  struct LogIn {
    std::optional<Tokens> tokens;
    Refusal refusal;
  };
  LogIn log_in(Account& account, std::string_view pin, std::string_view code, trading::Timestamp now);
  LogIn refresh(std::string_view refresh_token, trading::Timestamp now);
  void log_out(std::string_view client_code);
  void kill(std::string_view client_code);
  // Midnight: every session is over.
  void kill_all();

  // The client code of a live JWT ("Bearer " already cut); else why not.
  struct Check {
    std::string client_code;
    Refusal refusal;
  };
  [[nodiscard]] Check check(std::string_view jwt, trading::Timestamp now) const;
  // Of the market stream's handshake.
  [[nodiscard]] bool is_feed_token(std::string_view client_code, std::string_view feed) const;
  [[nodiscard]] std::size_t live_count() const { return by_jwt_.size(); }
  [[nodiscard]] std::int64_t logins() const { return logins_; }

 private:
  Tokens issue(const std::string& client_code, trading::Timestamp now);
  [[nodiscard]] std::string signed_token(const std::string& client_code, trading::Timestamp now,
                                         std::int64_t hours, std::string_view kind);

  struct Session {
    std::string client_code;
    trading::Timestamp expires;
  };
  Dice dice_;
  std::string signing_key_;
  std::map<std::string, Session, std::less<>> by_jwt_;
  std::map<std::string, Session, std::less<>> by_refresh_;
  std::map<std::string, Session, std::less<>> by_feed_;
  std::set<std::string, std::less<>> expired_jwts_;
  std::map<std::string, std::int64_t, std::less<>> last_totp_step_;  // of a client: single use
  std::int64_t logins_ = 0;
};

}  // namespace sandbox
