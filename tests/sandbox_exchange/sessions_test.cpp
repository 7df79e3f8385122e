#include "tests/sandbox_exchange/sessions.h"

#include <gtest/gtest.h>

#include "tests/sandbox_exchange/totp.h"

namespace sandbox {
namespace {

using namespace trading;

class SessionsTest : public testing::Test {
 protected:
  SessionsTest() {
    account.client_code = "S1";
    account.pin = "4821";
    account.totp_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  }
  std::string code(Timestamp t) const { return totp_code(*base32_bytes(account.totp_secret), t.us / 1'000'000 / kTotpStepSeconds); }
  Tokens log_in() {
    const auto made = sessions.log_in(account, "4821", code(now), now);
    EXPECT_TRUE(made.tokens) << made.refusal.message;
    return made.tokens.value_or(Tokens{});
  }
  std::string who(const std::string& jwt) const { return sessions.check(jwt, now).client_code; }
  std::string why(const std::string& jwt) const { return sessions.check(jwt, now).refusal.code; }

  Account account;
  Sessions sessions{1};
  Timestamp now = timestamp_of(TradingDate::from_civil(2026, 11, 23), at(9, 0));
};

TEST_F(SessionsTest, TokensHaveThreePartsAndDiffer) {
  const Tokens tokens = log_in();
  EXPECT_EQ(std::count(tokens.jwt.begin(), tokens.jwt.end(), '.'), 2);
  EXPECT_TRUE(tokens.jwt.starts_with("eyJhbGciOiJIUzUxMiJ9."));  // {"alg":"HS512"}
  EXPECT_NE(tokens.jwt, tokens.refresh);
  EXPECT_EQ(who(tokens.jwt), "S1");
  EXPECT_TRUE(sessions.is_feed_token("S1", tokens.feed));
  EXPECT_FALSE(sessions.is_feed_token("S2", tokens.feed));
  EXPECT_EQ(why("Bearer " + tokens.jwt), "AG8001");
}

TEST_F(SessionsTest, ACodeCountsOnceAndInItsOwnStepOnly) {
  EXPECT_EQ(sessions.log_in(account, "4821", code(now - seconds(30)), now).refusal.code, "AB1050");
  EXPECT_EQ(sessions.log_in(account, "4821", code(now + seconds(30)), now).refusal.code, "AB1050");
  log_in();
  EXPECT_EQ(sessions.log_in(account, "4821", code(now), now).refusal.code, "AB1050");
  now = now + seconds(30);
  log_in();
}

TEST_F(SessionsTest, AWrongPinDoesNotSpendTheCode) {
  EXPECT_EQ(sessions.log_in(account, "1111", code(now), now).refusal.code, "AB1007");
  log_in();
}

TEST_F(SessionsTest, ASkewedServerRefusesThisMomentsCode) {
  sessions.skew_seconds = 60;
  EXPECT_EQ(sessions.log_in(account, "4821", code(now), now).refusal.code, "AB1050");
}

TEST_F(SessionsTest, ASecondLogInKillsTheFirstUnlessToldNotTo) {
  const Tokens first = log_in();
  now = now + seconds(30);
  const Tokens second = log_in();
  EXPECT_EQ(why(first.jwt), "AG8001");
  EXPECT_FALSE(sessions.is_feed_token("S1", first.feed));
  sessions.does_login_kill_others = false;
  now = now + seconds(30);
  log_in();
  EXPECT_EQ(who(second.jwt), "S1");
}

TEST_F(SessionsTest, ARefreshTokenIsSpentByItsUse) {
  const Tokens first = log_in();
  const auto refreshed = sessions.refresh(first.refresh, now);
  ASSERT_TRUE(refreshed.tokens);
  EXPECT_EQ(who(refreshed.tokens->jwt), "S1");
  EXPECT_EQ(who(first.jwt), "S1");
  EXPECT_EQ(sessions.refresh(first.refresh, now).refusal.code, "AB8050");
}

TEST_F(SessionsTest, MidnightEndsEverything) {
  const Tokens tokens = log_in();
  sessions.kill_all();
  EXPECT_EQ(why(tokens.jwt), "AG8002");
  EXPECT_FALSE(sessions.is_feed_token("S1", tokens.feed));
  EXPECT_EQ(sessions.refresh(tokens.refresh, now).refusal.code, "AB8050");
}

TEST_F(SessionsTest, LogOutIsFinal) {
  const Tokens tokens = log_in();
  sessions.log_out("S1");
  EXPECT_EQ(why(tokens.jwt), "AG8001");
  EXPECT_EQ(sessions.live_count(), 0U);
}

}  // namespace
}  // namespace sandbox
