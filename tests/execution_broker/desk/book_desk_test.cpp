#include "execution_broker/desk/book_desk.h"

#include <gtest/gtest.h>

#include "execution_broker/ledger/export.h"
#include "tests/execution_broker/desk/paper_house.h"

namespace broker {
namespace {

using trading::OrderState;
using trading::Product;
using trading::Quantity;
using trading::Side;

std::string text_of(const risk::Verdicts& verdicts) {
  std::string text;
  for (const risk::Denial& denial : verdicts.denials()) text += denial.message + "\n";
  return text;
}

// The journal must add up whatever happened, and the book must be worth what the positions and the cash say.
void expect_books_add_up(PaperHouse& house) {
  const LedgerVerification proof = PaperHouse::must(house.desk->verify_ledger());
  EXPECT_TRUE(proof.is_ok) << (proof.findings.empty() ? "" : proof.findings.front());
  EXPECT_EQ(proof.sum, trading::Accrual());
}

TEST(BookDesk, MarketEntryFillsAndIsProtected) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const auto reply = house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10));
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->order.state, OrderState::kFilled) << text_of(reply->verdicts) << reply->order.reason;
  EXPECT_EQ(reply->order.filled, Quantity(10));
  EXPECT_TRUE(reply->order.charges.total().is_positive());
  ASSERT_EQ(reply->children.size(), 1U);
  EXPECT_EQ(reply->children[0].request.type, trading::OrderType::kStopMarket);
  EXPECT_EQ(reply->children[0].request.quantity, Quantity(10));
  EXPECT_EQ(reply->children[0].state, OrderState::kTriggerPending);
  expect_books_add_up(house);
}

TEST(BookDesk, EntryWithoutStopIsRefusedAndKept) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  trading::OrderRequest request = house.bracket("RELIANCE", Side::kBuy, 10);
  request.stop_loss.reset();
  const auto reply = house.desk->place_paper_order(house.agent, request);
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->order.state, OrderState::kRefused);
  ASSERT_NE(reply->verdicts.first_denial(), nullptr);
  EXPECT_EQ(reply->verdicts.first_denial()->code, "STOP_LOSS_REQUIRED");
  OrdersQuery query;
  query.order_id = reply->order.order_id;
  ASSERT_EQ(PaperHouse::must(house.desk->orders(query)).orders.size(), 1U);
}

TEST(BookDesk, SameRequestIdGivesTheRecordedAnswer) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  trading::OrderRequest request = house.bracket("RELIANCE", Side::kBuy, 10);
  request.request_id = "r-1";
  const auto first = house.desk->place_paper_order(house.agent, request);
  ASSERT_TRUE(first) << first.error().text();
  const auto again = house.desk->place_paper_order(house.agent, request);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(again->is_repeated);
  EXPECT_EQ(again->order.order_id, first->order.order_id);
  request.quantity = Quantity(11);
  const auto other = house.desk->place_paper_order(house.agent, request);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "REQUEST_ID_REUSED");
  house.reopen();
  const auto after_restart = house.desk->place_paper_order(house.agent, [&] {
    request.quantity = Quantity(10);
    return request;
  }());
  ASSERT_TRUE(after_restart) << after_restart.error().text();
  EXPECT_TRUE(after_restart->is_repeated);
}

TEST(BookDesk, IntradayPositionIsGoneByTheEndOfTheDay) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const auto reply = house.desk->place_paper_order(house.agent, house.bracket("INFY", Side::kSell, 10, 150, 450));
  ASSERT_TRUE(reply) << reply.error().text();
  ASSERT_EQ(reply->order.state, OrderState::kFilled) << text_of(reply->verdicts) << reply->order.reason;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(8)));
  EXPECT_TRUE(house.ledger->positions().empty());
  EXPECT_TRUE(house.ledger->working().empty());
  expect_books_add_up(house);
  // The contract note brought every accrual to cash.
  EXPECT_EQ(house.ledger->charges_payable(), trading::Accrual());
  const auto fills = PaperHouse::must(house.desk->fills(std::nullopt, "", 10));
  EXPECT_GE(fills.fills.size(), 2U);
}

