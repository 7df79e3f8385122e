// Losses in a row are judged by the whole trip, entry and every exit with their charges, and a restart changes nothing.

#include <gtest/gtest.h>

#include "tests/execution_broker/desk/paper_house.h"

namespace broker {
namespace {

using trading::OrderState;
using trading::Product;
using trading::Quantity;
using trading::Side;

// Counts as the desk would after a start on these files.
std::int64_t after_restart(PaperHouse& house) { return PaperHouse::must(loss_run_of(*house.ledger)).count; }

// As the checklist is told: its own figures are in the denial only, so the running desk's count shows in the pause.
bool is_paused(PaperHouse& house, const std::string& symbol) {
  const auto preview = PaperHouse::must(house.desk->preview_order(house.agent, house.bracket(symbol, Side::kBuy, 1)));
  return preview.verdicts.of("consecutive_losses").kind == risk::VerdictKind::kRefuse;
}

// In and out at once: charges alone make it a loss.
void lose(PaperHouse& house, const std::string& symbol) {
  const auto in = PaperHouse::must(house.desk->place_paper_order(house.agent, house.bracket(symbol, Side::kBuy, 5)));
  ASSERT_EQ(in.order.state, OrderState::kFilled) << in.order.reason;
  const auto out = PaperHouse::must(house.desk->close_paper_position(house.agent, symbol, Product::kIntraday, std::nullopt, ""));
  ASSERT_EQ(out.order.state, OrderState::kFilled) << out.order.reason;
  ASSERT_EQ(house.ledger->position(symbol, Product::kIntraday), nullptr);
}

TEST(LossesInARow, AreTheSameAfterARestartAlsoOfAnotherDay) {
  PaperHouse house(1, {{"MAX_CONSECUTIVE_LOSSES", "3"}, {"LOSS_PAUSE_MINUTES", "1440"}});
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  lose(house, "RELIANCE");
  lose(house, "TCS");
  EXPECT_EQ(after_restart(house), 2);
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(8)));  // the night goes by
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(40)));
  house.reopen();
  EXPECT_EQ(after_restart(house), 2) << "yesterday's losses count on";
  EXPECT_FALSE(is_paused(house, "SBIN"));
  lose(house, "INFY");
  EXPECT_TRUE(is_paused(house, "SBIN"));
  house.reopen();
  EXPECT_TRUE(is_paused(house, "SBIN"));
  // A human resumes: forgiven, and a restart does not remember them.
  ASSERT_TRUE(house.desk->resume(house.human, "looked at it"));
  EXPECT_FALSE(is_paused(house, "SBIN"));
  house.reopen();
  EXPECT_FALSE(is_paused(house, "SBIN"));
  EXPECT_EQ(after_restart(house), 0);
}

FillRecord fill(std::int64_t id, Side side, std::int64_t quantity, std::int64_t after, std::int64_t realized, std::int64_t charge) {
  FillRecord record;
  record.fill_id = id;
  record.symbol = "X";
  record.side = side;
  record.quantity = Quantity(quantity);
  record.price = trading::Price(1'000'000);
  record.position_after = Quantity(after);
  record.realized = trading::Accrual(realized);
  record.charges[trading::ChargeKind::kStt] = trading::Accrual(charge);
  return record;
}

TEST(LossesInARow, TheWholeTripIsJudgedNotItsLastFill) {
  // The last part gained, the trip lost; then a trip whose exit gains less than its entry cost.
  const auto trips = round_trips_of({fill(1, Side::kBuy, 10, 10, 0, 5), fill(2, Side::kSell, 5, 5, -500, 5), fill(3, Side::kSell, 5, 0, 100, 5),
                                     fill(4, Side::kBuy, 1, 1, 0, 50), fill(5, Side::kSell, 1, 0, 40, 1),
                                     fill(6, Side::kBuy, 1, 1, 0, 1), fill(7, Side::kSell, 1, 0, 40, 1)});
  ASSERT_EQ(trips.size(), 3U);
  LossRun run;
  run.add(trips[0]);
  run.add(trips[1]);
  EXPECT_EQ(run.count, 2);
  EXPECT_TRUE(run.last);
  EXPECT_EQ(trips[1].closing_fill, 5);
  run.add(trips[2]);
  EXPECT_EQ(run.count, 0);
  EXPECT_FALSE(run.last);
}

// On a clock that runs: a change is a message as an order is, and what takes orders back is never refused for it.
TEST(MessageRate, CountsChangesOfTheAgentAndRefusesOnlyEntries) {
  PaperHouse house(1, {{"MAX_MESSAGES_PER_SECOND", "3"}},
                   trading::timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(10, 0)), 1);
  trading::OrderRequest request = house.bracket("RELIANCE", Side::kBuy, 10);
  const trading::Price last = house.quote("RELIANCE").slice.last;
  request.type = trading::OrderType::kLimit;
  request.limit_price = (last - part_of(last, trading::Bps(20), trading::Rounding::kDown)).floor_to(trading::Price(1'000));
  const auto begin = house.clock->steady_us();
  const auto entry = PaperHouse::must(house.desk->place_paper_order(house.agent, request));
  ASSERT_EQ(entry.order.state, OrderState::kOpen) << entry.order.reason;
  ModifyRequest change;
  change.order_id = entry.order.order_id;
  change.quantity = Quantity(9);
  ASSERT_TRUE(house.desk->modify_paper_order(house.agent, change));
  ASSERT_TRUE(house.desk->cancel_paper_order(house.agent, entry.order.order_id, ""));
  const auto preview = PaperHouse::must(house.desk->preview_order(house.agent, house.bracket("TCS", Side::kBuy, 1)));
  if (house.clock->steady_us() - begin > 900'000) GTEST_SKIP() << "this machine took more than the second that is counted";
  EXPECT_EQ(preview.verdicts.of("messages").kind, risk::VerdictKind::kRefuse) << preview.verdicts.of("messages").value;
}

}  // namespace
}  // namespace broker
