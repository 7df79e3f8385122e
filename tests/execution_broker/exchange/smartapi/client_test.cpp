// The client against a scripted service: the session's life, every quirk at every read, writes that
// go out once. No sockets here.

#include "execution_broker/exchange/smartapi/session/client.h"

#include <gtest/gtest.h>

#include <map>

#include "execution_broker/exchange/smartapi/http/in_process_transport.h"
#include "execution_broker/exchange/smartapi/session/account_reads.h"
#include "execution_broker/exchange/smartapi/session/totp.h"
#include "execution_broker/exchange/smartapi/wire/order_requests.h"
#include "tests/execution_broker/exchange/smartapi/payloads.h"
#include "tests/support/fake_clock.h"

namespace broker::smartapi {
namespace {

using payloads::business_failure;
using payloads::gateway_failure;
using payloads::success;
using trading::Price;
using trading::Quantity;

constexpr const char* kTotpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

HttpEnd reply_of(int status, std::string body) {
  HttpEnd end;
  end.kind = HttpEnd::Kind::kReply;
  end.status = status;
  end.body = std::move(body);
  return end;
}
HttpEnd lost() {
  HttpEnd end;
  end.kind = HttpEnd::Kind::kUnknown;
  end.detail = "connection reset";
  return end;
}

// A service whose calls can be scripted one by one; what is not scripted works.
class Service {
 public:
  FakeClock clock{timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(10, 0))};
  std::map<std::string, std::vector<HttpEnd>> script;  // last part of the path -> answers, in order; the last stays
  std::map<std::string, int> calls;
  std::vector<std::string> bodies;
  std::vector<std::string> bearers;
  std::vector<CallRecord> records;
  std::int64_t paused_us = 0;
  InProcessTransport transport{[this](const HttpRequest& request) { return answer(request); }};
  Client client{setup()};

  ClientSetup setup() {
    ClientSetup out{transport, clock, "https://service.example", {}, {}, {}};
    out.credentials = {Secret("APIKEY-secret"), Secret("CLIENT-secret"), Secret("9876"), Secret(kTotpSecret)};
    out.record = [this](const CallRecord& call) { records.push_back(call); };
    out.pause = [this](std::int64_t us) {
      paused_us += us;
      clock.advance({us});
    };
    return out;
  }

  HttpEnd answer(const HttpRequest& request) {
    std::string name = request.url.substr(request.url.rfind('/', request.url.size() - 2) + 1);
    if (!name.empty() && name.back() == '/') name.pop_back();
    ++calls[name];
    bodies.emplace_back(request.body);
    for (const HttpHeader& header : request.headers)
      if (header.name == "Authorization") bearers.emplace_back(header.value);
    std::vector<HttpEnd>& answers = script[name];
    if (answers.empty()) return usual(name);
    const HttpEnd end = answers.front();
    if (answers.size() > 1) answers.erase(answers.begin());
    if (end.status == 0 && end.kind == HttpEnd::Kind::kReply) {
      answers.clear();
      return usual(name);
    }
    return end;
  }
  static HttpEnd then_usual() {
    HttpEnd end;
    end.kind = HttpEnd::Kind::kReply;
    return end;
  }

