#include "execution_broker/exchange/smartapi/wire/order_rows.h"

#include <gtest/gtest.h>

#include "tests/execution_broker/exchange/smartapi/payloads.h"

namespace broker::smartapi {
namespace {

using payloads::kOrderRow;
using payloads::with;

Rows<OrderRow> book_of(std::initializer_list<std::string> rows) {
  std::string list = "[";
  for (const std::string& row : rows) list += (list.size() > 1 ? "," : "") + row;
  const auto book = read_order_book(payloads::json(list + "]"));
  EXPECT_TRUE(book);
  return book ? *book : Rows<OrderRow>{};
}

TEST(OrderRows, TheDocumentedRow) {
  const auto book = book_of({std::string(kOrderRow)});
  ASSERT_TRUE(book.is_complete()) << book.unreadable.front().why;
  const OrderRow& row = book.rows.at(0);
  EXPECT_EQ(row.order_id, "261123000000001");
  EXPECT_EQ(row.ordertag, "x7Q2m9");
  EXPECT_EQ(row.limit_price, trading::Price(8'125'000));
  EXPECT_FALSE(row.trigger_price);
  EXPECT_EQ(row.average_price, trading::Accrual(8'124'500));
  EXPECT_EQ(row.filled, 10);
  EXPECT_EQ(row.word, OrderWord::kComplete);
  EXPECT_TRUE(row.is_done);
  EXPECT_EQ(format_ist(*row.updated), "2026-11-23T10:15:02+05:30");
}

TEST(OrderRows, NumbersAsStringsStringsAsNumbersAndNulls) {
  std::string row = with(kOrderRow, R"("price":812.5)", R"("price":"812.50")");
  row = with(row, R"("quantity":"10")", R"("quantity":10)");
  row = with(row, R"("orderid":"261123000000001")", R"("orderid":261123000000001)");
  row = with(row, R"("symboltoken":"3045")", R"("symboltoken":null)");
  row = with(row, R"("ordertag":"x7Q2m9")", R"("ordertag":null)");
  const auto book = book_of({row});
  ASSERT_TRUE(book.is_complete()) << book.unreadable.front().why;
  EXPECT_EQ(book.rows.at(0).order_id, "261123000000001");
  EXPECT_EQ(book.rows.at(0).quantity, 10);
  EXPECT_TRUE(book.rows.at(0).ordertag.empty());
}

TEST(OrderRows, ARowThatCannotBeReadMakesTheBookIncomplete) {
  for (const auto& [from, to] : {std::pair{R"("filledshares":"10")", R"("filledshares":"ten")"}, {R"("filledshares":"10")", R"("filledshares":null)"},
                                 {R"("filledshares":"10")", R"("filledshares":"11")"}, {R"("quantity":"10")", R"("quantity":"0")"},
                                 {R"("transactiontype":"BUY")", R"("transactiontype":"")"}, {R"("transactiontype":"BUY")", R"("transactiontype":"HOLD")"},
                                 {R"("averageprice":812.45)", R"("averageprice":0)"}, {R"("filledshares":"10")", R"("filledshares":"4")"},
                                 {R"("orderid":"261123000000001")", R"("orderid":"")"}, {R"("price":812.5)", R"("price":-1)"}}) {
    const auto book = book_of({with(kOrderRow, from, to), std::string(kOrderRow)});
    EXPECT_FALSE(book.is_complete()) << to;
    ASSERT_EQ(book.unreadable.size(), 1U) << to;
    EXPECT_FALSE(book.unreadable.front().why.empty());
    EXPECT_EQ(book.rows.size(), 1U) << "the other row is still there";
  }
  EXPECT_FALSE(read_order_book(payloads::json(R"({"orderid":"1"})")));
  EXPECT_FALSE(read_order_book(payloads::json("\"\"")));
}

TEST(OrderRows, WordsThatAreKnownAndWordsThatAreNot) {
  struct Case {
    const char* status;
    const char* order_status;
    OrderWord word;
    bool is_done;
  };
  for (const Case& c : {Case{"complete", "complete", OrderWord::kComplete, true}, {"modified", "trigger pending", OrderWord::kTriggerPending, false},
                        {"COMPLETE", "", OrderWord::kComplete, true}, {"rejected", "rejected", OrderWord::kRejected, true},
                        {"open", "open pending", OrderWord::kOpenPending, false}, {"x", "frozen by moonlight", OrderWord::kUnknown, false},
                        {"cancelled", "not cancelled", OrderWord::kNotCancelled, false},
                        {"cancelled after market order", "cancelled after market order", OrderWord::kCancelledAfterMarket, true}}) {
    std::string row = with(kOrderRow, R"("status":"complete")", std::string(R"("status":")") + c.status + "\"");
    row = with(row, R"("orderstatus":"complete")", std::string(R"("orderstatus":")") + c.order_status + "\"");
    if (c.word != OrderWord::kComplete) {
      row = with(row, R"("filledshares":"10")", R"("filledshares":"0")");
      row = with(row, R"("averageprice":812.45)", R"("averageprice":0)");
    }
    const auto book = book_of({row});
    ASSERT_TRUE(book.is_complete()) << book.unreadable.front().why;
    EXPECT_EQ(book.rows.at(0).word, c.word) << c.order_status;
    EXPECT_EQ(book.rows.at(0).is_done, c.is_done) << c.order_status;
  }
}

TEST(OrderRows, ACancelledOrderKeepsItsFilledPart) {
  std::string row = with(kOrderRow, R"("status":"complete","orderstatus":"complete")", R"("status":"cancelled","orderstatus":"cancelled")");
  row = with(row, R"("filledshares":"10","unfilledshares":"0")", R"("filledshares":"4","unfilledshares":"6")");
  const auto book = book_of({row});
  ASSERT_TRUE(book.is_complete()) << book.unreadable.front().why;
  EXPECT_EQ(book.rows.at(0).filled, 4);
  EXPECT_TRUE(book.rows.at(0).is_done);
}

TEST(OrderRows, TradesJoinByOrderId) {
  const auto trades = read_trade_book(payloads::json("[" + std::string(payloads::kTradeRow) + "]"));
  ASSERT_TRUE(trades);
  ASSERT_TRUE(trades->is_complete()) << trades->unreadable.front().why;
  EXPECT_EQ(trades->rows.at(0).order_id, "261123000000001");
  EXPECT_EQ(trades->rows.at(0).price, trading::Price(8'124'500));
  for (const char* to : {R"("fillprice":"0")", R"("fillprice":"")", R"("fillprice":null)"}) {
    const auto bad = read_trade_book(payloads::json("[" + with(payloads::kTradeRow, R"("fillprice":"812.45")", to) + "]"));
    ASSERT_TRUE(bad);
    EXPECT_FALSE(bad->is_complete()) << to;
  }
}

TEST(OrderStream, GreetingHeartbeatOrderAndTheRejectedOrderUnderTheGreetingsCode) {
  EXPECT_EQ(read_order_message("pong")->kind, OrderUpdate::Kind::kHeartbeat);
  EXPECT_EQ(read_order_message(payloads::kGreeting)->kind, OrderUpdate::Kind::kGreeting);
  std::string rejected = with(kOrderRow, R"("status":"complete","orderstatus":"complete")", R"("status":"rejected","orderstatus":"rejected")");
  rejected = with(rejected, R"("filledshares":"10")", R"("filledshares":"0")");
  rejected = with(rejected, R"("averageprice":812.45)", R"("averageprice":0)");
  rejected = with(rejected, R"("uniqueorderid":"8f0c0f5e-0000-4000-8000-000000000001","exchangeorderid":"1100000000000001")", R"("x":0)");
  const auto update = read_order_message(R"({"user-id":"A1","status-code":"200","order-status":"AB00","error-message":"","orderData":)" + rejected + "}");
  ASSERT_TRUE(update) << update.error().what;
  EXPECT_EQ(update->kind, OrderUpdate::Kind::kOrder);
  EXPECT_EQ(update->row.word, OrderWord::kRejected);
  EXPECT_EQ(update->row.ordertag, "x7Q2m9");
}

TEST(OrderStream, AMessageThatCannotBeReadAsksForTheBook) {
  for (const std::string& text : {std::string("ping?"), std::string("{}"), std::string(R"({"order-status":"AB05","orderData":[]})"),
                                  std::string(payloads::kGreeting.substr(0, 200)),
                                  R"({"order-status":"AB05","orderData":)" + with(kOrderRow, R"("filledshares":"10")", R"("filledshares":"")") + "}"}) {
    const auto update = read_order_message(text);
    ASSERT_FALSE(update) << text;
    EXPECT_EQ(update.error().code, "ORDER_MESSAGE_INVALID");
    EXPECT_NE(update.error().fix.find("order book"), std::string::npos);
  }
}

}  // namespace
}  // namespace broker::smartapi
