#include "execution_broker/exchange/smartapi/session/client.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <utility>

#include "execution_broker/exchange/smartapi/session/totp.h"
#include "execution_broker/exchange/smartapi/wire/order_requests.h"
#include "trading/base/invariant.h"

namespace broker::smartapi {

namespace {

using trading::make_error;
using trading::Result;
using trading::Retry;
using trading::Status;

constexpr int kMostReadAttempts = 3;
constexpr std::int64_t kReadPauseUs = 1'000'000;
constexpr std::int64_t kFirstLoginPauseUs = 5'000'000;
constexpr std::int64_t kLongestLoginPauseUs = 300'000'000;
constexpr int kMostCodeRefusals = 2;
constexpr std::int64_t kPromptAnswerUs = 1'000'000;
// An order waits this long for its turn, not longer: its price grows old.
constexpr std::int64_t kWritePatienceUs = 1'200'000;

std::string seconds_text(std::int64_t us) { return std::to_string((us + 999'999) / 1'000'000) + " s"; }

}  // namespace

Client::Client(ClientSetup setup) : setup_(std::move(setup)) {
  while (!setup_.rest_url.empty() && setup_.rest_url.back() == '/') setup_.rest_url.pop_back();
}

std::string Client::scrubbed(std::string text) const {
  const auto blot = [&](std::string_view secret) {
    constexpr std::size_t kShortest = 4;
    if (secret.size() < kShortest) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
      text.replace(at, secret.size(), "***");
  };
  const Credentials& keys = setup_.credentials;
  for (const Secret* secret : {&keys.api_key, &keys.client_code, &keys.pin, &keys.totp_secret})
    blot(secret->reveal());
  const std::lock_guard lock(tokens_mutex_);
  if (tokens_)
    for (const Secret* secret : {&tokens_->jwt, &tokens_->refresh, &tokens_->feed})
      blot(secret->reveal());
  return text;
}

std::optional<trading::Duration> Client::clock_skew() const {
  const std::int64_t us = skew_us_.load(std::memory_order_relaxed);
  if (us == kNoSkew) return std::nullopt;
  return trading::Duration{us};
}

Result<StreamCredentials> Client::stream_credentials() const {
  const std::lock_guard lock(tokens_mutex_);
  if (!tokens_)
    return make_error("NO_SESSION", "there is no session with SmartAPI yet",
                      "the broker logs in by itself; try again", Retry::kSafe);
  StreamCredentials out;
  out.jwt = Secret(tokens_->jwt.reveal());
  out.feed_token = Secret(tokens_->feed.reveal());
  out.api_key = Secret(setup_.credentials.api_key.reveal());
  out.client_code = Secret(setup_.credentials.client_code.reveal());
  return out;
}

void Client::distrust_session() { is_distrusted_.store(true, std::memory_order_release); }

void Client::forget_session() {
  is_logged_in_.store(false, std::memory_order_release);
  must_renew_ = false;
  is_distrusted_.store(false, std::memory_order_release);
  const std::lock_guard lock(tokens_mutex_);
  tokens_.reset();
}

Status Client::take_session(Reply& reply) {
  ASSIGN_OR_RETURN(Tokens tokens, take_tokens(reply));
  {
    const std::lock_guard lock(tokens_mutex_);
    tokens_ = std::move(tokens);
  }
  must_renew_ = false;
  is_distrusted_.store(false, std::memory_order_release);
  is_logged_in_.store(true, std::memory_order_release);
  return {};
}

Client::Attempt Client::attempt(const WireRequest& request, std::string_view body, int number,
                                const std::function<bool()>& before_send) {
  const EndpointRow& row = row_of(request.endpoint);
  HttpRequest http;
  http.is_post = row.is_post;
  http.url = setup_.rest_url + request.path;
  http.body = body;
  http.is_write = row.is_order_write;
  http.most_body_bytes = row.most_body_bytes;
  http.before_send = before_send;
  // The addresses are not looked at by the service; where a request comes from is read off the
  // connection itself.
  http.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"},
                  {"X-UserType", "USER"},               {"X-SourceID", "WEB"},
                  {"X-ClientLocalIP", "127.0.0.1"},     {"X-ClientPublicIP", "127.0.0.1"},
                  {"X-MACAddress", "00:00:00:00:00:00"},
                  {"X-PrivateKey", setup_.credentials.api_key.reveal()}};
  Secret bearer;
  if (row.is_authenticated) {
    const std::lock_guard lock(tokens_mutex_);
    if (tokens_) {
      std::string text = "Bearer " + std::string(tokens_->jwt.reveal());
      bearer = Secret(text);
      explicit_bzero(text.data(), text.size());
      http.headers.push_back({"Authorization", bearer.reveal()});
    }
  }
  const std::int64_t began = setup_.clock.steady_us();
  Attempt out;
  out.end = setup_.transport.exchange(http);
  CallRecord call;
  call.call = row.name;
  call.is_order_write = row.is_order_write;
  call.attempt = number;
  call.duration_us = setup_.clock.steady_us() - began;
  call.http_status = out.end.status;
  if (out.end.server_date && setup_.on_server_date) setup_.on_server_date(*out.end.server_date);
  // A slow answer says when it was written, not what time it is.
  if (out.end.server_date && call.duration_us <= kPromptAnswerUs) {
    skew_us_.store((*out.end.server_date - setup_.clock.market_now()).us, std::memory_order_relaxed);
    skew_measured_us_.store(setup_.clock.steady_us(), std::memory_order_relaxed);
  }
  if (out.end.kind == HttpEnd::Kind::kReply) {
    out.reply = read_reply(request.endpoint, out.end.status, out.end.body);
    out.reply.message = scrubbed(std::move(out.reply.message));
    out.reply.code = scrubbed(std::move(out.reply.code));
    if (!row.is_authenticated || request.endpoint == Endpoint::kRefresh)
      explicit_bzero(out.end.body.data(), out.end.body.size());
    call.end = name_of(out.reply.kind);
    call.code = out.reply.code;
    if (!out.reply.is_answer()) call.detail = out.reply.message;
    if (out.reply.kind == ReplyKind::kRateLimited)
      limits_.penalise(request.endpoint, setup_.clock.steady_us());
    else
      limits_.forgive(request.endpoint);
  } else {
    out.end.detail = scrubbed(std::move(out.end.detail));
    call.end = out.end.kind == HttpEnd::Kind::kNotSent ? "not_sent" : "unknown";
    call.detail = out.end.detail;
  }
  out.end.body.clear();
  if (setup_.record) setup_.record(call);
  return out;
}

trading::Error Client::failure_of(Endpoint endpoint, const Attempt& tried) const {
  if (tried.end.kind == HttpEnd::Kind::kReply) return error_of(endpoint, tried.reply);
  const std::string name(row_of(endpoint).name);
  if (tried.end.kind == HttpEnd::Kind::kNotSent)
    return make_error("SMARTAPI_UNREACHABLE", name + " could not be sent: " + tried.end.detail,
                      "check the network and the SMARTAPI_*_URL; it is tried again", Retry::kSafe);
  return make_error("SMARTAPI_NO_ANSWER", name + " got no whole answer: " + tried.end.detail,
                    "nothing follows from it; read again", Retry::kSafe);
}

Status Client::wait_for_turn(Endpoint endpoint, Lane lane) {
  std::int64_t left = row_of(endpoint).is_order_write ? kWritePatienceUs : setup_.patience_us;
  while (true) {
    const std::int64_t wait = limits_.take(endpoint, lane, setup_.clock.steady_us());
    if (wait == 0) return {};
    if (wait > left)
      return make_error("SMARTAPI_RATE_BUDGET_SPENT",
                        std::string(row_of(endpoint).name) + " has to wait " + seconds_text(wait) +
                            ": the service's limit for it is used up",
                        "nothing was sent; try again then", Retry::kSafe);
    setup_.pause(wait);
    left -= wait;
  }
}

Status Client::log_in() {
  const std::int64_t now_us = setup_.clock.steady_us();
  if (now_us < next_login_us_)
    return make_error("SMARTAPI_LOGIN_WAITS",
                      "the last login failed; the next is tried in " + seconds_text(next_login_us_ - now_us),
                      "nothing has to be done; it is tried again by itself", Retry::kSafe);
  const trading::Timestamp now = setup_.clock.market_now();
  const std::int64_t step = totp_step(now);
  if (step <= last_totp_step_)
    return make_error("SMARTAPI_LOGIN_WAITS",
                      "this step's one-time password was used; the next comes in " +
                          seconds_text((last_totp_step_ + 1) * kTotpStepUs - now.us),
                      "nothing has to be done; it is tried again by itself", Retry::kSafe);
  ASSIGN_OR_RETURN(std::string code, totp_code(setup_.credentials.totp_secret, step));
  RETURN_IF_ERROR(wait_for_turn(Endpoint::kLogin, Lane::kRead));
  const Secret body = login_body(setup_.credentials.client_code, setup_.credentials.pin, code);
  explicit_bzero(code.data(), code.size());
  const WireRequest request{Endpoint::kLogin, std::string(row_of(Endpoint::kLogin).path), ""};
  Attempt tried = attempt(request, body.reveal(), login_failures_ + 1, {});
  // A code that left is used, whatever became of it.
  if (tried.end.kind != HttpEnd::Kind::kNotSent) last_totp_step_ = step;
  if (tried.end.kind == HttpEnd::Kind::kReply && tried.reply.kind == ReplyKind::kData) {
    RETURN_IF_ERROR(take_session(tried.reply));
    login_day_ = trading::date_of(now);
    login_failures_ = 0;
    code_refusals_ = 0;
    return {};
  }
  const trading::Error error = failure_of(Endpoint::kLogin, tried);
  if (tried.end.kind == HttpEnd::Kind::kReply &&
      tried.reply.kind == ReplyKind::kCredentialsRefused) {
    // A one-time password is refused now and then; the next step's gets one more try.
    const bool is_code = tried.reply.code == "AB1050";
    if (!is_code || ++code_refusals_ >= kMostCodeRefusals) {
      final_refusal_ = error;
      final_refusal_day_ = trading::date_of(now);
    }
    return error;
  }
  next_login_us_ = setup_.clock.steady_us() +
                   std::min(kLongestLoginPauseUs, kFirstLoginPauseUs << std::min(login_failures_, 8));
  ++login_failures_;
  return error;
}

Status Client::renew() {
  must_renew_ = false;
  is_distrusted_.store(false, std::memory_order_release);
  Secret body;
  {
    const std::lock_guard lock(tokens_mutex_);
    if (tokens_) body = refresh_body(tokens_->refresh);
  }
  if (body.is_set()) {
    RETURN_IF_ERROR(wait_for_turn(Endpoint::kRefresh, Lane::kRead));
    const WireRequest request{Endpoint::kRefresh, std::string(row_of(Endpoint::kRefresh).path), ""};
    Attempt tried = attempt(request, body.reveal(), 1, {});
    if (tried.end.kind == HttpEnd::Kind::kReply && tried.reply.kind == ReplyKind::kData &&
        take_session(tried.reply))
      return {};
    // Refused by the gateway itself, or no answer: the old tokens are known to be bad.
  }
  forget_session();
  return log_in();
}

// The lender's newest tokens. Those that were refused are not taken again: the lender is told and renews on its own thread.
Status Client::borrow_session() {
  auto keys = setup_.session_of->stream_credentials();
  if (!keys) return keys.error();
  const bool is_refused = must_renew_ || is_distrusted_.load(std::memory_order_acquire);
  const std::lock_guard lock(tokens_mutex_);
  if (is_refused && tokens_ && tokens_->jwt.reveal() == keys->jwt.reveal()) {
    setup_.session_of->distrust_session();
    return make_error("NO_SESSION", "the session with SmartAPI is being renewed",
                      "the broker renews it by itself; try again", Retry::kSafe);
  }
  tokens_ = Tokens{std::move(keys->jwt), Secret(), std::move(keys->feed_token)};
  must_renew_ = false;
  is_distrusted_.store(false, std::memory_order_release);
  is_logged_in_.store(true, std::memory_order_release);
  return {};
}

Status Client::ensure_session() {
  if (setup_.session_of != nullptr) return borrow_session();
  const trading::TradingDate today = trading::date_of(setup_.clock.market_now());
  if (final_refusal_) {
    if (final_refusal_day_ == today) return *final_refusal_;
    final_refusal_.reset();
    code_refusals_ = 0;
  }
  if (is_logged_in() && login_day_ != today) forget_session();  // no session outlives its midnight
  if (!is_logged_in()) return log_in();
  if (must_renew_ || is_distrusted_.load(std::memory_order_acquire)) return renew();
  return {};
}

Status Client::logout() {
  INVARIANT(setup_.session_of == nullptr, "a borrowed session is not ended");
  if (!is_logged_in()) return {};
  const Secret body = logout_body(setup_.credentials.client_code);
  const WireRequest request{Endpoint::kLogout, std::string(row_of(Endpoint::kLogout).path), ""};
  const Attempt tried = attempt(request, body.reveal(), 1, {});
  forget_session();
  if (tried.end.kind == HttpEnd::Kind::kReply && tried.reply.is_answer()) return {};
  return failure_of(Endpoint::kLogout, tried);
}

void Client::hear_date() {
  HttpRequest http;
  http.url = setup_.rest_url + std::string(row_of(Endpoint::kProfile).path);
  const HttpEnd end = setup_.transport.exchange(http);
  if (end.server_date && setup_.on_server_date) setup_.on_server_date(*end.server_date);
}

Result<Reply> Client::read(const WireRequest& request) {
  INVARIANT(!row_of(request.endpoint).is_order_write, "a write is never read");
  bool has_renewed = false;
  Attempt tried;
  for (int number = 1; number <= kMostReadAttempts; ++number) {
    RETURN_IF_ERROR(ensure_session());
    RETURN_IF_ERROR(wait_for_turn(request.endpoint, Lane::kRead));
    tried = attempt(request, request.body, number, {});
    if (tried.end.kind != HttpEnd::Kind::kReply) {
      if (number < kMostReadAttempts) setup_.pause(kReadPauseUs);
      continue;
    }
    switch (tried.reply.kind) {
      case ReplyKind::kData:
      case ReplyKind::kEmpty:
        return std::move(tried.reply);
      case ReplyKind::kSessionInvalid:
        if (has_renewed) return failure_of(request.endpoint, tried);
        has_renewed = true;
        must_renew_ = true;
        break;
      case ReplyKind::kLoginNeeded:
        if (has_renewed) return failure_of(request.endpoint, tried);
        has_renewed = true;
        if (setup_.session_of != nullptr) must_renew_ = true;
        else forget_session();
        break;
      case ReplyKind::kRateLimited:
        break;  // the bucket rests; the next turn waits for it
      case ReplyKind::kUnclear:
        if (number < kMostReadAttempts) setup_.pause(kReadPauseUs);
        break;
      case ReplyKind::kRefused:
      case ReplyKind::kCredentialsRefused:
      case ReplyKind::kAddressRefused:
        return failure_of(request.endpoint, tried);
    }
  }
  return failure_of(request.endpoint, tried);
}

Outcome Client::write(const WireRequest& request, Lane lane,
                      const std::function<bool()>& before_send) {
  INVARIANT(row_of(request.endpoint).is_order_write, "a read is never written");
  using Kind = Outcome::Kind;
  if (const Status ready = ensure_session(); !ready)
    return {Kind::kNotSent, "", ready.error().text()};
  if (const Status turn = wait_for_turn(request.endpoint, lane); !turn)
    return {Kind::kNotSent, "", turn.error().text()};
  const Attempt tried = attempt(request, request.body, 1, before_send);
  switch (tried.end.kind) {
    case HttpEnd::Kind::kNotSent:
      return {Kind::kNotSent, "", failure_of(request.endpoint, tried).text()};
    case HttpEnd::Kind::kUnknown:
      return {Kind::kUnknown, "", "no whole answer: " + tried.end.detail};
    case HttpEnd::Kind::kReply:
      break;
  }
  switch (tried.reply.kind) {
    case ReplyKind::kData: {
      const auto placed = read_placed(tried.reply.data);
      if (!placed) return {Kind::kUnknown, "", placed.error().text()};
      return {Kind::kAccepted, placed->order_id, ""};
    }
    case ReplyKind::kSessionInvalid:
      must_renew_ = true;
      break;
    case ReplyKind::kLoginNeeded:
      if (setup_.session_of != nullptr) must_renew_ = true;
      else forget_session();
      break;
    case ReplyKind::kRefused:
    case ReplyKind::kCredentialsRefused:
    case ReplyKind::kAddressRefused:
      break;
    case ReplyKind::kEmpty:
      return {Kind::kUnknown, "", "success without an order id"};
    case ReplyKind::kRateLimited:
    case ReplyKind::kUnclear:
      return {Kind::kUnknown, "", failure_of(request.endpoint, tried).text()};
  }
  return {Kind::kRejected, "", failure_of(request.endpoint, tried).text()};
}

}  // namespace broker::smartapi