  HttpEnd usual(const std::string& name) {
    if (name == "loginByPassword" || name == "generateTokens") {
      ++sessions_;
      const std::string n = std::to_string(sessions_);
      return reply_of(200, success(R"({"jwtToken":"jwt.token.)" + n + R"(","refreshToken":"refresh.token.)" + n + R"(","feedToken":"feed.token.)" + n + R"(","state":null})"));
    }
    if (name == "getRMS") return reply_of(200, success(payloads::kFunds));
    if (name == "getOrderBook") return reply_of(200, success("[" + std::string(payloads::kOrderRow) + "]"));
    if (name == "getTradeBook") return reply_of(200, success("[" + std::string(payloads::kTradeRow) + "]"));
    if (name == "getPosition") return reply_of(200, success("[" + std::string(payloads::kPositionRow) + "]"));
    if (name == "getAllHolding") return reply_of(200, success(R"({"holdings":[)" + std::string(payloads::kHoldingRow) + R"(],"totalholding":null})"));
    if (name == "quote") return reply_of(200, success(R"({"fetched":[)" + std::string(payloads::kFullQuote) + R"(],"unfetched":[]})"));
    if (name == "getCandleData") return reply_of(200, success(R"([["2026-11-23T09:15:00+05:30",810,811.5,809.2,811,55210]])"));
    if (name == "getProfile") return reply_of(200, success(R"({"clientcode":"A1","name":"N","exchanges":["nse_cm"],"products":["CNC"]})"));
    if (name == "ruleList") return reply_of(200, success("[]"));
    if (name == "batch") return reply_of(200, success(R"({"totalMarginRequired":100.5})"));
    if (name == "cautionaryScrips") return reply_of(200, success("[]"));
    if (name == "logout") return reply_of(200, success("\"Logout Successfully\""));
    if (name == "placeOrder") return reply_of(200, success(R"({"script":"SBIN-EQ","orderid":"261123000000001","uniqueorderid":"8f0c"})"));
    return reply_of(404, "");
  }

