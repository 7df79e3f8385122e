#include "execution_broker/exchange/smartapi/wire/quote_wire.h"

#include <gtest/gtest.h>

#include "tests/execution_broker/exchange/smartapi/payloads.h"

namespace broker::smartapi {
namespace {

using payloads::json;
using payloads::kFullQuote;
using payloads::with;
using trading::Price;

const std::vector<QuoteWanted> kSbin = {{"NSE", "3045", "SBIN-EQ"}};

QuoteReply read(std::string_view row, QuoteMode mode = QuoteMode::kFull, const std::vector<QuoteWanted>& wanted = kSbin,
                std::string_view unfetched = "[]") {
  const auto reply = read_quotes(mode, wanted, json(std::string(R"({"fetched":[)").append(row).append(R"(],"unfetched":)").append(unfetched).append("}")));
  EXPECT_TRUE(reply);
  return reply ? *reply : QuoteReply{};
}

TEST(QuoteWire, RequestsNameEveryTokenByExchange) {
  EXPECT_EQ(quote_request(QuoteMode::kFull, {{"NSE", "3045", ""}, {"BSE", "500112", ""}, {"NSE", "2885", ""}})->body,
            R"({"mode":"FULL","exchangeTokens":{"BSE":["500112"],"NSE":["3045","2885"]}})");
  EXPECT_FALSE(quote_request(QuoteMode::kLtp, {}));
  EXPECT_FALSE(quote_request(QuoteMode::kLtp, std::vector<QuoteWanted>(51)));
}

TEST(QuoteWire, TheDocumentedFullQuote) {
  const QuoteReply reply = read(kFullQuote);
  ASSERT_EQ(reply.rows.size(), 1U) << reply.missing.at(0).why;
  const QuoteRow& row = reply.rows.at(0);
  EXPECT_EQ(row.last, Price(8'130'000));
  EXPECT_EQ(row.previous_close, Price(8'091'000));
  EXPECT_EQ(row.band.lower, Price(7'282'000));
  EXPECT_EQ(row.bids[1].quantity.value(), 10);
  EXPECT_EQ(row.asks[2].price, Price(8'132'000));
  EXPECT_TRUE(row.asks[3].quantity.is_zero());
  EXPECT_TRUE(row.depth_fault.empty()) << row.depth_fault;
  EXPECT_EQ(format_ist(*row.feed_time), "2026-11-23T10:15:03+05:30");
  EXPECT_TRUE(reply.missing.empty());
}

TEST(QuoteWire, LtpAndOhlc) {
  EXPECT_EQ(read(R"({"exchange":"NSE","tradingSymbol":"SBIN-EQ","symbolToken":"3045","ltp":"813.00"})", QuoteMode::kLtp).rows.at(0).last, Price(8'130'000));
  EXPECT_EQ(read(R"({"exchange":"NSE","tradingSymbol":"SBIN-EQ","symbolToken":3045,"ltp":813,"open":810,"high":815.4,"low":808.2,"close":809.1})", QuoteMode::kOhlc).rows.at(0).high,
            Price(8'154'000));
}

TEST(QuoteWire, NoPriceIsSaidWithItsReasonAndNeverZero) {
  struct Case {
    const char* from;
    const char* to;
    const char* why;
  };
  for (const Case& c : {Case{R"("ltp":813)", R"("ltp":0)", "no last price"}, {R"("ltp":813)", R"("ltp":null)", "ltp is missing"},
                        {R"("ltp":813)", R"("ltp":"")", "ltp is missing"}, {R"("tradingSymbol":"SBIN-EQ")", R"("tradingSymbol":"SBIN-BE")", "instrument file"},
                        {R"("high":815.4,"low":808.2)", R"("high":808.2,"low":815.4)", "high is below its low"},
                        {R"("tradeVolume":1204511)", R"("tradeVolume":-1)", "below zero"}, {R"("exchFeedTime":"23-Nov-2026 10:15:03")", R"("exchFeedTime":"today")", "exchFeedTime"},
                        {R"("symbolToken":"3045")", R"("symbolToken":"4884")", "does not mention it"}}) {
    const QuoteReply reply = read(with(kFullQuote, c.from, c.to));
    EXPECT_TRUE(reply.rows.empty()) << c.to;
    ASSERT_EQ(reply.missing.size(), 1U) << c.to;
    EXPECT_NE(reply.missing.at(0).why.find(c.why), std::string::npos) << reply.missing.at(0).why;
  }
}

TEST(QuoteWire, UnfetchedTokensAndPartialSuccess) {
  const std::vector<QuoteWanted> two = {{"NSE", "3045", "SBIN-EQ"}, {"NSE", "1", "NONE-EQ"}};
  const QuoteReply reply = read(kFullQuote, QuoteMode::kFull, two,
                                R"([{"exchange":"NSE","symbolToken":"1","message":"Symbol token cannot be empty","errorCode":"AB4018"}])");
  EXPECT_EQ(reply.rows.size(), 1U);
  ASSERT_EQ(reply.missing.size(), 1U);
  EXPECT_NE(reply.missing.at(0).why.find("AB4018"), std::string::npos);
  EXPECT_EQ(read("", QuoteMode::kFull, kSbin, "null").missing.size(), 1U);
  // In both lists at once: no price.
  EXPECT_TRUE(read(kFullQuote, QuoteMode::kFull, kSbin, R"([{"exchange":"NSE","symbolToken":"3045","message":"x","errorCode":"AB4046"}])").rows.empty());
  EXPECT_TRUE(read(std::string(kFullQuote).append(",").append(kFullQuote)).rows.empty()) << "two quotes for one token";
  EXPECT_FALSE(read_quotes(QuoteMode::kFull, kSbin, json("{}")));
}

TEST(QuoteWire, ADepthThatCannotBeTrueIsNoDepth) {
  for (const auto& [from, to] : {std::pair{R"({"price":812.95,"quantity":40,"orders":2})", R"({"price":812.8,"quantity":40,"orders":2})"},
                                 {R"({"price":813.05,"quantity":75,"orders":3})", R"({"price":813.15,"quantity":75,"orders":3})"},
                                 {R"({"price":812.95,"quantity":40,"orders":2})", R"({"price":813.5,"quantity":40,"orders":2})"},
                                 {R"({"price":812.95,"quantity":40,"orders":2})", R"({"price":0,"quantity":40,"orders":2})"},
                                 {R"({"price":812.95,"quantity":40,"orders":2})", R"({"price":812.95,"quantity":null})"},
                                 {R"({"price":812.95,"quantity":40,"orders":2})", R"({"price":0,"quantity":0,"orders":0})"}}) {
    const QuoteReply reply = read(with(kFullQuote, from, to));
    ASSERT_EQ(reply.rows.size(), 1U);
    EXPECT_FALSE(reply.rows.at(0).depth_fault.empty()) << to;
    EXPECT_TRUE(reply.rows.at(0).bids[0].quantity.is_zero()) << to;
    EXPECT_TRUE(reply.rows.at(0).asks[0].quantity.is_zero()) << to;
  }
}

TEST(QuoteWire, OneLtp) {
  const QuoteWanted wanted = kSbin.at(0);
  EXPECT_EQ(ltp_request(wanted).body, R"({"exchange":"NSE","tradingsymbol":"SBIN-EQ","symboltoken":"3045"})");
  const std::string row = R"({"exchange":"NSE","tradingsymbol":"SBIN-EQ","symboltoken":3045,"open":"810","high":"815.4","low":"808.2","close":"809.1","ltp":"813"})";
  EXPECT_EQ(read_ltp(wanted, json(row))->last, Price(8'130'000));
  EXPECT_FALSE(read_ltp(wanted, json(with(row, "3045", "2885"))));
  EXPECT_FALSE(read_ltp(wanted, json(with(row, R"("ltp":"813")", R"("ltp":0)"))));
  EXPECT_FALSE(read_ltp(wanted, json("null")));
}

}  // namespace
}  // namespace broker::smartapi
