// The exchange's rules of precedence, on slices written by hand.

#include "mcp_gateway/research/backtest/slice_replay.h"

#include <gtest/gtest.h>

namespace research {
namespace {

using trading::MarketSlice;
using trading::OrderType;
using trading::Price;
using trading::Quantity;
using trading::Side;
using trading::Timestamp;

Price rupees(std::int64_t n) { return Price(n * trading::kRupeeE4); }
Timestamp at_minute(int minute) {
  return timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(10, minute));
}

// 100 shares bid a rupee under the print and offered a rupee over it.
MarketSlice slice(int minute, std::int64_t last, std::int64_t from, std::int64_t volume = 1'000) {
  MarketSlice out;
  out.symbol = "TEST";
  out.ts = at_minute(minute);
  out.bar_ts = out.ts;
  out.last = rupees(last);
  if (from != 0) out.path_from = rupees(from);
  out.traded_volume = volume;
  out.bids[0] = {rupees(last - 1), Quantity(100)};
  out.asks[0] = {rupees(last + 1), Quantity(100)};
  out.bar_low = rupees(1);
  out.bar_high = rupees(1'000);
  out.phase = trading::SessionPhase::kContinuous;
  return out;
}

ReplayCommand place(const std::string& name, int minute, ReplayTerms terms,
                    std::optional<MarketSlice> in_force = {}) {
  ReplayCommand command;
  command.ts = at_minute(minute);
  command.order = name;
  command.symbol = "TEST";
  command.terms = terms;
  command.in_force = std::move(in_force);
  return command;
}
ReplayTerms market(std::int64_t quantity) { return {Side::kBuy, OrderType::kMarket, Quantity(quantity), {}, {}}; }
ReplayTerms limit(std::int64_t quantity, std::int64_t price) {
  return {Side::kBuy, OrderType::kLimit, Quantity(quantity), rupees(price), {}};
}

std::vector<ReplayFill> fills_of(const std::vector<ReplayCommand>& commands,
                                 const std::vector<MarketSlice>& slices) {
  auto fills = replay(commands, slices);
  EXPECT_TRUE(fills) << fills.error().text();
  return fills ? *fills : std::vector<ReplayFill>{};
}

TEST(SliceReplay, AFreshOrderTakesTheDepthItArrivesAt) {
  const auto fills = fills_of({place("a", 0, market(60), slice(0, 100, 0))}, {});
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].quantity, Quantity(60));
  EXPECT_EQ(fills[0].price, rupees(101));
}

TEST(SliceReplay, TwoFreshOrdersShareOneSlice) {
  const auto fills = fills_of({place("a", 0, market(70), slice(0, 100, 0)),
                               place("b", 0, market(70), slice(0, 100, 0))}, {});
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[1].quantity, Quantity(30));
}

TEST(SliceReplay, AnOrderDoesNotMeetTheSliceItArrivedAtAgain) {
  const auto fills = fills_of({place("a", 1, limit(10, 90), slice(1, 100, 0))},
                              {slice(1, 80, 100), slice(2, 85, 100)});
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].slice_ts, at_minute(2));
  EXPECT_EQ(fills[0].price, rupees(90)) << "a resting limit pays its own price on the way";
}

TEST(SliceReplay, RestingOrdersShareTheVolumeInTheOrderOfTheirArrival) {
  const auto fills = fills_of({place("z", 0, limit(200, 90), slice(0, 100, 0)),
                               place("a", 0, limit(200, 90), slice(0, 100, 0))},
                              {slice(1, 85, 100, 1'000)});
  ASSERT_EQ(fills.size(), 2U);
  EXPECT_EQ(fills[0].order, "z");
  EXPECT_EQ(fills[0].quantity, Quantity(200));
  EXPECT_EQ(fills[1].quantity, Quantity(50)) << "a quarter of 1,000 in all";
}

TEST(SliceReplay, AStopKeepsItsTriggerThroughAChangeOfQuantityOnly) {
  const ReplayTerms stop{Side::kSell, OrderType::kStopMarket, Quantity(10), {}, rupees(95)};
  ReplayTerms more = stop;
  more.quantity = Quantity(150);
  ReplayCommand change = place("s", 2, more, slice(1, 90, 100, 0));
  change.kind = ReplayCommand::Kind::kModify;
  MarketSlice empty = slice(1, 90, 100, 0);
  empty.bids = {};
  change.in_force = empty;
  const auto fills = fills_of({place("s", 0, stop, slice(0, 100, 0)), change},
                              {empty, slice(3, 99, 90, 0)});
  ASSERT_EQ(fills.size(), 1U) << "triggered at 90, sold at 99's bid";
  EXPECT_EQ(fills[0].price, rupees(98));
  EXPECT_EQ(fills[0].quantity, Quantity(100));
}

TEST(SliceReplay, CancelsAndTheEndOfTheDayLeaveNothingWorking) {
  ReplayCommand cancel;
  cancel.kind = ReplayCommand::Kind::kCancel;
  cancel.ts = at_minute(1);
  cancel.order = "a";
  EXPECT_TRUE(fills_of({place("a", 0, limit(10, 90)), cancel}, {slice(2, 80, 100)}).empty());
  MarketSlice tomorrow = slice(2, 80, 100);
  tomorrow.ts = tomorrow.ts + trading::hours(24);
  EXPECT_TRUE(fills_of({place("a", 0, limit(10, 90))}, {tomorrow}).empty());
}

TEST(SliceReplay, WhatIsNoRecordIsRefused) {
  const auto code = [](const std::vector<ReplayCommand>& commands) {
    const auto result = replay(commands, {});
    return result ? "accepted" : result.error().code;
  };
  EXPECT_EQ(code({place("a", 0, limit(1, 90)), place("a", 1, limit(1, 90))}), "REPLAY_INVALID");
  EXPECT_EQ(code({place("a", 0, limit(0, 90))}), "REPLAY_INVALID");
  EXPECT_EQ(code({place("a", 0, {Side::kBuy, OrderType::kLimit, Quantity(1), {}, {}})}), "REPLAY_INVALID");
  ReplayCommand change = place("b", 0, limit(1, 90));
  change.kind = ReplayCommand::Kind::kModify;
  EXPECT_EQ(code({change}), "REPLAY_INVALID");
}

}  // namespace
}  // namespace research