 private:
  int sessions_ = 0;
};

WireRequest an_order() {
  return *place_order(IntradayOrder{{trading::Exchange::kNse, "SBIN-EQ", "3045"}, trading::Side::kBuy, Quantity(1), LimitTerms{Price(8'125'000)}}, *OrderTag::parse("t1"));
}

TEST(Totp, TheVectorsOfTheStandard) {
  const Secret secret(kTotpSecret);
  for (const auto& [t, code] : {std::pair<std::int64_t, const char*>{59, "287082"}, {1'111'111'109, "081804"}, {1'111'111'111, "050471"}, {1'234'567'890, "005924"},
                                {2'000'000'000, "279037"}, {20'000'000'000, "353130"}})
    EXPECT_EQ(*totp_code(secret, t / 30), code);
  EXPECT_EQ(*totp_code(Secret("gezd gnbv gy3t qojq gezd gnbv gy3t qojq"), 1), "287082") << "as an app shows it";
  for (const char* bad : {"", "not base32!", "1"}) {
    const auto none = totp_code(Secret(bad), 1);
    ASSERT_FALSE(none) << bad;
    EXPECT_EQ(none.error().field, "BROKER_TOTP_SECRET");
  }
}

TEST(Client, LogsInOnceAndCarriesTheBareTokenOnce) {
  Service service;
  ASSERT_TRUE(fetch_funds(service.client));
  ASSERT_TRUE(fetch_order_book(service.client));
  EXPECT_EQ(service.calls["loginByPassword"], 1);
  EXPECT_EQ(service.bearers.front(), "Bearer jwt.token.1");
  EXPECT_EQ(service.client.stream_credentials()->feed_token.reveal(), "feed.token.1");
}

TEST(Client, ATokenErrorIsRefreshedOnceAndReadAgain) {
  for (const char* code : {"AG8001", "AG8002"}) {
    Service service;
    service.script["getRMS"] = {reply_of(200, gateway_failure(code, code == std::string("AG8001") ? "Invalid Token" : "Token Expired")), Service::then_usual()};
    EXPECT_TRUE(fetch_funds(service.client));
    EXPECT_EQ(service.calls["loginByPassword"], 1);
    EXPECT_EQ(service.calls["generateTokens"], 1);
    EXPECT_EQ(service.bearers.back(), "Bearer jwt.token.2");
  }
  // It stays bad: one refresh, then the end.
  Service service;
  service.script["getRMS"] = {reply_of(200, gateway_failure("AG8001", "Invalid Token"))};
  const auto funds = fetch_funds(service.client);
  ASSERT_FALSE(funds);
  EXPECT_EQ(funds.error().code, "SMARTAPI_SESSION_INVALID");
  EXPECT_EQ(service.calls["generateTokens"], 1);
  EXPECT_EQ(service.calls["getRMS"], 2);
}

TEST(Client, ARefusedRefreshLeadsToALoginWithTheNextCode) {
  Service service;
  ASSERT_TRUE(fetch_funds(service.client));
  service.script["getRMS"] = {reply_of(200, gateway_failure("AG8002", "Token Expired")), Service::then_usual()};
  service.script["generateTokens"] = {reply_of(200, business_failure("AB8051", "Refresh Token Expired"))};
  const auto waits = fetch_funds(service.client);
  ASSERT_FALSE(waits) << "the code of this step is used";
  EXPECT_EQ(waits.error().code, "SMARTAPI_LOGIN_WAITS");
  service.clock.advance(trading::seconds(30));
  EXPECT_TRUE(fetch_funds(service.client));
  EXPECT_EQ(service.calls["loginByPassword"], 2);
}

TEST(Client, NoSessionOutlivesItsMidnight) {
  Service service;
  ASSERT_TRUE(fetch_funds(service.client));
  service.clock.advance(trading::hours(14) + trading::minutes(1));
  ASSERT_TRUE(fetch_funds(service.client));
  EXPECT_EQ(service.calls["loginByPassword"], 2);
  EXPECT_EQ(service.calls["generateTokens"], 0) << "nobody knows whether a refresh token works after midnight";
}

TEST(Client, RefusedCredentialsAreNotTriedAgainThatDay) {
  Service service;
  service.script["loginByPassword"] = {reply_of(200, business_failure("AB1007", "Login Id or password is invalid"))};
  for (int i = 0; i < 5; ++i) {
    const auto funds = fetch_funds(service.client);
    ASSERT_FALSE(funds);
    EXPECT_EQ(funds.error().code, "SMARTAPI_CREDENTIALS_REFUSED");
    EXPECT_NE(funds.error().fix.find("BROKER_PASSWORD"), std::string::npos);
    service.clock.advance(trading::minutes(5));
  }
  EXPECT_EQ(service.calls["loginByPassword"], 1);
  service.script["loginByPassword"].clear();
  service.clock.advance(trading::hours(24));
  EXPECT_TRUE(fetch_funds(service.client));
}

TEST(Client, AOneTimePasswordRefusedOnceGetsTheNextStep) {
  Service service;
  service.script["loginByPassword"] = {reply_of(200, business_failure("AB1050", "Invalid totp and client combination")), Service::then_usual()};
  EXPECT_FALSE(fetch_funds(service.client));
  EXPECT_FALSE(fetch_funds(service.client)) << "same step";
  EXPECT_EQ(service.calls["loginByPassword"], 1);
  service.clock.advance(trading::seconds(30));
  EXPECT_TRUE(fetch_funds(service.client));
  // Twice in a row is the operator's.
  Service wrong;
  wrong.script["loginByPassword"] = {reply_of(200, business_failure("AB1050", "Invalid totp"))};
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(fetch_funds(wrong.client));
    wrong.clock.advance(trading::seconds(30));
  }
  EXPECT_EQ(wrong.calls["loginByPassword"], 2);
}

TEST(Client, ALoginWithoutAnAnswerIsTriedAgainEverMoreSlowly) {
  Service service;
  service.script["loginByPassword"] = {reply_of(502, "<html>")};
  for (int i = 0; i < 600; ++i) {
    EXPECT_FALSE(fetch_funds(service.client));
    service.clock.advance(trading::seconds(1));
  }
  EXPECT_GE(service.calls["loginByPassword"], 4);
  EXPECT_LE(service.calls["loginByPassword"], 8);
}

TEST(Client, LogoutForgetsTheSession) {
  Service service;
  ASSERT_TRUE(fetch_funds(service.client));
  EXPECT_TRUE(service.client.logout());
  EXPECT_FALSE(service.client.is_logged_in());
  EXPECT_EQ(service.client.stream_credentials().error().code, "NO_SESSION");
}

// Every read, with every fault at it: an error that says what to do, never an empty or flat answer.
TEST(Client, EveryQuirkAtEveryReadIsAnErrorThatSaysWhatToDo) {
  struct Read {
    const char* name;
    std::function<std::optional<trading::Error>(Client&)> run;
  };
  const auto error = [](auto result) -> std::optional<trading::Error> {
    if (result) return std::nullopt;
    return result.error();
  };
  const trading::Timestamp from = timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(9, 15));
  const std::vector<Read> reads = {
      {"getProfile", [&](Client& c) { return error(fetch_profile(c)); }},
      {"getRMS", [&](Client& c) { return error(fetch_funds(c)); }},
      {"getOrderBook", [&](Client& c) { return error(fetch_order_book(c)); }},
      {"getTradeBook", [&](Client& c) { return error(fetch_trade_book(c)); }},
      {"getPosition", [&](Client& c) { return error(fetch_positions(c)); }},
      {"getAllHolding", [&](Client& c) { return error(fetch_holdings(c)); }},
      {"quote", [&](Client& c) { return error(fetch_quotes(c, QuoteMode::kFull, {{"NSE", "3045", "SBIN-EQ"}})); }},
      {"getCandleData", [&](Client& c) { return error(fetch_candles(c, "NSE", "3045", trading::Timeframe::kOneMinute, from, from + trading::hours(1))); }},
      {"batch", [&](Client& c) { return error(fetch_margin(c, {{"NSE", "3045", "INTRADAY", trading::Side::kBuy, Quantity(1), Price(10'000)}})); }},
      {"ruleList", [&](Client& c) { return error(fetch_gtt_rules(c)); }},
      {"cautionaryScrips", [&](Client& c) { return error(fetch_cautionary(c)); }},
  };
  struct Fault {
    const char* id;
    HttpEnd end;
  };
  const std::vector<Fault> faults = {
      {"Q01", reply_of(200, gateway_failure("AG8001", "Invalid Token"))}, {"Q02", reply_of(200, gateway_failure("AG8003", "Token missing"))},
      {"Q03", reply_of(403, "Access denied because of exceeding access rate")}, {"Q05", reply_of(200, business_failure("AB1021", "Too many requests"))},
      {"Q06", reply_of(400, "")}, {"Q07", reply_of(200, "<html><title>Request Rejected</title>support id</html>")}, {"Q08a", reply_of(502, "<html>")},
      {"Q08b", reply_of(503, "")}, {"Q08c", reply_of(504, R"({"message":"Endpoint request timed out"})")}, {"Q10", reply_of(200, success("[]").substr(0, 40))},
      {"Q11", lost()}, {"Q29a", reply_of(200, success("\"\""))}, {"Q29b", reply_of(200, R"({"status":true,"message":"SUCCESS","errorcode":""})")},
      {"Q29c", reply_of(200, "")}, {"Q29d", reply_of(200, "null")}, {"Q35", reply_of(200, business_failure("AB1004", "Something Went Wrong, Please Try After Sometime"))},
      {"Q36", reply_of(200, business_failure("AB1010", "AMX Session Expired"))}, {"Q49a", reply_of(302, "")}, {"Q49b", reply_of(200, "\x1f\x8b\x08 gzip")},
      {"code", reply_of(200, business_failure("AB7777", "never seen"))}};
  std::map<std::string, int> hits;
  for (const Read& read : reads)
    for (const Fault& fault : faults) {
      Service service;
      service.script[read.name] = {fault.end};
      const auto failed = read.run(service.client);
      ASSERT_TRUE(failed) << read.name << " took " << fault.id << " for an answer";
      EXPECT_FALSE(failed->code.empty());
      EXPECT_FALSE(failed->fix.empty()) << read.name << " " << fault.id << " " << failed->text();
      EXPECT_GE(service.calls[read.name], 1);
      EXPECT_LE(service.calls[read.name], 3) << "a bounded number of attempts";
      EXPECT_LE(service.calls["loginByPassword"], 2);
      hits[fault.id] += service.calls[read.name];
    }
  for (const auto& [id, count] : hits) std::printf("  fault %-5s met %d times at %zu reads\n", id.c_str(), count, reads.size());
}

TEST(Client, ASpuriousRefusalOfTheFirstReadIsRepeatedAfterARest) {
  Service service;
  service.script["getRMS"] = {reply_of(403, "Access denied because of exceeding access rate"), Service::then_usual()};
  EXPECT_TRUE(fetch_funds(service.client));
  EXPECT_GE(service.paused_us, 1'000'000);
}

TEST(Client, NothingThereIsAnEmptyBookOnlyByTheServicesWord) {
  Service service;
  service.script["getOrderBook"] = {reply_of(200, success("null"))};
  service.script["getPosition"] = {reply_of(200, business_failure("AB1016", "Position not found"))};
  EXPECT_TRUE(fetch_order_book(service.client)->rows.empty());
  EXPECT_TRUE(fetch_positions(service.client)->rows.empty());
}

TEST(Client, AWriteGoesOutOnceAndItsEndIsNeverGuessed) {
  using Kind = Outcome::Kind;
  struct Case {
    const char* id;
    HttpEnd end;
    Kind kind;
  };
  HttpEnd refused;
  refused.kind = HttpEnd::Kind::kNotSent;
  for (const Case& c : {Case{"accepted", Service::then_usual(), Kind::kAccepted}, {"not sent", refused, Kind::kNotSent}, {"Q03", reply_of(403, "Access denied because of exceeding access rate"), Kind::kUnknown},
                        {"Q06", reply_of(400, ""), Kind::kUnknown}, {"Q07", reply_of(200, "<html>"), Kind::kUnknown}, {"Q08", reply_of(504, ""), Kind::kUnknown},
                        {"Q09", lost(), Kind::kUnknown}, {"Q10", reply_of(200, R"({"status":true,"mess)"), Kind::kUnknown}, {"Q13a", reply_of(200, success("null")), Kind::kUnknown},
                        {"Q13b", reply_of(200, success(R"({"script":"SBIN-EQ"})")), Kind::kUnknown}, {"Q18", reply_of(403, gateway_failure("AG7002", "Access denied: Unregistered IP address")), Kind::kRejected},
                        {"Q19", reply_of(200, business_failure("AB1007", "Invalid parameters")), Kind::kRejected}, {"AB1007", reply_of(200, business_failure("AB1007", "AMX Error")), Kind::kUnknown},
                        {"Q20", reply_of(200, business_failure("AB4036", "token is categorised under cautionary listings")), Kind::kRejected},
                        {"AB1004", reply_of(200, business_failure("AB1004", "Something Went Wrong")), Kind::kUnknown}, {"AB2000", reply_of(200, business_failure("AB2000", "Error not specified")), Kind::kUnknown},
                        {"Q01", reply_of(200, gateway_failure("AG8001", "Invalid Token")), Kind::kRejected}, {"401", reply_of(401, ""), Kind::kRejected}}) {
    Service service;
    service.script["placeOrder"] = {c.end};
    const Outcome outcome = service.client.write(an_order(), Lane::kEntry);
    EXPECT_EQ(outcome.kind, c.kind) << c.id << ": " << outcome.reason;
    EXPECT_EQ(service.calls["placeOrder"], 1) << c.id;
    EXPECT_EQ(outcome.exchange_order_id.empty(), c.kind != Kind::kAccepted);
    EXPECT_EQ(outcome.reason.empty(), c.kind == Kind::kAccepted);
  }
}

TEST(Client, BeforeSendDecidesLast) {
  Service service;
  const Outcome outcome = service.client.write(an_order(), Lane::kEntry, [] { return false; });
  EXPECT_EQ(outcome.kind, Outcome::Kind::kNotSent);
  EXPECT_EQ(service.calls["placeOrder"], 0);
}

TEST(Client, NoSecretStandsInAnyRecordOrError) {
  Service service;
  service.script["getRMS"] = {reply_of(200, business_failure("AB1004", "jwt.token.1 refresh.token.1 feed.token.1 APIKEY-secret CLIENT-secret 9876"))};
  const auto funds = fetch_funds(service.client);
  ASSERT_FALSE(funds);
  std::string told = funds.error().text();
  for (const CallRecord& record : service.records) told += std::string(record.call) + record.code + record.detail + record.end;
  for (const char* secret : {"jwt.token.1", "refresh.token.1", "feed.token.1", "APIKEY-secret", "CLIENT-secret", "9876", kTotpSecret})
    EXPECT_EQ(told.find(secret), std::string::npos) << secret;
  EXPECT_NE(told.find("***"), std::string::npos);
  ASSERT_GE(service.records.size(), 2U);
  EXPECT_EQ(service.records.front().call, "loginByPassword");
  EXPECT_EQ(service.records.front().end, "data");
}

TEST(RateLimiter, ReadsStayBelowTheirLimits) {
  RateLimiter limiter;
  std::int64_t now = 10'000'000'000;
  EXPECT_EQ(limiter.take(Endpoint::kOrderBook, Lane::kRead, now), 0);
  EXPECT_EQ(limiter.take(Endpoint::kOrderBook, Lane::kRead, now), 1'200'000);
  EXPECT_EQ(limiter.take(Endpoint::kTradeBook, Lane::kRead, now), 0) << "each has its own";
  now += 1'200'000;
  EXPECT_EQ(limiter.take(Endpoint::kOrderBook, Lane::kRead, now), 0);
}

TEST(RateLimiter, ProtectionAndCancelsKeepTheirReserve) {
  RateLimiter limiter;
  const std::int64_t now = 10'000'000'000;
  int taken = 0;
  while (limiter.take(Endpoint::kPlaceOrder, Lane::kEntry, now) == 0) ++taken;
  EXPECT_EQ(taken, 5);
  EXPECT_GT(limiter.take(Endpoint::kModifyOrder, Lane::kEntry, now), 0) << "one budget";
  while (limiter.take(Endpoint::kModifyOrder, Lane::kProtection, now) == 0) ++taken;
  EXPECT_EQ(taken, 8);
  while (limiter.take(Endpoint::kCancelOrder, Lane::kCancel, now) == 0) ++taken;
  EXPECT_EQ(taken, 9);
}

// Over an hour of as many calls as the lanes let through, no window of the service's is exceeded.
TEST(RateLimiter, NoWindowIsExceededInAnHourOfPressure) {
  RateLimiter limiter;
  std::vector<std::int64_t> sent;
  std::int64_t entries = 0;
  for (std::int64_t now = 3'600'000'000; now < 2 * 3'600'000'000LL; now += 20'000) {
    for (const Lane lane : {Lane::kEntry, Lane::kProtection, Lane::kCancel})
      while (limiter.take(Endpoint::kPlaceOrder, lane, now) == 0) {
        sent.push_back(now);
        entries += lane == Lane::kEntry ? 1 : 0;
      }
  }
  const auto most_in = [&](std::int64_t span) {
    std::size_t most = 0;
    for (std::size_t begin = 0, end = 0; end < sent.size(); ++end) {
      while (sent[end] - sent[begin] >= span) ++begin;
      most = std::max(most, end - begin + 1);
    }
    return most;
  };
  EXPECT_LE(most_in(1'000'000), 9U);
  EXPECT_LE(most_in(60'000'000), 500U);
  EXPECT_LE(sent.size(), 1'000U);
  EXPECT_LE(entries, 700);
  EXPECT_GE(sent.size(), 900U);
}

TEST(RateLimiter, ARefusalRestsLongerEachTime) {
  RateLimiter limiter;
  std::int64_t now = 10'000'000'000;
  std::int64_t before = 0;
  for (int i = 0; i < 4; ++i) {
    limiter.penalise(Endpoint::kFunds, now);
    const std::int64_t wait = limiter.take(Endpoint::kFunds, Lane::kRead, now);
    EXPECT_GT(wait, before);
    before = wait;
    now += wait;
  }
  limiter.forgive(Endpoint::kFunds);
  limiter.penalise(Endpoint::kFunds, now);
  EXPECT_EQ(limiter.take(Endpoint::kFunds, Lane::kRead, now), 1'000'000);
}

}  // namespace
}  // namespace broker::smartapi