TEST(BookDesk, DeliveryIsSettledTheNextDay) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const auto reply = house.desk->place_paper_order(house.agent, house.bracket("ITC", Side::kBuy, 20, 400, 1200, Product::kDelivery));
  ASSERT_TRUE(reply) << reply.error().text();
  ASSERT_EQ(reply->order.state, OrderState::kFilled) << text_of(reply->verdicts) << reply->order.reason;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(8)));
  const PositionRecord* held = house.ledger->position("ITC", Product::kDelivery);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->settled, Quantity(20));  // 24 November is a holiday; the clock skipped to the 25th
  EXPECT_EQ(house.ledger->journal().balance("holdings:ITC"), held->position.cost);
  EXPECT_EQ(house.ledger->working().size(), 1U);  // the stop stands again
  expect_books_add_up(house);
  const auto closed = house.desk->close_paper_position(house.agent, "ITC", Product::kDelivery, std::nullopt, "");
  ASSERT_TRUE(closed) << closed.error().text();
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(40)));
  EXPECT_EQ(house.ledger->position("ITC", Product::kDelivery), nullptr);
  expect_books_add_up(house);
}

TEST(BookDesk, TwoRunsGiveTheSameCanonicalExport) {
  const auto run = [] {
    PaperHouse house(7);
    EXPECT_TRUE(house.desk->advance_clock(house.human, trading::minutes(20)));
    for (const char* symbol : {"RELIANCE", "TCS", "SBIN"}) {
      EXPECT_TRUE(house.desk->place_paper_order(house.agent, house.bracket(symbol, Side::kBuy, 5)));
      EXPECT_TRUE(house.desk->advance_clock(house.human, trading::minutes(7)));
    }
    EXPECT_TRUE(house.desk->advance_clock(house.human, trading::hours(7)));
    std::int64_t last = 0;
    return PaperHouse::must(canonical_lines(*house.ledger, 0, 100'000, last));
  };
  const auto first = run();
  EXPECT_GT(first.size(), 20U);
  EXPECT_EQ(first, run());
}

TEST(BookDesk, HaltKeepsEntriesBackAndResumeIsTheOperators) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  ASSERT_TRUE(house.desk->halt(house.human, "test"));
  const auto refused = house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10));
  ASSERT_TRUE(refused) << refused.error().text();
  EXPECT_EQ(refused->order.state, OrderState::kRefused);
  EXPECT_EQ(refused->verdicts.first_denial()->code, "OPERATOR_HALTED");
  house.reopen();
  EXPECT_EQ(PaperHouse::must(house.desk->status()).operator_state.state, "halted");
  EXPECT_FALSE(house.desk->resume(house.agent, "please"));
  ASSERT_TRUE(house.desk->resume(house.human, "checked"));
  EXPECT_EQ(PaperHouse::must(house.desk->status()).operator_state.state, "open");
}

TEST(BookDesk, ExitCutsTheStopFirstAndNeverMoreThanHeldRests) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const auto entry = house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10));
  ASSERT_TRUE(entry && entry->order.state == OrderState::kFilled);
  // A limit far above: it rests.
  trading::OrderRequest exit;
  exit.symbol = "RELIANCE";
  exit.side = Side::kSell;
  exit.quantity = Quantity(4);
  exit.product = Product::kIntraday;
  exit.type = trading::OrderType::kLimit;
  exit.limit_price = entry->order.request.target;
  const auto resting = house.desk->place_paper_order(house.agent, exit);
  ASSERT_TRUE(resting) << resting.error().text();
  ASSERT_EQ(resting->order.state, OrderState::kOpen) << text_of(resting->verdicts) << resting->order.reason;
  Quantity open;
  for (const auto& [seq, order] : house.ledger->working()) open += order.open_quantity();
  EXPECT_EQ(open, Quantity(10));
  ASSERT_TRUE(house.desk->cancel_paper_order(house.agent, resting->order.order_id, ""));
  ASSERT_EQ(house.ledger->working().size(), 1U);
  EXPECT_EQ(house.ledger->working().begin()->second.open_quantity(), Quantity(10));
  // The stop is not the agent's to take away.
  const auto refused = house.desk->cancel_paper_order(house.agent, house.ledger->working().begin()->second.order_id, "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "PROTECTION_NOT_YOURS");
}

TEST(BookDesk, ResetKeepsHistoryAndTheDaysLoss) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  ASSERT_TRUE(house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10)));
  ASSERT_TRUE(house.desk->close_paper_position(house.agent, "RELIANCE", Product::kIntraday, std::nullopt, ""));
  const auto before = PaperHouse::must(house.desk->daily_loss());
  ASSERT_TRUE(before.day_pnl && before.day_pnl->is_negative());
  const auto reset = house.desk->reset_paper_account(house.agent, "");
  ASSERT_TRUE(reset) << reset.error().text();
  EXPECT_EQ(reset->epoch, 2);
  EXPECT_EQ(house.ledger->cash(), reset->starting_capital.accrual());
  EXPECT_EQ(*PaperHouse::must(house.desk->daily_loss()).day_pnl, *before.day_pnl);
  expect_books_add_up(house);
}

