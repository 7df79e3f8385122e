#include "execution_broker/exchange/smartapi/wire/reply.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "trading/base/invariant.h"

namespace broker::smartapi {

namespace {

using trading::make_error;
using trading::Retry;

// Where a refusal is known to come from.
enum class At { kAny, kLogin, kRefresh, kOrderWrites, kCandles, kQuote, kMargin, kDetails, kGtt };

bool is_at(At at, Endpoint endpoint) {
  switch (at) {
    case At::kAny:
      return true;
    case At::kLogin:
      return endpoint == Endpoint::kLogin;
    case At::kRefresh:
      return endpoint == Endpoint::kRefresh;
    case At::kOrderWrites:
      return row_of(endpoint).is_order_write;
    case At::kCandles:
      return endpoint == Endpoint::kCandles;
    case At::kQuote:
      return endpoint == Endpoint::kQuote;
    case At::kMargin:
      return endpoint == Endpoint::kMargin;
    case At::kDetails:
      return endpoint == Endpoint::kOrderDetails;
    case At::kGtt:
      return endpoint == Endpoint::kGttList || endpoint == Endpoint::kGttDetails;
  }
  return false;
}

struct RefusalRow {
  std::string_view code;   // empty: whatever the code
  std::string_view words;  // lower case, must stand in the message
  At at;
  ReplyKind kind;
};

// clang-format off
const std::vector<RefusalRow>& refusals() {
  using K = ReplyKind;
  static const std::vector<RefusalRow> rows = {
    // The gateway, before anything behind it has seen the request.
    {"AG8001", "invalid token", At::kRefresh, K::kLoginNeeded},
    {"AG8001", "invalid token", At::kAny, K::kSessionInvalid},
    {"AG8002", "token expired", At::kRefresh, K::kLoginNeeded},
    {"AG8002", "token expired", At::kAny, K::kSessionInvalid},
    {"AG8003", "token missing", At::kAny, K::kLoginNeeded},
    {"AG8004", "api key", At::kAny, K::kCredentialsRefused},
    {"AG7002", "unregistered ip", At::kAny, K::kAddressRefused},
    {"AB1021", "too many requests", At::kAny, K::kRateLimited},
    // The session.
    {"AB8050", "refresh token", At::kRefresh, K::kLoginNeeded},
    {"AB8051", "refresh token", At::kRefresh, K::kLoginNeeded},
    {"AB1010", "session expired", At::kAny, K::kLoginNeeded},
    {"AB1011", "not login", At::kAny, K::kLoginNeeded},
    {"AB1000", "invalid email or password", At::kLogin, K::kCredentialsRefused},
    {"AB1001", "invalid email", At::kLogin, K::kCredentialsRefused},
    {"AB1002", "password length", At::kLogin, K::kCredentialsRefused},
    {"AB1006", "block for trading", At::kLogin, K::kCredentialsRefused},
    {"AB1007", "password is invalid", At::kLogin, K::kCredentialsRefused},
    {"AB1032", "user not found", At::kLogin, K::kCredentialsRefused},
    {"AB1050", "invalid totp", At::kLogin, K::kCredentialsRefused},
    // Requests that are wrong as they are: they never reached the exchange.
    {"AB1003", "already exists", At::kAny, K::kRefused},
    {"AB1005", "user type", At::kAny, K::kRefused},
    {"AB1006", "block for trading", At::kAny, K::kRefused},
    {"AB1007", "invalid parameters", At::kOrderWrites, K::kRefused},
    {"AB1007", "order not found", At::kOrderWrites, K::kRefused},
    {"AB1007", "order not found", At::kDetails, K::kRefused},
    {"AB1008", "order variety", At::kOrderWrites, K::kRefused},
    {"AB1009", "symbol not found", At::kAny, K::kRefused},
    {"AB1012", "invalid product", At::kOrderWrites, K::kRefused},
    {"AB1012", "to datetime can't be greater", At::kCandles, K::kRefused},
    {"AB1013", "order not found", At::kOrderWrites, K::kRefused},
    {"AB1013", "order not found", At::kDetails, K::kRefused},
    {"AB1018", "symbol details", At::kAny, K::kRefused},
    {"AB2002", "robo order", At::kOrderWrites, K::kRefused},
    {"AB4006", "symboltoken", At::kAny, K::kRefused},
    {"AB4008", "ordertag", At::kOrderWrites, K::kRefused},
    {"AB4018", "token cannot be empty", At::kAny, K::kRefused},
    {"AB4022", "margin data", At::kMargin, K::kRefused},
    {"AB4029", "max limit exceeded", At::kQuote, K::kRefused},
    {"AB4036", "cautionary", At::kOrderWrites, K::kRefused},
    {"AB4046", "scrip master", At::kAny, K::kRefused},
    // Limit price protection answers at once, without a documented code.
    {"", "limit price protection range", At::kOrderWrites, K::kRefused},
    {"", "beyond the exchange's permissible range", At::kOrderWrites, K::kRefused},
    // GTT reads.
    {"AB9001", "invalid", At::kGtt, K::kRefused}, {"AB9003", "invalid", At::kGtt, K::kRefused},
    {"AB9004", "invalid", At::kGtt, K::kRefused}, {"AB9013", "invalid", At::kGtt, K::kRefused},
    {"AB9005", "invalid session", At::kGtt, K::kSessionInvalid},
    {"AB9017", "invalid", At::kGtt, K::kRefused}, {"AB9018", "invalid", At::kGtt, K::kRefused},
  };
  return rows;
}
// clang-format on

constexpr std::size_t kLongestMessage = 200;

// One line of printable ASCII out of whatever came.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() == kLongestMessage) break;
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) out.push_back(c);
    else if (!out.empty() && out.back() != ' ') out.push_back(' ');
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Reply unclear(int http_status, std::string message, std::string code = "") {
  Reply reply;
  reply.kind = ReplyKind::kUnclear;
  reply.code = std::move(code);
  reply.message = std::move(message);
  reply.http_status = http_status;
  return reply;
}

// true or false in any of the spellings the service uses; empty: it does not say.
std::optional<bool> success_of(const Json& body) {
  const Json* status = body.find("status");
  const Json* success = body.find("success");
  const auto read = [](const Json& value) -> std::optional<bool> {
    if (value.is_bool()) return value.boolean;
    if (value.is_string() && value.text == "true") return true;
    if (value.is_string() && value.text == "false") return false;
    return std::nullopt;
  };
  const auto a = status != nullptr ? read(*status) : std::nullopt;
  const auto b = success != nullptr ? read(*success) : std::nullopt;
  if (a && b && *a != *b) return std::nullopt;
  // A key that is there but says neither is no answer either.
  if ((status != nullptr && !a) || (success != nullptr && !b)) return std::nullopt;
  return a ? a : b;
}

std::string text_of(const Json& body, std::string_view key) {
  const Json* value = body.find(key);
  return value != nullptr && value->is_string() ? value->text : "";
}

// A page of something that stands in front of the service.
bool is_markup(std::string_view body) {
  const auto start = body.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && body[start] == '<';
}

// What a complete failure means at this endpoint.
ReplyKind kind_of_failure(Endpoint endpoint, std::string_view code, std::string_view message) {
  const std::string words = lower(message);
  const EndpointRow& row = row_of(endpoint);
  if (!row.empty_code.empty() && code == row.empty_code &&
      words.find("not found") != std::string::npos)
    return ReplyKind::kEmpty;
  for (const RefusalRow& refusal : refusals())
    if ((refusal.code.empty() || refusal.code == code) && is_at(refusal.at, endpoint) &&
        words.find(refusal.words) != std::string::npos)
      return refusal.kind;
  return ReplyKind::kUnclear;
}

Reply read_success(const EndpointRow& row, int http_status, Json body) {
  const Json* data = body.find("data");
  if (data == nullptr) return unclear(http_status, "success without data");
  Reply reply;
  reply.http_status = http_status;
  reply.message = one_line(text_of(body, "message"));
  // "null" as a text is how some of the service's own samples write it.
  if (data->is_null() || (data->is_string() && data->text == "null")) {
    if ((row.empty_forms & kEmptyNull) == 0)
      return unclear(http_status, "success with data null, which says nothing here");
    reply.kind = ReplyKind::kEmpty;
    return reply;
  }
  if (data->is_array() && data->items.empty()) {
    if ((row.empty_forms & kEmptyArray) == 0)
      return unclear(http_status, "success with an empty list, which says nothing here");
    reply.kind = ReplyKind::kEmpty;
    return reply;
  }
  reply.kind = ReplyKind::kData;
  reply.data = *data;
  return reply;
}

}  // namespace

