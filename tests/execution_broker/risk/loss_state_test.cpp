#include "execution_broker/risk/loss_state.h"

#include <gtest/gtest.h>

#include "execution_broker/risk/exposure.h"
#include "execution_broker/risk/session_times.h"
#include "tests/support/valid_entry.h"

namespace broker::risk {
namespace {

using test::at_time;
using test::rs;
using test::rupees;
using trading::Quantity;

std::vector<std::string> codes_of(const std::vector<Trip>& trips) {
  std::vector<std::string> out;
  for (const Trip& trip : trips) out.push_back(trip.why.code);
  return out;
}

TEST(Trips, NothingTripsOnAnOrdinaryDay) {
  EXPECT_TRUE(trips_of(test::valid_entry()).empty());
}

TEST(Trips, ChargesAndUnrealizedLossesCount) {
  Facts facts = test::valid_entry();
  facts.tagged.today = ResultFact{rupees(-10'000), rupees(-9'000), rupees(1'000)};
  EXPECT_EQ(codes_of(trips_of(facts)), std::vector<std::string>{"DAILY_LOSS_LIMIT_REACHED"});
  EXPECT_EQ(trips_of(facts).front().effect, TripEffect::kReduceOnly);
  facts.tagged.today->charges = rupees(999);
  EXPECT_TRUE(trips_of(facts).empty());
}

TEST(Trips, TheAccountsLossCountsAsWellAsTheBooks) {
  Facts facts = test::valid_live_entry();  // purse 2,00,000: 2 % are 4,000
  facts.account.today = ResultFact{rupees(-4'000), {}, {}};
  ASSERT_EQ(codes_of(trips_of(facts)), std::vector<std::string>{"DAILY_LOSS_LIMIT_REACHED"});
  EXPECT_NE(trips_of(facts).front().why.message.find("the account"), std::string::npos);
}

TEST(Trips, HaltsComeFirst) {
  Facts facts = test::valid_entry();
  facts.tagged.today = ResultFact{rupees(-30'000), {}, {}};
  facts.tagged.week = ResultFact{rupees(-60'000), {}, {}};
  facts.tagged.equity_now = rupees(890'000);
  facts.rate->rejects_in_five_minutes = 3;
  EXPECT_EQ(codes_of(trips_of(facts)),
            (std::vector<std::string>{"DAILY_LOSS_HALT_REACHED", "DRAWDOWN_LIMIT_REACHED",
                                      "TOO_MANY_REJECTS", "DAILY_LOSS_LIMIT_REACHED",
                                      "WEEKLY_LOSS_LIMIT_REACHED"}));
  EXPECT_EQ(trips_of(facts).front().effect, TripEffect::kHalt);
}

TEST(Trips, WhatIsUnknownTripsNothing) {
  EXPECT_TRUE(trips_of(Facts()).empty());
}

TEST(SessionTimes, AreThoseOfAnOrdinaryDay) {
  const trading::TradingDay day = *test::ordinary_day().day;
  EffectiveLimits limits = EffectiveLimits::defaults(trading::TradingMode::kPaper);
  EXPECT_EQ(intraday_entries_end(day, true, limits), at_time(15, 0));
  EXPECT_EQ(intraday_entries_end(day, false, limits), at_time(15, 10));
  EXPECT_EQ(square_off_begins(day, true, limits), at_time(15, 5));
  EXPECT_EQ(square_off_begins(day, false, limits), at_time(15, 15));
  limits.set(Limit::kSquareOff, 60);  // entries never end after the square-off begins
  EXPECT_EQ(intraday_entries_end(day, false, limits), at_time(14, 30));
}

TEST(Exposure, IsGrossAndKnowsWhatItDoesNotKnow) {
  BookFacts book = test::ordinary_book();
  book.positions->push_back({"A", trading::Product::kIntraday, Quantity(10), rs(100), "IT"});
  book.positions->push_back({"B", trading::Product::kIntraday, Quantity(-10), rs(300), ""});
  EXPECT_EQ(exposure_of(book, {}), rupees(4'000));
  const ExposureReport report = *exposure_report(book, rupees(30'000));
  EXPECT_EQ(report.net, rupees(-2'000));
  EXPECT_EQ(report.gross_share, trading::Bps(1'334));  // rounded up
  EXPECT_EQ(report.symbols.front().name, "B");
  EXPECT_EQ(report.sectors.size(), 2U);
  book.positions->push_back({"C", trading::Product::kIntraday, Quantity(1), std::nullopt, ""});
  EXPECT_EQ(exposure_of(book, {}), std::nullopt);
  EXPECT_FALSE(exposure_report(book, rupees(1)));
}

}  // namespace
}  // namespace broker::risk
