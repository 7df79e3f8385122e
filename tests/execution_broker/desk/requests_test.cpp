// A request id answers again what it was answered with, whatever that was.

#include <gtest/gtest.h>

#include "tests/execution_broker/desk/paper_house.h"

namespace broker {
namespace {

using trading::OrderState;
using trading::Quantity;
using trading::Side;

// A limit buy that rests below the market.
OrderReply resting_entry(PaperHouse& house, const std::string& symbol = "RELIANCE") {
  trading::OrderRequest request = house.bracket(symbol, Side::kBuy, 10);
  const trading::Price last = house.quote(symbol).slice.last;
  request.type = trading::OrderType::kLimit;
  request.limit_price = (last - part_of(last, trading::Bps(20), trading::Rounding::kDown)).floor_to(trading::Price(1'000));
  return PaperHouse::must(house.desk->place_paper_order(house.agent, request));
}

std::string codes_of(const OrderReply& reply) {
  if (reply.is_repeated) return reply.order.denials;
  std::string codes;
  for (const risk::Denial& denial : reply.verdicts.denials()) codes += denial.code + " ";
  return codes;
}

TEST(RequestIds, AResetIsNotDoneTwice) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  ASSERT_TRUE(house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10)));
  const auto first = PaperHouse::must(house.desk->reset_paper_account(house.agent, "again-1"));
  EXPECT_EQ(first.epoch, 2);
  EXPECT_EQ(first.abandoned_positions, 1);
  for (int i = 0; i < 2; ++i) {
    const auto again = PaperHouse::must(house.desk->reset_paper_account(house.agent, "again-1"));
    EXPECT_EQ(again.epoch, 2);
    EXPECT_EQ(again.abandoned_positions, 1);
    EXPECT_EQ(again.cancelled_orders, first.cancelled_orders);
    EXPECT_EQ(again.starting_capital, first.starting_capital);
    EXPECT_EQ(house.ledger->epoch(), 2);
    house.reopen();
  }
  EXPECT_EQ(PaperHouse::must(house.desk->reset_paper_account(house.agent, "")).epoch, 3) << "without an id it is done again";
  // The id is the reset's.
  trading::OrderRequest order = house.bracket("TCS", Side::kBuy, 1);
  order.request_id = "again-1";
  EXPECT_EQ(house.desk->place_paper_order(house.agent, order).error().code, "REQUEST_ID_REUSED");
  order.request_id = "order-1";
  ASSERT_TRUE(house.desk->place_paper_order(house.agent, order));
  EXPECT_EQ(house.desk->reset_paper_account(house.agent, "order-1").error().code, "REQUEST_ID_REUSED");
}

TEST(RequestIds, ARefusedModificationIsRefusedAgain) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const OrderReply entry = resting_entry(house);
  ASSERT_EQ(entry.order.state, OrderState::kOpen) << entry.order.reason;
  ModifyRequest change;
  change.order_id = entry.order.order_id;
  change.quantity = Quantity(100'000);
  change.request_id = "m-1";
  const OrderReply refused = PaperHouse::must(house.desk->modify_paper_order(house.agent, change));
  ASSERT_FALSE(refused.verdicts.is_pass());
  for (int i = 0; i < 2; ++i) {
    const OrderReply again = PaperHouse::must(house.desk->modify_paper_order(house.agent, change));
    EXPECT_TRUE(again.is_repeated);
    for (const risk::Denial& denial : refused.verdicts.denials())
      EXPECT_NE(codes_of(again).find("\"" + denial.code + "\""), std::string::npos) << denial.code << " in " << codes_of(again);
    EXPECT_EQ(again.order.request.quantity, Quantity(10));
    house.reopen();
  }
  // The order itself was never refused.
  OrdersQuery query;
  query.order_id = entry.order.order_id;
  EXPECT_EQ(PaperHouse::must(house.desk->orders(query)).orders.at(0).denials, "[]");
}

TEST(RequestIds, OnlyWhatTheExchangeTookKeepsItsId) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const OrderReply entry = resting_entry(house);
  ASSERT_EQ(entry.order.state, OrderState::kOpen) << entry.order.reason;
  ModifyRequest change;
  change.order_id = entry.order.order_id;
  change.quantity = Quantity(9);
  change.request_id = "m-2";
  house.port->refuses_changes = true;
  EXPECT_EQ(house.desk->modify_paper_order(house.agent, change).error().code, "REFUSED_BY_EXCHANGE");
  EXPECT_EQ(house.desk->cancel_paper_order(house.agent, entry.order.order_id, "c-2").error().code, "REFUSED_BY_EXCHANGE");
  const auto rows = [&] {
    return PaperHouse::must(single_int64(house.database->statement("SELECT COUNT(*) FROM request"))).value_or(-1);
  };
  EXPECT_EQ(rows(), 0) << "what was not taken is no answer to repeat";
  house.port->refuses_changes = false;
  EXPECT_EQ(PaperHouse::must(house.desk->modify_paper_order(house.agent, change)).order.request.quantity, Quantity(9));
  const OrderReply gone = PaperHouse::must(house.desk->cancel_paper_order(house.agent, entry.order.order_id, "c-2"));
  EXPECT_EQ(gone.order.state, OrderState::kCancelled);
  EXPECT_EQ(rows(), 2);
  EXPECT_TRUE(PaperHouse::must(house.desk->cancel_paper_order(house.agent, entry.order.order_id, "c-2")).is_repeated);
}

TEST(Texts, NameTheCommandOfTheDoorThatAsks) {
  PaperHouse house;
  EXPECT_EQ(house.desk->cancel_paper_order(house.agent, "P-000999", "").error().fix, "fetch_paper_orders lists them");
  EXPECT_EQ(house.desk->cancel_paper_order(house.human, "P-000999", "").error().fix, "approval_cli orders lists them");
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const OrderReply entry = PaperHouse::must(house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10)));
  ASSERT_EQ(entry.children.size(), 1U);
  const std::string stop = entry.children[0].order_id;
  EXPECT_NE(house.desk->cancel_paper_order(house.human, stop, "").error().fix.find("approval_cli flatten RELIANCE"), std::string::npos);
  EXPECT_NE(house.desk->cancel_paper_order(house.agent, stop, "").error().fix.find("close_paper_position"), std::string::npos);
  EXPECT_NE(house.desk->cancel_paper_order(house.human, entry.order.order_id, "").error().fix.find("approval_cli orders"), std::string::npos);
}

}  // namespace
}  // namespace broker