std::string_view name_of(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::kData: return "data";
    case ReplyKind::kEmpty: return "empty";
    case ReplyKind::kRefused: return "refused";
    case ReplyKind::kSessionInvalid: return "session_invalid";
    case ReplyKind::kLoginNeeded: return "login_needed";
    case ReplyKind::kCredentialsRefused: return "credentials_refused";
    case ReplyKind::kAddressRefused: return "address_refused";
    case ReplyKind::kRateLimited: return "rate_limited";
    case ReplyKind::kUnclear: return "unclear";
  }
  return "";
}

Reply read_reply(Endpoint endpoint, int http_status, std::string_view body) {
  const EndpointRow& row = row_of(endpoint);
  const auto failed = [&](ReplyKind kind, std::string message) {
    Reply reply = unclear(http_status, std::move(message));
    reply.kind = kind;
    return reply;
  };
  if (http_status == 429) return failed(ReplyKind::kRateLimited, "too many requests");
  if (http_status >= 300 && http_status < 400)
    return unclear(http_status, "a redirect, which is never followed");
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return http_status == 401 ? failed(ReplyKind::kSessionInvalid, "HTTP 401 without a body")
                              : unclear(http_status, "an empty body");
  if (is_markup(body)) return unclear(http_status, "a page of HTML instead of an answer");
  auto parsed = parse_json(body);
  if (!parsed) {
    const std::string words = lower(one_line(body.substr(0, kLongestMessage)));
    if (http_status == 403 && (words.find("exceeding access rate") != std::string::npos ||
                               words.find("exceeding rate limit") != std::string::npos))
      return failed(ReplyKind::kRateLimited, one_line(body));
    return unclear(http_status, parsed.error().what);
  }
  // One sample of getHolding has no envelope at all; a bare list says too little to be believed.
  if (!parsed->is_object()) return unclear(http_status, "JSON without an envelope");
  const std::optional<bool> success = success_of(*parsed);
  std::string code = one_line(text_of(*parsed, "errorcode"));
  if (code.empty()) code = one_line(text_of(*parsed, "errorCode"));
  std::string message = one_line(text_of(*parsed, "message"));
  if (!success) {
    // A failure with a known code and text counts even when it forgot to say false (the gateway
    // does); success never does.
    const ReplyKind kind = kind_of_failure(endpoint, code, message);
    const bool is_gateway_refusal =
        kind == ReplyKind::kAddressRefused || kind == ReplyKind::kSessionInvalid;
    if (code.empty() || !is_gateway_refusal)
      return unclear(http_status, "an envelope that says neither success nor failure", code);
    Reply reply = failed(kind, message);
    reply.code = code;
    return reply;
  }
  if (*success) {
    if (http_status < 200 || http_status > 299)
      return unclear(http_status, "success under HTTP " + std::to_string(http_status), code);
    if (!code.empty()) return unclear(http_status, "success and an error code at once", code);
    return read_success(row, http_status, std::move(*parsed));
  }
  Reply reply = failed(kind_of_failure(endpoint, code, message), message);
  // Behind a failing gateway a definite word may be somebody else's.
  if (http_status >= 500) reply.kind = ReplyKind::kUnclear;
  if (http_status == 401 && reply.kind == ReplyKind::kUnclear)
    reply.kind = ReplyKind::kSessionInvalid;
  reply.code = code;
  if (reply.message.empty()) reply.message = "a failure without words";
  return reply;
}

