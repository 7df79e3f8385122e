// Every failure shape of the service at every call: what may be believed, and nothing more.

#include "execution_broker/exchange/smartapi/wire/reply.h"

#include <gtest/gtest.h>

#include "tests/execution_broker/exchange/smartapi/payloads.h"

namespace broker::smartapi {
namespace {

using payloads::business_failure;
using payloads::gateway_failure;
using payloads::success;

TEST(WireReply, SuccessInEverySpelling) {
  for (const char* body : {R"({"status":true,"message":"SUCCESS","errorcode":"","data":{"net":"1"}})",
                           R"({"status":"true","message":"SUCCESS","errorcode":"","data":{"net":"1"}})",
                           R"({"success":true,"message":"SUCCESS","errorCode":"","data":{"net":"1"}})"}) {
    const Reply reply = read_reply(Endpoint::kFunds, 200, body);
    EXPECT_EQ(reply.kind, ReplyKind::kData) << body << reply.message;
    EXPECT_EQ(reply.data.find("net")->text, "1");
  }
}

TEST(WireReply, TheTwoDialectsOfFailureAreToldByTheirWords) {
  EXPECT_EQ(read_reply(Endpoint::kFunds, 200, gateway_failure("AG8001", "Invalid Token")).kind, ReplyKind::kSessionInvalid);
  EXPECT_EQ(read_reply(Endpoint::kFunds, 200, gateway_failure("AG8002", "Token Expired")).kind, ReplyKind::kSessionInvalid);
  EXPECT_EQ(read_reply(Endpoint::kFunds, 200, business_failure("AG8001", "Invalid Token")).kind, ReplyKind::kSessionInvalid);
  EXPECT_EQ(read_reply(Endpoint::kFunds, 200, gateway_failure("AG8003", "Token missing")).kind, ReplyKind::kLoginNeeded);
  EXPECT_EQ(read_reply(Endpoint::kFunds, 200, business_failure("AG8004", "Invalid API Key")).kind, ReplyKind::kCredentialsRefused);
  EXPECT_EQ(read_reply(Endpoint::kRefresh, 200, gateway_failure("AG8001", "Invalid Token")).kind, ReplyKind::kLoginNeeded);
  EXPECT_EQ(read_reply(Endpoint::kRefresh, 200, business_failure("AB8050", "Invalid Refresh Token")).kind, ReplyKind::kLoginNeeded);
  EXPECT_EQ(read_reply(Endpoint::kLogin, 200, business_failure("AB1050", "Invalid totp and client combination")).kind, ReplyKind::kCredentialsRefused);
  EXPECT_EQ(read_reply(Endpoint::kLogin, 200, business_failure("AB1007", "Login Id or password is invalid")).kind, ReplyKind::kCredentialsRefused);
}

TEST(WireReply, ACodeAloneDecidesNothing) {
  // AB1007 with words nobody has documented: an error of the order system, so the order may exist.
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, business_failure("AB1007", "AMX Error")).kind, ReplyKind::kUnclear);
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, business_failure("AB1007", "Invalid parameters")).kind, ReplyKind::kRefused);
  EXPECT_EQ(read_reply(Endpoint::kOrderDetails, 200, business_failure("AB1007", "Order not found")).kind, ReplyKind::kRefused);
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, business_failure("AB1012", "To datetime can't be greater than current datetime")).kind, ReplyKind::kUnclear);
  EXPECT_EQ(read_reply(Endpoint::kCandles, 200, business_failure("AB1012", "To datetime can't be greater than current datetime")).kind, ReplyKind::kRefused);
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, business_failure("AB1004", "Something Went Wrong, Please Try After Sometime")).kind, ReplyKind::kUnclear);
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, business_failure("AB2001", "Internal Error, Please try after sometime")).kind, ReplyKind::kUnclear);
  EXPECT_EQ(read_reply(Endpoint::kFunds, 200, gateway_failure("AG8001", "of another kind")).kind, ReplyKind::kUnclear);
}

TEST(WireReply, KnownRefusalsOfOrders) {
  for (const auto& [code, words] : {std::pair{"AB4036", "Token is categorised under cautionary listings by the exchange"},
                                    {"AB4008", "Ordertag length should not exceed 20 characters"}, {"AB4006", "Invalid symboltoken"},
                                    {"AB1008", "Invalid Order Variety"}, {"AB1018", "Failed to get symbol details"},
                                    {"", "Order price is beyond the Limit Price Protection range defined by the exchange"},
                                    {"", "Difference between limit price and trigger price for SL Limit Order is beyond the exchange's Permissible range"}})
    EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, business_failure(code, words)).kind, ReplyKind::kRefused) << code;
  // From an address that is not registered: in either dialect, with either status.
  const std::string address = gateway_failure("AG7002", "Access denied: Unregistered IP address");
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, address).kind, ReplyKind::kAddressRefused);
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 403, address).kind, ReplyKind::kAddressRefused);
  EXPECT_EQ(read_reply(Endpoint::kPlaceOrder, 200, R"({"errorCode":"AG7002","message":"Access denied: Unregistered IP address"})").kind, ReplyKind::kAddressRefused);
}