// A limit exit that nobody will ever pay must not take the stop's place: when the stop is reached it gives way.
TEST(BookDesk, UnreachableExitDoesNotRemoveTheStop) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    PaperHouse house(seed);
    ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
    const auto entry = house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10, 40, 500));
    ASSERT_TRUE(entry && entry->order.state == OrderState::kFilled);
    const trading::Price stop = *entry->order.request.stop_loss;
    const auto exit = house.desk->close_paper_position(house.agent, "RELIANCE", Product::kIntraday,
                                                       house.quote("RELIANCE").slice.band.upper, "");
    ASSERT_TRUE(exit) << exit.error().text();
    ASSERT_EQ(exit->order.state, OrderState::kOpen) << exit->order.reason;
    for (int i = 0; i < 80 && !house.ledger->positions().empty(); ++i) {
      ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(5)));
      if (!house.ledger->positions().empty() && house.quote("RELIANCE").slice.phase == trading::SessionPhase::kContinuous) {
        EXPECT_GT(house.quote("RELIANCE").slice.last, stop) << "seed " << seed;
      }
    }
    EXPECT_TRUE(house.ledger->positions().empty()) << "seed " << seed;
    expect_books_add_up(house);
  }
}

// Tightening the square-off so that its time has passed makes it due, not void.
TEST(BookDesk, TightenedSquareOffIsDueAtOnce) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  ASSERT_TRUE(house.desk->place_paper_order(house.agent, house.bracket("INFY", Side::kBuy, 5, 300, 900)));
  ASSERT_FALSE(house.ledger->positions().empty());
  const auto tightened = house.desk->update_trading_config(
      house.agent, {{"SQUARE_OFF_MINUTES", "345"}, {"SQUARE_OFF_MINUTES_CLOSING_AUCTION", "345"}});
  ASSERT_TRUE(tightened) << tightened.error().text();
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(10)));
  EXPECT_TRUE(house.ledger->positions().empty());
}

// An order never meets a print from before its own time, however the clock's durable record lags.
TEST(BookDesk, OrdersMeetOnlyLaterPrints) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(2)));
  const trading::Timestamp placed = house.clock->market_now();
  trading::OrderRequest request = house.bracket("RELIANCE", Side::kBuy, 10, 100, 400);
  request.type = trading::OrderType::kLimit;
  request.limit_price = house.quote("RELIANCE").slice.low;
  const trading::Price tick = tick_of(*PaperHouse::must(house.source->instruments().find("RELIANCE")),
                                      trading::date_of(placed), house.quote("RELIANCE").slice.previous_close);
  request.stop_loss = (*request.limit_price - part_of(*request.limit_price, trading::Bps(100), trading::Rounding::kUp)).floor_to(tick);
  request.target = (*request.limit_price + part_of(*request.limit_price, trading::Bps(300), trading::Rounding::kUp)).ceil_to(tick);
  const auto reply = house.desk->place_paper_order(house.agent, request);
  ASSERT_TRUE(reply) << reply.error().text();
  if (house.quote("RELIANCE").slice.last > *request.limit_price) {
    EXPECT_EQ(reply->order.state, OrderState::kOpen) << text_of(reply->verdicts);
  }
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(3)));
  for (const FillRecord& fill : PaperHouse::must(house.desk->fills(std::nullopt, "", 100)).fills) EXPECT_GE(fill.market_ts, placed);
}

TEST(BookDesk, ResetIsNoWayAroundTheWeek) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  ASSERT_TRUE(house.desk->place_paper_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 10)));
  ASSERT_TRUE(house.desk->close_paper_position(house.agent, "RELIANCE", Product::kIntraday, std::nullopt, ""));
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(8)));
  const auto loss_of_week = [&] {
    const auto days = house.ledger->days_since(week_of(trading::date_of(house.clock->market_now())));
    return days.front().open_equity - house.ledger->book_equity();
  };
  const trading::Accrual before = loss_of_week();
  ASSERT_TRUE(before.is_positive());
  ASSERT_TRUE(house.desk->reset_paper_account(house.agent, ""));
  EXPECT_EQ(loss_of_week(), before);
}

}  // namespace
}  // namespace broker