trading::Error error_of(Endpoint endpoint, const Reply& reply) {
  INVARIANT(!reply.is_answer(), "an answer is no error");
  const EndpointRow& row = row_of(endpoint);
  const std::string what = std::string(row.name) + " answered HTTP " +
                           std::to_string(reply.http_status) +
                           (reply.code.empty() ? "" : " " + reply.code) + ": " + reply.message;
  const bool is_write = row.is_order_write;
  switch (reply.kind) {
    case ReplyKind::kRefused:
      return make_error("SMARTAPI_REFUSED", what, "the same request will be refused again; change it");
    case ReplyKind::kSessionInvalid:
      return make_error("SMARTAPI_SESSION_INVALID", what,
                        "the session is renewed before the next call; try again", Retry::kSafe);
    case ReplyKind::kLoginNeeded:
      return make_error("SMARTAPI_LOGIN_NEEDED", what, "the broker logs in again; try again",
                        Retry::kSafe);
    case ReplyKind::kCredentialsRefused:
      return make_error("SMARTAPI_CREDENTIALS_REFUSED", what,
                        "check BROKER_API_KEY, BROKER_CLIENT_CODE, BROKER_PASSWORD, "
                        "BROKER_TOTP_SECRET and the machine's clock, then restart the broker");
    case ReplyKind::kAddressRefused:
      return make_error("SMARTAPI_ADDRESS_NOT_REGISTERED", what,
                        "register this machine's public address for the API key in SmartAPI's "
                        "portal; it takes about a minute to act");
    case ReplyKind::kRateLimited:
      return is_write ? make_error("SMARTAPI_OUTCOME_UNKNOWN", what,
                                   "it was probably not executed; look in the order book by its "
                                   "ordertag, never send it again",
                                   Retry::kVerifyFirst)
                      : make_error("SMARTAPI_RATE_LIMITED", what,
                                   "wait a few seconds; nothing was read", Retry::kSafe);
    case ReplyKind::kUnclear:
      return is_write ? make_error("SMARTAPI_OUTCOME_UNKNOWN", what,
                                   "the order may exist; look in the order book by its ordertag, "
                                   "never send it again",
                                   Retry::kVerifyFirst)
                      : make_error("SMARTAPI_NO_ANSWER", what,
                                   "nothing follows from this answer; read again", Retry::kSafe);
    case ReplyKind::kData:
    case ReplyKind::kEmpty:
      break;
  }
  return make_error("SMARTAPI_NO_ANSWER", what, "nothing follows from this answer; read again", Retry::kSafe);
}

}  // namespace broker::smartapi