TEST(WireReply, TooManyRequestsInEveryForm) {
  for (const EndpointRow& row : endpoint_table()) {
    EXPECT_EQ(read_reply(row.endpoint, 403, "Access denied because of exceeding access rate").kind, ReplyKind::kRateLimited);
    EXPECT_EQ(read_reply(row.endpoint, 403, "Access denied because of exceeding rate limit").kind, ReplyKind::kRateLimited);
    EXPECT_EQ(read_reply(row.endpoint, 429, "").kind, ReplyKind::kRateLimited);
    // Plain text with another status or other words is no rate limit and no answer.
    EXPECT_EQ(read_reply(row.endpoint, 200, "Access denied because of exceeding access rate").kind, ReplyKind::kUnclear);
    EXPECT_EQ(read_reply(row.endpoint, 403, "Forbidden").kind, ReplyKind::kUnclear);
  }
  EXPECT_EQ(read_reply(Endpoint::kCandles, 200, business_failure("AB1021", "Too many requests")).kind, ReplyKind::kRateLimited);
}

TEST(WireReply, WhatIsNoAnswerIsUnclearAtEveryCall) {
  const std::string whole = success("[]");
  for (const EndpointRow& row : endpoint_table()) {
    for (const auto& [status, body] :
         {std::pair<int, std::string>{400, ""}, {200, ""}, {200, "  \n"}, {502, "<html>Bad gateway</html>"}, {503, ""},
          {200, "<html><title>Request Rejected</title>support id: 1</html>"}, {403, "<html>Request Rejected</html>"},
          {200, "null"}, {200, "[]"}, {200, "\"x\""}, {302, whole}, {200, R"({"data":[]})"},
          {200, R"({"status":true,"success":false,"data":[]})"}, {200, R"({"status":"yes","data":[]})"},
          {200, R"({"status":null,"data":[]})"}, {200, R"({"status":true,"errorcode":"AB1004","data":[]})"},
          {200, R"({"status":true,"errorcode":""})"}, {500, success("{\"a\":1}")},
          {500, business_failure("AB1009", "Symbol Not Found")}, {200, business_failure("AB9999", "new")},
          {200, success("\"\"").substr(0, 30)}}) {
      const Reply reply = read_reply(row.endpoint, status, body);
      EXPECT_EQ(reply.kind, ReplyKind::kUnclear) << row.name << " " << status << " " << body;
      EXPECT_FALSE(reply.message.empty());
      const trading::Error error = error_of(row.endpoint, reply);
      EXPECT_FALSE(error.fix.empty());
      EXPECT_EQ(error.code, row.is_order_write ? "SMARTAPI_OUTCOME_UNKNOWN" : "SMARTAPI_NO_ANSWER");
      EXPECT_EQ(error.retry, row.is_order_write ? trading::Retry::kVerifyFirst : trading::Retry::kSafe);
    }
    // Cut at every byte: never an answer.
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
      EXPECT_FALSE(read_reply(row.endpoint, 200, whole.substr(0, cut)).is_answer()) << row.name << cut;
  }
}

TEST(WireReply, NothingThereOnlyWhereTheCallSaysSo) {
  struct Case {
    Endpoint endpoint;
    bool null_is_empty, list_is_empty;
    const char* code;
    const char* words;
  };
  for (const Case& c : {Case{Endpoint::kOrderBook, true, true, "AB1013", "Order not found"},
                        {Endpoint::kTradeBook, true, true, "AB1014", "Trade not found"},
                        {Endpoint::kPositions, true, true, "AB1016", "Position not found"},
                        {Endpoint::kHoldings, false, true, "AB1015", "Holding not found"},
                        {Endpoint::kCandles, true, true, "", ""},
                        {Endpoint::kFunds, false, false, "", ""},
                        {Endpoint::kQuote, false, false, "", ""},
                        {Endpoint::kAllHoldings, false, false, "AB1015", "Holding not found"}}) {
    const auto kind = [&](const std::string& body) { return read_reply(c.endpoint, 200, body).kind; };
    EXPECT_EQ(kind(success("null")) == ReplyKind::kEmpty, c.null_is_empty) << row_of(c.endpoint).name;
    EXPECT_EQ(kind(success("[]")) == ReplyKind::kEmpty, c.list_is_empty) << row_of(c.endpoint).name;
    // The service's own samples write null as a text; it says what null says, and nothing more.
    EXPECT_EQ(kind(success("\"null\"")) == ReplyKind::kEmpty, c.null_is_empty) << row_of(c.endpoint).name;
    EXPECT_NE(kind(success("\"\"")), ReplyKind::kEmpty) << row_of(c.endpoint).name;
    EXPECT_EQ(kind(gateway_failure("AG8001", "Invalid Token")), ReplyKind::kSessionInvalid);
    if (*c.code != '\0') {
      EXPECT_EQ(kind(business_failure(c.code, c.words)), ReplyKind::kEmpty);
      EXPECT_EQ(kind(business_failure(c.code, "Something else")), ReplyKind::kUnclear);
    }
    // Another call's "not found" says nothing here.
    EXPECT_NE(kind(business_failure("AB1032", "User not found")), ReplyKind::kEmpty);
  }
  EXPECT_NE(read_reply(Endpoint::kPositions, 200, business_failure("AB1013", "Order not found")).kind, ReplyKind::kEmpty);
}

TEST(WireReply, LogoutAnswersWithItsWords) {
  EXPECT_EQ(read_reply(Endpoint::kLogout, 200, success("\"Logout Successfully\"")).kind, ReplyKind::kData);
  EXPECT_EQ(read_reply(Endpoint::kLogout, 200, success("\"\"")).kind, ReplyKind::kData);
}

TEST(WireReply, TheServicesWordsAreOneLineOfPlainText) {
  const Reply reply = read_reply(Endpoint::kFunds, 200, business_failure("AB1004", R"(a\u001b[31m\n\u202eb)" + std::string(400, 'x')));
  EXPECT_LE(reply.message.size(), 200U);
  for (const char c : reply.message) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
}

}  // namespace
}  // namespace broker::smartapi
