#include "execution_broker/risk/sizing.h"

#include <gtest/gtest.h>

#include "execution_broker/risk/order_figures.h"
#include "tests/support/valid_entry.h"

namespace broker::risk {
namespace {

using test::kDay;
using test::rs;
using test::rupees;
using trading::Bps;
using trading::Price;
using trading::Product;
using trading::Quantity;
using trading::Side;

const Price kTick = Price(500);

PositionSizeQuestion question(double entry, double stop) {
  PositionSizeQuestion out;
  out.capital = rupees(100'000);
  out.risk = Bps(100);
  out.entry = rs(entry);
  out.stop = rs(stop);
  out.date = kDay;
  return out;
}

TEST(PositionSize, IsTheRiskDividedByTheRiskOfAShareRoundedDown) {
  const PositionSize size = *position_size(question(500, 493));
  EXPECT_EQ(size.side, Side::kBuy);
  EXPECT_EQ(size.risk_amount, rupees(1'000));
  EXPECT_EQ(size.risk_per_share, rs(7));
  EXPECT_EQ(size.quantity, Quantity(142));  // 142.86
  EXPECT_EQ(size.position_value, rupees(71'000));
  EXPECT_EQ(size.affordable_quantity, Quantity(200));
  EXPECT_GT(size.loss_at_stop, rupees(994));
  EXPECT_LT(size.quantity_with_charges, size.quantity);
  const auto loss = [&](Quantity quantity) {
    return loss_at(Side::kBuy, Product::kIntraday, quantity, rs(500), rs(493), kDay);
  };
  EXPECT_LE(loss(size.quantity_with_charges), rupees(1'000));
  EXPECT_GT(loss(size.quantity_with_charges + Quantity(1)), rupees(1'000));
}

TEST(PositionSize, OfAShortCountsTheOtherWayAndKeepsWholeLots) {
  PositionSizeQuestion asked = question(500, 507);
  asked.lot_size = 25;
  const PositionSize size = *position_size(asked);
  EXPECT_EQ(size.side, Side::kSell);
  EXPECT_EQ(size.quantity, Quantity(125));
  EXPECT_EQ(size.quantity_with_charges.value() % 25, 0);
}

TEST(PositionSize, NamesTheArgumentAtFault) {
  EXPECT_EQ(position_size(question(500, 500)).error().field, "stop_loss");
  EXPECT_EQ(position_size(question(0, 1)).error().field, "entry_price");
  EXPECT_EQ(position_size(question(500, -1)).error().field, "stop_loss");
  PositionSizeQuestion asked = question(500, 490);
  asked.capital = {};
  EXPECT_EQ(position_size(asked).error().field, "capital");
  asked = question(500, 490);
  asked.risk = Bps(10'001);
  EXPECT_EQ(position_size(asked).error().field, "risk_percent");
  asked.entry = Price(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(position_size(asked).error().field, "entry_price");
}

TEST(PositionSize, IsZeroWhenOneShareRisksTooMuch) {
  PositionSizeQuestion asked = question(5'000, 3'000);
  const PositionSize size = *position_size(asked);
  EXPECT_EQ(size.quantity, Quantity(0));
  EXPECT_EQ(size.loss_at_stop, rupees(0));
}

TEST(TargetPrice, GivesAtLeastTheRatioOnTheTick) {
  EXPECT_EQ(*target_price(rs(100), rs(98), 20'000, kTick), rs(104));
  EXPECT_EQ(*target_price(rs(100), rs(102), 20'000, kTick), rs(96));
  EXPECT_EQ(*target_price(rs(100), rs(99.95), 15'000, kTick),
            rs(100.1));  // 100.075 goes up to the tick
  EXPECT_EQ(target_price(rs(100), rs(100), 20'000, kTick).error().code, "RISK_ARGUMENT_INVALID");
  EXPECT_EQ(target_price(rs(100), rs(160), 20'000, kTick).error().field, "risk_reward_ratio");
  EXPECT_EQ(target_price(rs(100), rs(98), -1, kTick).error().field, "risk_reward_ratio");
}

TEST(StopFromAtr, LiesAwayFromTheEntryOnTheTick) {
  EXPECT_EQ(*stop_from_atr(rs(100), Side::kBuy, rs(1.33), 15'000, kTick), rs(98.0));    // 98.005
  EXPECT_EQ(*stop_from_atr(rs(100), Side::kSell, rs(1.33), 15'000, kTick), rs(102.0));  // 101.995
  EXPECT_EQ(stop_from_atr(rs(10), Side::kBuy, rs(10), 15'000, kTick).error().field,
            "atr_multiplier");
}

TEST(BreakEven, IsTheFirstTickThatPaysAllCharges) {
  for (const Side side : {Side::kBuy, Side::kSell})
    for (const Product product : {Product::kIntraday, Product::kDelivery})
      for (const std::int64_t shares : {1, 40, 1'000, 100'000}) {
        const Quantity quantity(shares);
        const Price price = *break_even_price(side, product, quantity, rs(100), kTick, kDay);
        const Price nearer = side == Side::kBuy ? price - kTick : price + kTick;
        EXPECT_LE(loss_at(side, product, quantity, rs(100), price, kDay), rupees(0));
        EXPECT_GT(loss_at(side, product, quantity, rs(100), nearer, kDay), rupees(0));
        EXPECT_TRUE(price.is_on_tick(kTick));
      }
  EXPECT_EQ(break_even_price(Side::kSell, Product::kIntraday, Quantity(1), rs(0.05), kTick, kDay)
                .error()
                .field,
            "quantity");
}

TEST(GapLosses, GrowWithTheGapAndIncludeCharges) {
  const auto losses = gap_losses(Side::kBuy, Product::kDelivery, Quantity(100), rs(100),
                                 {Bps(500), Bps(1'000), Bps(10'000)}, kDay);
  ASSERT_EQ(losses.size(), 3U);
  EXPECT_EQ(losses[0].price, rs(95));
  EXPECT_GT(losses[0].loss, rupees(500));
  EXPECT_GT(losses[1].loss, losses[0].loss);
  EXPECT_GE(losses[2].loss, rupees(9'999));
  EXPECT_EQ(
      gap_losses(Side::kSell, Product::kIntraday, Quantity(1), rs(100), {Bps(500)}, kDay)[0].price,
      rs(105));
}

TEST(RewardRisk, CountsChargesOnBothSides) {
  const auto figures = *reward_risk(test::valid_entry());
  EXPECT_LT(figures.reward, rupees(240));
  EXPECT_GT(figures.risk, rupees(80));
  EXPECT_EQ(figures.ratio_e4, trading::mul_div(figures.reward.value(), 10'000, figures.risk.value(),
                                               trading::Rounding::kFloor));
}

}  // namespace
}  // namespace broker::risk
