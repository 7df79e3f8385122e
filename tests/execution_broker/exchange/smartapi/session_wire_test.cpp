#include "execution_broker/exchange/smartapi/wire/session_wire.h"

#include <gtest/gtest.h>

#include "tests/execution_broker/exchange/smartapi/payloads.h"

namespace broker::smartapi {
namespace {

TEST(SessionWire, BodiesAreWhatTheServiceDocuments) {
  EXPECT_EQ(login_body(Secret("A\"1"), Secret("1234"), "287082").reveal(),
            R"({"clientcode":"A\"1","password":"1234","totp":"287082"})");
  EXPECT_EQ(refresh_body(Secret("eyJ.r.s")).reveal(), R"({"refreshToken":"eyJ.r.s"})");
  EXPECT_EQ(logout_body(Secret("A1")).reveal(), R"({"clientcode":"A1"})");
}

TEST(SessionWire, ThreeTokensOrNone) {
  Reply reply = read_reply(Endpoint::kLogin, 200, payloads::success(payloads::kTokens));
  const auto tokens = take_tokens(reply);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->jwt.reveal(), "eyJhbGciOiJIUzUxMiJ9.jwt.sig");
  EXPECT_EQ(tokens->feed.reveal(), "eyJ.feed.sig");
  EXPECT_TRUE(reply.data.find("jwtToken")->text.empty()) << "the reply's copy is wiped";
  for (const char* data : {R"({"jwtToken":"a.b.c","refreshToken":"r"})", R"({"jwtToken":"Bearer a.b.c","refreshToken":"r","feedToken":"f"})",
                           R"({"jwtToken":"","refreshToken":"r","feedToken":"f"})", R"({"jwtToken":null,"refreshToken":"r","feedToken":"f"})",
                           R"({"jwtToken":"a\r\nX-Other: 1","refreshToken":"r","feedToken":"f"})", "\"x\"", "{}"}) {
    Reply bad = read_reply(Endpoint::kLogin, 200, payloads::success(data));
    const auto none = take_tokens(bad);
    ASSERT_FALSE(none) << data;
    EXPECT_EQ(none.error().code, "TOKENS_INVALID");
    EXPECT_EQ(none.error().text().find("a.b.c"), std::string::npos) << "no token in a message";
  }
}

TEST(SessionWire, ProfilesOfBothKinds) {
  const auto recorded = read_profile(payloads::json(
      R"({"clientcode":"A1","name":"N","email":"","mobileno":"","exchanges":["nse_cm","bse_cm"],"products":["CNC","MIS"],"lastlogintime":"","broker":""})"));
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->exchanges.size(), 2U);
  const auto documented = read_profile(payloads::json(
      R"({"clientcode":"A1","name":"N","exchanges":"[ \"NSE\", \"BSE\" ]","products":"[ \"DELIVERY\" ]","brokerid":"B2C"})"));
  ASSERT_TRUE(documented);
  EXPECT_EQ(documented->products.front(), "DELIVERY");
  EXPECT_FALSE(read_profile(payloads::json(R"({"name":"N"})")));
}

}  // namespace
}  // namespace broker::smartapi
