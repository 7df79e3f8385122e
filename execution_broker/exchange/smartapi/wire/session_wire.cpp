#include "execution_broker/exchange/smartapi/wire/session_wire.h"

#include <string.h>  // explicit_bzero

#include "execution_broker/exchange/smartapi/wire/fields.h"

namespace broker::smartapi {

namespace {

using trading::make_error;
using trading::Result;

// {"key":"value",...} as a Secret; the pieces in between are overwritten.
Secret secret_object(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string out = "{";
  for (const auto& [key, value] : members) {
    std::string quoted = json_string(value);
    if (out.size() > 1) out += ",";
    out += "\"" + std::string(key) + "\":" + quoted;
    explicit_bzero(quoted.data(), quoted.size());
  }
  out += "}";
  Secret body(out);
  explicit_bzero(out.data(), out.size());
  return body;
}

bool is_token(std::string_view text) {
  constexpr std::size_t kLongest = 8'192;
  if (text.empty() || text.size() > kLongest) return false;
  for (const char c : text) {
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '=' ||
                         c == '+' || c == '/';
    if (!is_fine) return false;
  }
  return true;
}

trading::Error no_list(std::string_view key) {
  return make_error("PROFILE_INVALID", "getProfile: " + std::string(key) + " is no list of texts",
                    "nothing follows from this answer; read again", trading::Retry::kSafe);
}

// A list of texts, or the same list printed as one text, as the documentation shows it.
Result<std::vector<std::string>> texts_of(const Json* list, std::string_view key) {
  std::vector<std::string> out;
  if (list != nullptr && list->is_string()) {
    auto parsed = parse_json(list->text);
    if (parsed && parsed->is_array()) return texts_of(&*parsed, key);
    return no_list(key);
  }
  if (list == nullptr || !list->is_array())
    return no_list(key);
  for (const Json& item : list->items) {
    if (!item.is_string()) return no_list(key);
    out.push_back(item.text);
  }
  return out;
}

}  // namespace

Secret login_body(const Secret& client_code, const Secret& pin, std::string_view totp) {
  return secret_object(
      {{"clientcode", client_code.reveal()}, {"password", pin.reveal()}, {"totp", totp}});
}

Secret refresh_body(const Secret& refresh_token) {
  return secret_object({{"refreshToken", refresh_token.reveal()}});
}

Secret logout_body(const Secret& client_code) {
  return secret_object({{"clientcode", client_code.reveal()}});
}

Result<Tokens> take_tokens(Reply& reply) {
  const Json* jwt = reply.data.find("jwtToken");
  const Json* refresh = reply.data.find("refreshToken");
  const Json* feed = reply.data.find("feedToken");
  Tokens tokens;
  bool is_good = true;
  const auto take = [&](const Json* from, Secret& into) {
    is_good = is_good && from != nullptr && from->is_string() && is_token(from->text);
    if (is_good) into = Secret(from->text);
  };
  take(jwt, tokens.jwt);
  take(refresh, tokens.refresh);
  take(feed, tokens.feed);
  wipe(reply.data);
  if (is_good) return tokens;
  return make_error("TOKENS_INVALID", "the answer does not hold the three tokens of a session",
                    "log in again; if it stays so the service has changed", trading::Retry::kSafe);
}

Result<Profile> read_profile(const Json& data) {
  FieldReader fields(data);
  Profile profile;
  profile.client_code = fields.text("clientcode");
  profile.name = fields.text_or_empty("name");
  if (!fields.is_good())
    return make_error("PROFILE_INVALID", "getProfile: " + fields.fault(),
                      "nothing follows from this answer; read again", trading::Retry::kSafe);
  ASSIGN_OR_RETURN(profile.exchanges, texts_of(data.find("exchanges"), "exchanges"));
  ASSIGN_OR_RETURN(profile.products, texts_of(data.find("products"), "products"));
  return profile;
}

}  // namespace broker::smartapi
