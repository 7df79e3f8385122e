// What ends a card: everything that a human decided by, and nothing that moves with each print.

#include "execution_broker/desk/order_card.h"

#include <gtest/gtest.h>

#include "execution_broker/desk/preview.h"
#include "tests/execution_broker/desk/rehearsal_house.h"

namespace broker {
namespace {

class OrderCardTest : public testing::Test {
 protected:
  OrderCardTest() {
    order_.order_id = "R-000001";
    order_.request = house_.entry("SBIN").order;
    facts_.order = order_.request;
    facts_.cls = trading::OrderClass::kEntry;
    facts_.market_now = house_.clock.market_now();
    facts_.instrument = *RehearsalHouse::must(house_.source->instruments().find("SBIN"));
    facts_.quote = RehearsalHouse::must(house_.source->quote("SBIN", facts_.market_now));
    facts_.tagged.positions.emplace();
    facts_.tagged.equity_at_open = trading::Accrual(10'000'000'000);
    facts_.state.operator_state = risk::OperatorState::kOpen;
  }
  [[nodiscard]] OrderCard card(const risk::Facts& facts, const CardFrame& frame = {"A***42", "hash", 7}) const {
    return card_of(order_, facts, preview_of(facts, trading::Quantity()), frame);
  }
  // The code of what changed between the card and `change`d facts.
  template <typename Change>
  std::string after(Change change) {
    risk::Facts later = facts_;
    change(later);
    const std::string why = changed_since(card(facts_).standing, card(later).standing, "SBIN");
    return why.substr(0, why.find(':'));
  }

  RehearsalHouse house_;
  OrderRecord order_;
  risk::Facts facts_;
};

TEST_F(OrderCardTest, StandsWhileOnlyThePriceMoves) {
  EXPECT_EQ(after([](risk::Facts& f) { f.quote->slice.last = f.quote->slice.last + trading::Price(500); }), "");
}

TEST_F(OrderCardTest, EndsWithAnotherInstrumentBehindTheSymbol) {
  EXPECT_EQ(after([](risk::Facts& f) { f.instrument.token = "999999"; }), "FIGURES_CHANGED");
  EXPECT_EQ(after([](risk::Facts& f) { f.instrument.trading_symbol = "SBIN-BE"; }), "FIGURES_CHANGED");
}

TEST_F(OrderCardTest, EndsWithAnotherWorstLoss) {
  EXPECT_EQ(after([](risk::Facts& f) { f.quote->slice.band.lower = f.quote->slice.band.lower - trading::Price(100'000); }), "FIGURES_CHANGED");
}

TEST_F(OrderCardTest, EndsWithAPositionInEitherProduct) {
  for (const auto product : {trading::Product::kIntraday, trading::Product::kDelivery})
    EXPECT_EQ(after([&](risk::Facts& f) { f.tagged.positions->push_back({"SBIN", product, trading::Quantity(1), {}, ""}); }), "POSITION_CHANGED");
  EXPECT_EQ(after([](risk::Facts& f) { f.tagged.positions->push_back({"TCS", trading::Product::kIntraday, trading::Quantity(1), {}, ""}); }), "");
}

TEST_F(OrderCardTest, EndsWithAnotherPurseStateOrLimits) {
  EXPECT_EQ(after([](risk::Facts& f) { f.tagged.equity_at_open = trading::Accrual(1); }), "PURSE_CHANGED");
  EXPECT_EQ(after([](risk::Facts& f) { f.state.operator_state = risk::OperatorState::kReduceOnly; }), "STATE_CHANGED");
  const std::string why = changed_since(card(facts_).standing, card(facts_, {"A***42", "other", 7}).standing, "SBIN");
  EXPECT_TRUE(why.starts_with("LIMITS_CHANGED")) << why;
  EXPECT_EQ(changed_since(card(facts_).standing, card(facts_, {"A***42", "hash", 8}).standing, "SBIN"), "") << "another order came meanwhile";
}

TEST_F(OrderCardTest, DriftIsRoundedUpAndWhatIsNoPriceHasDriftedAltogether) {
  EXPECT_EQ(drift_of(trading::Price(10'100'000), trading::Price(10'000'000)), trading::Bps(100));
  EXPECT_EQ(drift_of(trading::Price(10'100'001), trading::Price(10'000'000)), trading::Bps(101));
  EXPECT_EQ(drift_of(trading::Price(9'899'999), trading::Price(10'000'000)), trading::Bps(101));
  EXPECT_EQ(drift_of(trading::Price(), trading::Price(10'000'000)), trading::Bps(10'000));
  EXPECT_EQ(drift_of(trading::Price(10'000'000), trading::Price()), trading::Bps(10'000));
}

TEST_F(OrderCardTest, OneThatWouldTradeAtOnceIsVoidBeyondAHundredthARestingOneIsNot) {
  const trading::Price last = facts_.quote->slice.last;
  const trading::Price far(last.value() - trading::mul_div(last.value(), 102, 10'000, trading::Rounding::kUp));
  EXPECT_EQ(price_moved(facts_, far), "") << "it rests under the market: its own price bounds it";
  facts_.order.limit_price = *facts_.quote->slice.ask() + trading::Price(10'000);
  EXPECT_TRUE(price_moved(facts_, far).starts_with("PRICE_MOVED"));
  EXPECT_EQ(price_moved(facts_, last), "");
  facts_.quote->slice.asks = {};
  EXPECT_TRUE(price_moved(facts_, far).starts_with("PRICE_MOVED")) << "whether it would trade cannot be told";
}

}  // namespace
}  // namespace broker
