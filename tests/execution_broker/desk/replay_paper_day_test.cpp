// Recorded paper days, replayed by research through the fill model slice by slice: the same fills.

#include <gtest/gtest.h>

#include <random>

#include "tests/execution_broker/desk/paper_house.h"
#include "tests/execution_broker/desk/paper_record.h"

namespace broker {
namespace {

using trading::OrderType;
using trading::Product;
using trading::Quantity;
using trading::Side;

// Wide limits: what is replayed are fills, not refusals.
std::map<std::string, std::string> wide_limits() {
  return {{"MAX_ORDER_VALUE", "100000000"},          {"MAX_ORDER_QUANTITY", "1000000"},
          {"MAX_POSITION_SIZE_PERCENT", "100"},      {"MAX_RISK_PER_TRADE_PERCENT", "100"},
          {"MAX_VOLUME_SHARE_PERCENT", "100"},       {"MAX_DEPTH_SHARE_PERCENT", "100"},
          {"MAX_OPEN_POSITIONS", "1000"},            {"MAX_SECTOR_EXPOSURE_PERCENT", "100"},
          {"MAX_GROSS_EXPOSURE_PERCENT", "500"},     {"MAX_OPEN_ENTRIES_PERCENT", "100"},
          {"MAX_DAILY_LOSS_PERCENT", "100"},         {"HALT_DAILY_LOSS_PERCENT", "100"},
          {"MAX_WEEKLY_LOSS_PERCENT", "100"},        {"MAX_DRAWDOWN_PERCENT", "100"},
          {"MAX_CONSECUTIVE_LOSSES", "1000"},        {"MAX_ENTRIES_PER_DAY", "1000"},
          {"MAX_ENTRIES_PER_MINUTE", "1000"},        {"MAX_DAILY_TURNOVER_PERCENT", "10000"},
          {"MIN_RISK_REWARD_RATIO", "0"}};
}

// A day's trading of all kinds: brackets that market and time decide about, limits that wait, orders
// changed and taken back, positions left to the square-off. Returns how many were accepted.
std::size_t trade_a_day(PaperHouse& house, std::mt19937_64& random) {
  const std::vector<std::string> symbols{"RELIANCE", "TCS", "INFY", "SBIN", "HDFCBANK"};
  std::size_t accepted = 0;
  for (int step = 0; step < 70; ++step) {
    EXPECT_TRUE(house.desk->advance_clock(house.human, trading::seconds(60 + static_cast<std::int64_t>(random() % 400))));
    const std::string& symbol = symbols[random() % symbols.size()];
    const Side side = random() % 3 == 0 ? Side::kSell : Side::kBuy;
    auto request = house.bracket(symbol, side, static_cast<std::int64_t>(1 + random() % 400),
                                 static_cast<int>(15 + random() % 60), static_cast<int>(25 + random() % 80),
                                 side == Side::kSell || random() % 2 == 0 ? Product::kIntraday : Product::kDelivery);
    if (random() % 3 == 0) {
      request.type = OrderType::kLimit;
      request.limit_price = house.quote(symbol).slice.bid().value_or(house.quote(symbol).slice.last);
    }
    const auto reply = house.desk->place_paper_order(house.agent, request);
    if (!reply || !trading::is_working(reply->order.state)) {
      accepted += reply && reply->order.state == trading::OrderState::kFilled ? 1U : 0U;
      continue;
    }
    ++accepted;
    if (random() % 2 == 0) {
      EXPECT_TRUE(house.desk->advance_clock(house.human, trading::seconds(30)));
      ModifyRequest change;
      change.order_id = reply->order.order_id;
      change.limit_price = house.quote(symbol).slice.ask();
      if (change.limit_price) (void)house.desk->modify_paper_order(house.agent, change);
    } else if (random() % 2 == 0) {
      (void)house.desk->cancel_paper_order(house.agent, reply->order.order_id, "");
    }
  }
  EXPECT_TRUE(house.desk->advance_clock(house.human, trading::hours(3)));
  return accepted;
}

class ReplayPaperDay : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(ReplayPaperDay, GivesTheSameFills) {
  PaperHouse house(GetParam(), wide_limits());
  std::mt19937_64 random(GetParam());
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(10)));
  EXPECT_GT(trade_a_day(house, random), 5U);

  PaperRecordReader reader(*house.database, *house.source);
  const PaperRecord record = PaperHouse::must(reader.read());
  const auto fills = PaperHouse::must(research::replay(record.commands, record.slices));
  ASSERT_GT(record.fills.size(), 20U) << "a day without fills shows nothing";
  ASSERT_EQ(fills.size(), record.fills.size());
  for (std::size_t i = 0; i < fills.size(); ++i) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + " fill " + std::to_string(i));
    ASSERT_EQ(fills[i].order, record.fills[i].order);
    ASSERT_EQ(fills[i].slice_ts, record.fills[i].slice_ts);
    ASSERT_EQ(fills[i].quantity, record.fills[i].quantity);
    ASSERT_EQ(fills[i].price, record.fills[i].price);
  }
}

// The comparison must be able to fail: another market gives other fills.
TEST(ReplayOfAnotherMarket, GivesOtherFills) {
  PaperHouse house(2, wide_limits());
  std::mt19937_64 random(2);
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(10)));
  trade_a_day(house, random);
  PaperRecordReader reader(*house.database, *house.source);
  PaperRecord record = PaperHouse::must(reader.read());
  const std::size_t fills = record.fills.size();
  for (trading::MarketSlice& slice : record.slices) slice.traded_volume = 0;
  const auto silent = research::replay(record.commands, record.slices);
  EXPECT_TRUE(!silent || silent->size() != fills);
  record.slices.clear();
  const auto nothing = research::replay(record.commands, record.slices);
  EXPECT_TRUE(!nothing || nothing->size() < fills);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReplayPaperDay, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace broker
