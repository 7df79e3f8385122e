#pragma once

// The bytes of an answer -> what it means. SmartAPI answers failures with HTTP 200, in two dialects
// (status/errorcode and success/errorCode), refuses by plain text with 403, and sends empty bodies,
// HTML and cut JSON. An answer counts as data, as "nothing there" or as a definite refusal only when
// it says so completely; everything else is kUnclear. A code never decides alone: codes are reused,
// so each row of the table of refusals also names the endpoints and words it is known with.
//
// Pure; safe on any bytes.

#include <string>
#include <string_view>

#include "execution_broker/exchange/smartapi/wire/endpoint.h"
#include "execution_broker/exchange/smartapi/wire/json.h"
#include "trading/base/result.h"

namespace broker::smartapi {

enum class ReplyKind {
  kData,                // complete, says success, `data` is there
  kEmpty,               // complete, says that there is nothing
  kRefused,             // complete, refused by the service or the exchange: nothing was done
  kSessionInvalid,      // the bearer is bad or expired: refresh once, else log in
  kLoginNeeded,         // the refresh token is no good either: a full login
  kCredentialsRefused,  // key, PIN or one-time password refused: a person must act
  kAddressRefused,      // AG7002: order writes from this address are not registered
  kRateLimited,         // too many requests; a write that meets it has an unknown outcome
  kUnclear,             // no trustworthy answer: nothing follows from it
};
std::string_view name_of(ReplyKind kind);

struct Reply {
  ReplyKind kind = ReplyKind::kUnclear;
  Json data;            // kData only
  std::string code;     // AB1004, AG8001; empty when there was none
  std::string message;  // the service's words, or what is wrong with the answer; one line
  int http_status = 0;

  [[nodiscard]] bool is_answer() const {
    return kind == ReplyKind::kData || kind == ReplyKind::kEmpty;
  }
};

Reply read_reply(Endpoint endpoint, int http_status, std::string_view body);

// What a reply that is no answer means for its caller, with what to do. INVARIANT: not an answer.
trading::Error error_of(Endpoint endpoint, const Reply& reply);

}  // namespace broker::smartapi
