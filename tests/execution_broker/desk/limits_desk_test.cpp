// Limits through the desk over starts: what the file says, what waits, what the operator accepts, and when it counts.

#include <gtest/gtest.h>

#include "execution_broker/desk/limit_note.h"
#include "tests/execution_broker/desk/paper_house.h"

namespace broker {
namespace {

using risk::Limit;
using risk::LimitSource;

risk::EffectiveLimit in_force(PaperHouse& house, Limit id) {
  const LimitsView view = house.desk->limits();
  return risk::effective_limit(view.sources, id, view.mode, view.today);
}

constexpr std::int64_t kRupee = 100;

TEST(LimitsOfTheFile, WithoutALineTheDefaultIsNamed) {
  PaperHouse house(1, {{"MAX_OPEN_POSITIONS", "5"}});
  EXPECT_EQ(risk::source_name_of(in_force(house, Limit::kMaxOpenPositions)), "file");
  EXPECT_EQ(risk::source_name_of(in_force(house, Limit::kMaxOrderValue)), "default");
  // The line goes, its value stays the default's: from now on it is the default.
  house.reopen_with({{"MAX_ORDER_VALUE", "20000"}});
  EXPECT_EQ(risk::source_name_of(in_force(house, Limit::kMaxOpenPositions)), "default");
  EXPECT_EQ(risk::source_name_of(in_force(house, Limit::kMaxOrderValue)), "file");
}

TEST(LimitsOfTheFile, ALooserOneWaitsUntilItIsAcceptedAndCountsTheNextDay) {
  PaperHouse house(1, {{"MAX_ORDER_VALUE", "20000"}});
  EXPECT_TRUE(house.desk->limits().waiting.empty()) << "a home's first start is the baseline";
  house.reopen_with({{"MAX_ORDER_VALUE", "50000"}});
  ASSERT_EQ(house.desk->limits().waiting.size(), 1U);
  EXPECT_EQ(house.desk->limits().waiting[0].value, 50'000 * kRupee);
  EXPECT_EQ(in_force(house, Limit::kMaxOrderValue).value, 20'000 * kRupee);
  const auto noted = house.audited("limits.file_waits");
  ASSERT_EQ(noted.size(), 1U);
  EXPECT_NE(noted[0].find(R"("in_force":"20000","key":"MAX_ORDER_VALUE","source":"file","waiting":"50000")"), std::string::npos)
      << noted[0];

  // Only the operator, and only what was shown.
  EXPECT_EQ(house.desk->accept_limits(house.agent, {{"MAX_ORDER_VALUE", "50000"}}).error().code, "OPERATOR_ONLY");
  EXPECT_EQ(house.desk->accept_limits(house.human, {{"MAX_ORDER_VALUE", "60000"}}).error().code, "LIMIT_NOT_WAITING");
  EXPECT_EQ(house.desk->accept_limits(house.human, {{"MAX_OPEN_POSITIONS", "9"}}).error().code, "LIMIT_NOT_WAITING");
  const auto accepted = house.desk->accept_limits(house.human, {{"MAX_ORDER_VALUE", "50000"}});
  ASSERT_TRUE(accepted) << accepted.error().text();
  EXPECT_EQ(house.audited("limits.accepted_unsigned").size(), 1U);
  EXPECT_TRUE(house.desk->limits().waiting.empty());
  EXPECT_EQ(in_force(house, Limit::kMaxOrderValue).value, 20'000 * kRupee) << "not before the next trading day";

  // It survives restarts, and its day takes the waiting text away.
  house.reopen();
  const auto pending = [&] { return house.desk->limits().sources.at(Limit::kMaxOrderValue, LimitSource::kFile).pending; };
  ASSERT_TRUE(pending());
  EXPECT_EQ(pending()->effective.iso(), "2026-11-25") << "24 November is a holiday";
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(8)));
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  EXPECT_EQ(house.clock->market_now().us > 0 ? trading::date_of(house.clock->market_now()).iso() : "", "2026-11-25");
  EXPECT_EQ(in_force(house, Limit::kMaxOrderValue).value, 50'000 * kRupee);
  EXPECT_FALSE(pending());
  house.reopen();
  EXPECT_FALSE(pending());
  EXPECT_TRUE(house.desk->limits().waiting.empty());
  EXPECT_EQ(in_force(house, Limit::kMaxOrderValue).value, 50'000 * kRupee);
}

TEST(LimitsOfTheFile, WhatIsBetweenNeedsNoSecondSignatureAndMoreDoes) {
  PaperHouse house(1, {{"MAX_ORDER_VALUE", "20000"}});
  house.reopen_with({{"MAX_ORDER_VALUE", "50000"}});
  ASSERT_TRUE(house.desk->accept_limits(house.human, {{"MAX_ORDER_VALUE", "50000"}}));
  house.reopen_with({{"MAX_ORDER_VALUE", "30000"}});
  EXPECT_TRUE(house.desk->limits().waiting.empty());
  EXPECT_EQ(house.desk->limits().sources.at(Limit::kMaxOrderValue, LimitSource::kFile).pending->value, 30'000 * kRupee);
  house.reopen_with({{"MAX_ORDER_VALUE", "70000"}});
  ASSERT_EQ(house.desk->limits().waiting.size(), 1U);
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::hours(8)));
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  EXPECT_EQ(in_force(house, Limit::kMaxOrderValue).value, 30'000 * kRupee) << "no more than was ever accepted";
}

TEST(LimitsOfTheFile, ALineThatIsTakenAwayLoosensNothing) {
  PaperHouse house(1, {{"MAX_ORDER_VALUE", "20000"}});
  house.reopen_with({});
  EXPECT_EQ(in_force(house, Limit::kMaxOrderValue).value, 20'000 * kRupee);
  ASSERT_EQ(house.desk->limits().waiting.size(), 1U);
  EXPECT_TRUE(house.desk->limits().waiting[0].is_default);
}

TEST(LimitsOfTheOperator, AWordLooserThanTheFileSaysWhatHolds) {
  PaperHouse house(1, {{"MAX_ORDER_VALUE", "20000"}});
  const auto note = [&] { return note_of_operators_word(house.desk->limits(), Limit::kMaxOrderValue); };
  ASSERT_TRUE(house.desk->set_limit(house.human, "MAX_ORDER_VALUE", "90000", false, false));
  EXPECT_EQ(note(), "in force stays 20,000.00 (file since 2026-11-23); to loosen: change .env, restart, approval_cli limits "
                    "accept MAX_ORDER_VALUE");
  ASSERT_TRUE(house.desk->update_trading_config(house.agent, {{"MAX_ORDER_VALUE", "5000"}}));
  EXPECT_NE(note().find("in force stays 5,000.00 (agent since 2026-11-23); to loosen: approval_cli limits clear-agent"),
            std::string::npos)
      << note();
  ASSERT_TRUE(house.desk->set_limit(house.human, "MAX_ORDER_VALUE", "1000", false, false));
  EXPECT_EQ(note(), "");
  ASSERT_TRUE(house.desk->set_limit(house.human, "MAX_ORDER_VALUE", "90000", false, false));
  EXPECT_NE(note().find("counts from 2026-11-25; until then 1,000.00; in force stays 5,000.00"), std::string::npos) << note();
}

}  // namespace
}  // namespace broker
