// The reference page of the wire against the readers: every sample of its appendix is found, told by
// its keys, and read whole. Without the page beside the checkout there is nothing to hold against.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "execution_broker/exchange/smartapi/wire/candle_wire.h"
#include "execution_broker/exchange/smartapi/wire/order_requests.h"
#include "execution_broker/exchange/smartapi/wire/order_rows.h"
#include "execution_broker/exchange/smartapi/wire/portfolio_rows.h"
#include "execution_broker/exchange/smartapi/wire/quote_wire.h"
#include "execution_broker/exchange/smartapi/wire/session_wire.h"

namespace broker::smartapi {
namespace {

// The JSON values of the fenced blocks, and those between backquotes that carry an answer.
std::vector<std::string> samples_of(const std::string& page) {
  std::vector<std::string> out;
  std::istringstream lines(page.substr(page.find("## Appendix A")));
  bool is_in_block = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("```", 0) == 0) {
      is_in_block = !is_in_block;
      continue;
    }
    if (is_in_block) {
      if (line.rfind('{', 0) == 0) out.emplace_back();
      if (!out.empty()) out.back() += line + "\n";
    } else if (const auto begin = line.find("`{"); begin != std::string::npos) {
      out.push_back(line.substr(begin + 1, line.rfind('`') - begin - 1));
    }
  }
  return out;
}

Json list_of(const Json& one) {
  Json list;
  list.kind = Json::Kind::kArray;
  list.items.push_back(one);
  return list;
}

TEST(DocumentedPayloads, EverySampleOfTheReferenceIsRead) {
  std::ifstream file(REPOSITORY_ROOT "/../shared/reference/smartapi.md");
  if (!file) GTEST_SKIP() << "there is no ../shared/reference/smartapi.md beside this checkout";
  std::ostringstream page;
  page << file.rdbuf();
  std::map<std::string, int> read;
  for (std::string sample : samples_of(page.str())) {
    // The page stands in for tokens with a word in angle brackets.
    for (auto at = sample.find("<jwt>"); at != std::string::npos; at = sample.find("<jwt>")) sample.replace(at, 5, "eyJ.a.b");
    const auto json = parse_json(sample);
    ASSERT_TRUE(json) << sample;
    const auto has = [&](std::string_view key) { return json->find(key) != nullptr; };
    if (has("success")) {
      const Reply reply = read_reply(Endpoint::kFunds, 200, sample);
      EXPECT_EQ(reply.kind, ReplyKind::kSessionInvalid) << sample;
      ++read["gateway failure"];
    } else if (has("data") && json->find("data")->is_array()) {
      const Reply reply = read_reply(Endpoint::kCandles, 200, sample);
      ASSERT_EQ(reply.kind, ReplyKind::kData) << sample;
      const trading::Timestamp day = timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(9, 0));
      const auto bars = read_candles(trading::Timeframe::kFiveMinute, day, day + trading::hours(7), reply.data);
      ASSERT_TRUE(bars) << sample;
      EXPECT_EQ(bars->bars.size(), 1U);
      ++read["candles"];
    } else if (has("data") && sample.find("jwtToken") != std::string::npos) {
      Reply reply = read_reply(Endpoint::kLogin, 200, sample);
      ASSERT_EQ(reply.kind, ReplyKind::kData) << sample;
      EXPECT_TRUE(take_tokens(reply)) << sample;
      ++read["tokens"];
    } else if (has("data") && sample.find("uniqueorderid") != std::string::npos && !has("variety")) {
      const Reply reply = read_reply(Endpoint::kPlaceOrder, 200, sample);
      ASSERT_EQ(reply.kind, ReplyKind::kData) << sample;
      EXPECT_TRUE(read_placed(reply.data)) << sample;
      ++read["placed"];
    } else if (has("variety")) {
      const auto row = read_order_details(*json);
      ASSERT_TRUE(row) << row.error().text();
      EXPECT_TRUE(row->is_done);
      EXPECT_TRUE(read_order_book(list_of(*json))->is_complete());
      ++read["order"];
    } else if (has("fillprice")) {
      const auto rows = read_trade_book(list_of(*json));
      ASSERT_TRUE(rows && rows->is_complete()) << sample;
      EXPECT_EQ(rows->rows.at(0).quantity, 10);
      ++read["trade"];
    } else if (has("netqty")) {
      const auto rows = read_positions(list_of(*json));
      ASSERT_TRUE(rows && rows->is_complete()) << sample;
      EXPECT_EQ(rows->rows.at(0).net_quantity, 10);
      ++read["position"];
    } else if (has("holdings")) {
      const auto rows = read_all_holdings(*json);
      ASSERT_TRUE(rows && rows->is_complete()) << sample;
      EXPECT_EQ(rows->rows.at(0).quantity, 5);
      EXPECT_TRUE(read_holdings(*json->find("holdings"))->is_complete());
      ++read["holdings"];
    } else if (has("availablecash")) {
      const auto funds = read_funds(*json);
      ASSERT_TRUE(funds) << funds.error().text();
      EXPECT_EQ(funds->net, trading::Money(10'000'000));
      ++read["funds"];
    } else if (has("symbolToken")) {
      const auto reply = parse_json(R"({"fetched":[)" + sample + R"(],"unfetched":[]})");
      ASSERT_TRUE(reply);
      const auto quotes = read_quotes(QuoteMode::kFull, {{"NSE", "3045", "SBIN-EQ"}}, *reply);
      ASSERT_TRUE(quotes && quotes->rows.size() == 1) << sample;
      EXPECT_EQ(quotes->rows.at(0).last, trading::Price(8'130'000));
      EXPECT_TRUE(quotes->rows.at(0).depth_fault.empty());
      ++read["quote"];
    } else {
      ADD_FAILURE() << "a sample that no reader knows: " << sample;
    }
  }
  EXPECT_EQ(read, (std::map<std::string, int>{{"candles", 1}, {"funds", 1}, {"gateway failure", 1}, {"holdings", 1}, {"order", 1}, {"placed", 2},
                                              {"position", 1}, {"quote", 1}, {"tokens", 1}, {"trade", 1}}));
}

// A postback is one order object; its hint is read like a row of the book.
TEST(DocumentedPayloads, APostbackIsAnOrderRow) {
  const auto json = parse_json(
      R"({"variety":"NORMAL","ordertype":"LIMIT","ordertag":"x7Q2m9","producttype":"INTRADAY","price":812.5,"triggerprice":0,"quantity":"10","disclosedquantity":"0","duration":"DAY","squareoff":0,"stoploss":0,"trailingstoploss":0,"tradingsymbol":"SBIN-EQ","transactiontype":"BUY","exchange":"NSE","symboltoken":null,"instrumenttype":"","strikeprice":-1,"optiontype":"","expirydate":"","lotsize":"1","cancelsize":"0","averageprice":0,"filledshares":"0","unfilledshares":"10","orderid":"261123000000001","text":"","status":"open","orderstatus":"open","updatetime":"23-Nov-2026 10:15:02","exchtime":"","exchorderupdatetime":"","fillid":"","filltime":"","parentorderid":"","clientcode":"A123456"})");
  ASSERT_TRUE(json);
  const auto row = read_order_details(*json);
  ASSERT_TRUE(row) << row.error().text();
  EXPECT_EQ(row->word, OrderWord::kOpen);
  EXPECT_FALSE(row->is_done);
  EXPECT_FALSE(row->average_price);
}

}  // namespace
}  // namespace broker::smartapi
