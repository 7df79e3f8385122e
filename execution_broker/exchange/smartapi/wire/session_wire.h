#pragma once

// Login, refresh, profile and logout as bytes. Bodies that carry a PIN, a one-time password or a
// token are Secrets.

#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/config/secret.h"
#include "execution_broker/exchange/smartapi/wire/reply.h"

namespace broker::smartapi {

struct Tokens {
  Secret jwt;      // bare, without "Bearer "
  Secret refresh;
  Secret feed;
};

Secret login_body(const Secret& client_code, const Secret& pin, std::string_view totp);
Secret refresh_body(const Secret& refresh_token);
Secret logout_body(const Secret& client_code);

// Of kLogin and kRefresh. TOKENS_INVALID unless all three are there, of a token's characters, and
// without "Bearer ". The reply's own copies are wiped.
trading::Result<Tokens> take_tokens(Reply& reply);

struct Profile {
  std::string client_code;
  std::string name;
  std::vector<std::string> exchanges;  // as written: "nse_cm" or "NSE"
  std::vector<std::string> products;   // as written: "CNC" or "DELIVERY"
};
trading::Result<Profile> read_profile(const Json& data);

}  // namespace broker::smartapi
