#include "trading/positions/position.h"

#include "tests/trading/support/seeded.h"

namespace trading {
namespace {

Price rupees(std::int64_t whole) {
  return Price(whole * kRupeeE4);
}
Accrual amount(std::int64_t whole) {
  return Accrual(whole * kRupeeE4);
}

TEST(Position, AveragesItsCost) {
  Position position;
  position = apply_fill(position, Side::kBuy, Quantity(10), rupees(100)).after;
  position = apply_fill(position, Side::kBuy, Quantity(30), rupees(120)).after;
  EXPECT_EQ(position.quantity, Quantity(40));
  EXPECT_EQ(position.cost, amount(4'600));
  EXPECT_EQ(position.average_price(), rupees(115));
  const PositionChange sale = apply_fill(position, Side::kSell, Quantity(10), rupees(130));
  EXPECT_EQ(sale.realized, amount(150));
  EXPECT_EQ(sale.cost_removed, amount(1'150));
  EXPECT_EQ(sale.closed, Quantity(10));
  EXPECT_EQ(sale.after.average_price(), rupees(115)) << "selling does not move the average";
  EXPECT_EQ(sale.after.unrealized(rupees(110)), amount(-150));
}

TEST(Position, ShortsAreTheMirrorImage) {
  Position position = apply_fill(Position{}, Side::kSell, Quantity(10), rupees(100)).after;
  EXPECT_EQ(position.quantity, Quantity(-10));
  EXPECT_EQ(position.cost, amount(-1'000));
  EXPECT_EQ(position.average_price(), rupees(100));
  EXPECT_EQ(position.unrealized(rupees(90)), amount(100));
  const PositionChange cover = apply_fill(position, Side::kBuy, Quantity(4), rupees(110));
  EXPECT_EQ(cover.realized, amount(-40));
  EXPECT_EQ(cover.after.quantity, Quantity(-6));
}

TEST(Position, AFillThroughZeroOpensTheOtherSide) {
  const Position held = apply_fill(Position{}, Side::kBuy, Quantity(10), rupees(100)).after;
  const PositionChange turn = apply_fill(held, Side::kSell, Quantity(15), rupees(110));
  EXPECT_EQ(turn.closed, Quantity(10));
  EXPECT_EQ(turn.realized, amount(100));
  EXPECT_EQ(turn.after.quantity, Quantity(-5));
  EXPECT_EQ(turn.after.cost, amount(-550));
  EXPECT_EQ(turn.after.realized, amount(100));
}

// The exact identities of any sequence of fills: what came in less what went out is realized less
// the open cost, so realized + unrealized is the cash flow plus the market value; a flat position
// has no cost.
TEST(Position, KeepsTheCashFlowIdentity) {
  SEEDED_RANDOM(random, 51);
  for (int run = 0; run < 2'000; ++run) {
    Position position;
    Accrual cash;
    Accrual realized;
    for (int i = 0; i < 60; ++i) {
      const Side side = random.chance(50) ? Side::kBuy : Side::kSell;
      const bool closes = !position.is_flat() && random.chance(15);
      const Side taken =
          closes ? (position.quantity.is_negative() ? Side::kBuy : Side::kSell) : side;
      const Quantity quantity = closes ? abs(position.quantity) : Quantity(random.between(1, 997));
      const Price price(random.between(1, 50'000'000));
      const Position before = position;
      const PositionChange change = apply_fill(position, taken, quantity, price);
      position = change.after;
      cash -= value_of(price, signed_quantity(taken, quantity));
      realized += change.realized;

      ASSERT_EQ(position.quantity, before.quantity + signed_quantity(taken, quantity));
      ASSERT_EQ(position.realized, realized);
      ASSERT_EQ(cash, position.realized - position.cost);
      const Price last(random.between(1, 50'000'000));
      ASSERT_EQ(position.realized + position.unrealized(last), cash + position.market_value(last));
      if (position.is_flat()) {
        ASSERT_TRUE(position.cost.is_zero());
        ASSERT_TRUE(position.average_price().is_zero());
      } else {
        ASSERT_EQ(position.cost.is_negative(), position.quantity.is_negative());
      }
      ASSERT_FALSE(change.closed.is_negative());
      ASSERT_LE(change.closed, quantity);
    }
  }
}

}  // namespace
}  // namespace trading
