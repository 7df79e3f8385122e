#pragma once

// The one way to the service: session, rate limits, one transport, the record of every call. Reads
// may be repeated, renew the session and wait for their turn; a write goes out once and ends in one
// of four outcomes. Blocks: it belongs to one thread that may wait. Only stream_credentials(),
// clock_skew() and is_logged_in() are safe from any other.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "execution_broker/clock/clock.h"
#include "execution_broker/config/secret.h"
#include "execution_broker/exchange/exchange.h"
#include "execution_broker/exchange/smartapi/http/http_transport.h"
#include "execution_broker/exchange/smartapi/rate_limit/rate_limiter.h"
#include "execution_broker/exchange/smartapi/wire/reply.h"
#include "execution_broker/exchange/smartapi/wire/session_wire.h"

namespace broker::smartapi {

struct Credentials {
  Secret api_key;
  Secret client_code;
  Secret pin;
  Secret totp_secret;
};

// One attempt of one call, for the audit log. Holds no secret, no body and no header.
struct CallRecord {
  std::string_view call;  // "getOrderBook"
  bool is_order_write = false;
  std::string end;   // "data", "empty", "refused", ... or "not_sent", "unknown"
  std::string code;  // the service's, may be empty
  std::string detail;
  int http_status = 0;
  int attempt = 1;
  std::int64_t duration_us = 0;
};

class Client;

struct ClientSetup {
  HttpTransport& transport;
  const Clock& clock;  // steady time for limits; market time for days and one-time passwords
  std::string rest_url;  // https://host, no path
  Credentials credentials;
  std::function<void(const CallRecord&)> record;        // must not block
  std::function<void(std::int64_t us)> pause;           // waits; tests move their clock
  std::function<void(trading::Timestamp)> on_server_date = {};  // the Date of each answer
  std::int64_t patience_us = 8'000'000;                 // longest wait of one read for its turn
  // An account has one session: a second log-in may end the first. A client that names another here works with that one's
  // session and never logs in, renews or logs out; it outlives this one, on a thread of its own.
  Client* session_of = nullptr;
};

// What the streams log in with; belongs to whoever asked for it.
struct StreamCredentials {
  Secret jwt;
  Secret feed_token;
  Secret api_key;
  Secret client_code;
};

class Client {
 public:
  explicit Client(ClientSetup setup);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Logs in where needed: no session yet, or one of an earlier day. SMARTAPI_CREDENTIALS_REFUSED is
  // final until the next day or a restart: the account must not be locked by trying.
  trading::Status ensure_session();
  // Ends the session; a session that does not end at the service is forgotten all the same.
  trading::Status logout();
  // A stream was refused with 401: the tokens are renewed before the next call.
  void distrust_session();

  // Only the Date of an answer is wanted: asks for nothing in particular, without key or session. A
  // clock that is told by the exchange would otherwise stand still while a log-in waits for it.
  void hear_date();

  // An answer (kData or kEmpty), or an error.
  trading::Result<Reply> read(const WireRequest& request);
  // At most one attempt. `before_send` runs when the connection stands and decides last.
  Outcome write(const WireRequest& request, Lane lane, const std::function<bool()>& before_send = {});

  // NO_SESSION while there is none.
  [[nodiscard]] trading::Result<StreamCredentials> stream_credentials() const;
  [[nodiscard]] bool is_logged_in() const { return is_logged_in_.load(std::memory_order_acquire); }
  // The service's Date header less our clock, of the newest prompt answer; whole seconds, so a clock
  // that agrees shows up to a second less.
  [[nodiscard]] std::optional<trading::Duration> clock_skew() const;
  [[nodiscard]] std::int64_t clock_skew_measured_us() const { return skew_measured_us_.load(std::memory_order_relaxed); }

  [[nodiscard]] const Clock& clock() const { return setup_.clock; }
  // The text with every secret and token of this session blotted out.
  [[nodiscard]] std::string scrubbed(std::string text) const;

 private:
  struct Attempt {
    HttpEnd end;
    Reply reply;  // of a kReply end
  };
  Attempt attempt(const WireRequest& request, std::string_view body, int number,
                  const std::function<bool()>& before_send);
  trading::Status wait_for_turn(Endpoint endpoint, Lane lane);
  trading::Status log_in();
  trading::Status renew();
  trading::Status take_session(Reply& reply);
  trading::Status borrow_session();
  void forget_session();
  [[nodiscard]] trading::Error failure_of(Endpoint endpoint, const Attempt& tried) const;

  ClientSetup setup_;
  RateLimiter limits_;
  bool must_renew_ = false;
  std::atomic<bool> is_distrusted_{false};
  std::optional<trading::Error> final_refusal_;  // until the day changes
  trading::TradingDate final_refusal_day_;
  int code_refusals_ = 0;            // AB1050 in a row
  std::int64_t last_totp_step_ = -1;  // a code is used once
  std::int64_t next_login_us_ = 0;   // steady; logins that failed for other reasons wait
  int login_failures_ = 0;
  trading::TradingDate login_day_;
  std::atomic<bool> is_logged_in_{false};
  std::atomic<std::int64_t> skew_us_{kNoSkew};
  std::atomic<std::int64_t> skew_measured_us_{0};  // steady
  static constexpr std::int64_t kNoSkew = INT64_MIN;

  mutable std::mutex tokens_mutex_;
  std::optional<Tokens> tokens_;  // guarded by tokens_mutex_
};

}  // namespace broker::smartapi
