#include "trading/fills/fill_model.h"

#include <algorithm>

#include "tests/trading/support/seeded.h"

namespace trading {
namespace {

using test::Random;

constexpr Price kTick{500};  // 0.05

Price rs(double rupees) {
  return price_from_double(rupees).value();
}

// A print at `last` of a bar 95..105 with three levels a side, 100 shares each, spread 0.10.
MarketSlice slice_at(double last, std::optional<double> from = std::nullopt) {
  MarketSlice slice;
  slice.symbol = "TCS";
  slice.last = rs(last);
  if (from) slice.path_from = rs(*from);
  slice.traded_volume = 4'000;  // 1000 for resting orders
  slice.band = {rs(90), rs(110)};
  slice.bar_low = rs(95);
  slice.bar_high = rs(105);
  slice.phase = SessionPhase::kContinuous;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto away = static_cast<std::int64_t>(i + 1);
    slice.bids[i] = {slice.last - Price(kTick.value() * away), Quantity(100)};
    slice.asks[i] = {slice.last + Price(kTick.value() * away), Quantity(100)};
  }
  return slice;
}

RestingOrder order(Side side, OrderType type, std::int64_t quantity,
                   std::optional<double> limit = std::nullopt,
                   std::optional<double> trigger = std::nullopt) {
  RestingOrder out;
  out.side = side;
  out.type = type;
  out.open_quantity = Quantity(quantity);
  if (limit) out.limit_price = rs(*limit);
  if (trigger) out.trigger_price = rs(*trigger);
  out.is_fresh = false;
  return out;
}
RestingOrder fresh(RestingOrder out) {
  out.is_fresh = true;
  return out;
}

FillOutcome fill(const RestingOrder& o, const MarketSlice& slice) {
  Liquidity liquidity = liquidity_of(slice);
  return match(o, slice, liquidity);
}

// "100@99.95 50@99.90"
std::string text(const FillOutcome& outcome) {
  std::string out;
  for (const Execution& e : outcome.executions)
    out += (out.empty() ? "" : " ") + std::to_string(e.quantity.value()) + "@" + e.price.rupees();
  return out;
}

TEST(FillModel, MarketWalksTheOtherSidesDepth) {
  EXPECT_EQ(text(fill(fresh(order(Side::kBuy, OrderType::kMarket, 150)), slice_at(100))),
            "100@100.05 50@100.10");
  EXPECT_EQ(text(fill(fresh(order(Side::kSell, OrderType::kMarket, 400)), slice_at(100))),
            "100@99.95 100@99.90 100@99.85");
}

TEST(FillModel, FreshLimitTakesItsPriceOrBetter) {
  EXPECT_EQ(text(fill(fresh(order(Side::kBuy, OrderType::kLimit, 500, 100.10)), slice_at(100))),
            "100@100.05 100@100.10");
  EXPECT_EQ(
      text(fill(fresh(order(Side::kBuy, OrderType::kLimit, 500, 100.00)), slice_at(100, 101))), "")
      << "the path before it arrived is not its";
}

TEST(FillModel, RestingLimitFillsAtItsPriceWhenTheMarketGoesThrough) {
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kLimit, 300, 99), slice_at(98, 101))),
            "300@99.00");
  EXPECT_EQ(text(fill(order(Side::kSell, OrderType::kLimit, 300, 102), slice_at(103, 101))),
            "300@102.00");
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kLimit, 300, 99), slice_at(99.05, 101))), "");
}

TEST(FillModel, RestingLimitGetsAShareOfTheVolume) {
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kLimit, 5'000, 99), slice_at(99, 101))),
            "1000@99.00");
  MarketSlice quiet = slice_at(99, 101);
  quiet.traded_volume = 3;
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kLimit, 10, 99), quiet)), "");
}

TEST(FillModel, AGapFillsARestingLimitAtTheMarket) {
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kLimit, 10, 99), slice_at(97))), "10@97.00");
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kLimit, 10, 99), slice_at(97, 98))), "10@98.00")
      << "both prints are below the limit: the dearer of them";
}

TEST(FillModel, AStopCrossedOnThePathFillsAtItsTriggerLessHalfTheSpread) {
  const FillOutcome sell =
      fill(order(Side::kSell, OrderType::kStopMarket, 50, {}, 99), slice_at(98, 101));
  EXPECT_TRUE(sell.is_triggered);
  EXPECT_EQ(text(sell), "50@98.95");
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kStopMarket, 50, {}, 102), slice_at(103, 101))),
            "50@102.05");
  EXPECT_EQ(text(fill(order(Side::kSell, OrderType::kStopLimit, 50, 98.90, 99), slice_at(98, 101))),
            "50@98.95");
}

TEST(FillModel, AStopAtTheEndOfTheBarFillsInsideIt) {
  EXPECT_EQ(text(fill(order(Side::kSell, OrderType::kStopMarket, 350, {}, 95), slice_at(95, 96))),
            "350@95.00");
  EXPECT_EQ(text(fill(order(Side::kBuy, OrderType::kStopMarket, 350, {}, 105), slice_at(105, 104))),
            "350@105.00");
}

TEST(FillModel, AFreshStopKnowsNothingOfThePathBeforeIt) {
  EXPECT_EQ(
      text(fill(fresh(order(Side::kSell, OrderType::kStopMarket, 50, {}, 99)), slice_at(98, 101))),
      "50@97.95");
}

TEST(FillModel, AStopBeyondTheVolumeTakesTheBookAsItStands) {
  EXPECT_EQ(
      text(fill(order(Side::kSell, OrderType::kStopMarket, 1'150, {}, 99), slice_at(98, 101))),
      "1000@98.95 100@97.95 50@97.90");
}

TEST(FillModel, AGapFillsAStopAtTheMarketNeverAtItsTrigger) {
  EXPECT_EQ(text(fill(order(Side::kSell, OrderType::kStopMarket, 50, {}, 99), slice_at(96))),
            "50@95.95");
  const FillOutcome jumped =
      fill(order(Side::kSell, OrderType::kStopLimit, 50, 98.5, 99), slice_at(96));
  EXPECT_TRUE(jumped.is_triggered);
  EXPECT_EQ(text(jumped), "") << "the market is below its limit: it rests, unfilled";
  EXPECT_EQ(text(fill(order(Side::kSell, OrderType::kStopLimit, 50, 95, 99), slice_at(96))),
            "50@95.95");
}

TEST(FillModel, ATriggeredStopLimitRestsAsALimit) {
  RestingOrder stop = order(Side::kSell, OrderType::kStopLimit, 50, 98.5, 99);
  stop.is_triggered = true;
  EXPECT_EQ(text(fill(stop, slice_at(96, 97))), "");
  EXPECT_EQ(text(fill(stop, slice_at(99.5, 97))), "50@98.50");
}

TEST(FillModel, AnUntriggeredStopDoesNothing) {
  const FillOutcome outcome =
      fill(order(Side::kSell, OrderType::kStopMarket, 50, {}, 99), slice_at(99.05, 101));
  EXPECT_FALSE(outcome.is_triggered);
  EXPECT_TRUE(outcome.executions.empty());
}

TEST(FillModel, NothingFillsAgainstALockedLimit) {
  MarketSlice locked = slice_at(90, 95);
  locked.bar_low = rs(90);
  locked.bids = {};
  const FillOutcome stop = fill(order(Side::kSell, OrderType::kStopMarket, 50, {}, 94), locked);
  EXPECT_TRUE(stop.is_triggered);
  EXPECT_EQ(text(stop), "");
  EXPECT_EQ(text(fill(order(Side::kSell, OrderType::kLimit, 50, 90), locked)), "");
  EXPECT_EQ(text(fill(fresh(order(Side::kSell, OrderType::kMarket, 50)), locked)), "");
  EXPECT_NE(text(fill(fresh(order(Side::kBuy, OrderType::kMarket, 50)), locked)), "")
      << "sellers there are";
}

TEST(FillModel, OnlyContinuousTradingFills) {
  for (const SessionPhase phase :
       {SessionPhase::kUnknown, SessionPhase::kHoliday, SessionPhase::kBeforeOpen,
        SessionPhase::kPreOpen, SessionPhase::kBreak, SessionPhase::kClosingAuction,
        SessionPhase::kBeforePostClose, SessionPhase::kPostClose, SessionPhase::kClosed}) {
    MarketSlice slice = slice_at(98, 101);
    slice.phase = phase;
    const FillOutcome outcome = fill(order(Side::kSell, OrderType::kStopMarket, 50, {}, 99), slice);
    EXPECT_FALSE(outcome.is_triggered) << name_of(phase);
    EXPECT_TRUE(outcome.executions.empty()) << name_of(phase);
  }
}

TEST(FillModel, ModelledDepthIsClampedIntoTheBar) {
  MarketSlice slice = slice_at(95, 96);  // at the low of the bar: its bids stand below it
  EXPECT_EQ(text(fill(fresh(order(Side::kSell, OrderType::kMarket, 150)), slice)),
            "100@95.00 50@95.00");
  slice.is_depth_modelled = false;  // published depth is taken as it is, or not at all
  EXPECT_EQ(text(fill(fresh(order(Side::kSell, OrderType::kMarket, 150)), slice)), "");
}

TEST(FillModel, TwoOrdersNeverShareTheSameShares) {
  const MarketSlice slice = slice_at(98, 101);
  Liquidity liquidity = liquidity_of(slice);
  EXPECT_EQ(text(match(order(Side::kBuy, OrderType::kLimit, 700, 99), slice, liquidity)),
            "700@99.00");
  EXPECT_EQ(text(match(order(Side::kBuy, OrderType::kLimit, 700, 99), slice, liquidity)),
            "300@99.00");
  EXPECT_EQ(text(match(order(Side::kBuy, OrderType::kLimit, 700, 99), slice, liquidity)), "");
  EXPECT_EQ(text(match(fresh(order(Side::kSell, OrderType::kMarket, 150)), slice, liquidity)),
            "100@97.95 50@97.90");
  EXPECT_EQ(text(match(fresh(order(Side::kSell, OrderType::kMarket, 150)), slice, liquidity)),
            "50@97.90 100@97.85");
}

TEST(FillModelDeathTest, ALimitOrderHasALimit) {
  EXPECT_DEATH((void)fill(order(Side::kBuy, OrderType::kLimit, 1), slice_at(100)), "limit price");
  EXPECT_DEATH((void)fill(order(Side::kBuy, OrderType::kStopMarket, 1), slice_at(100)),
               "trigger price");
}

// ---- properties
// ------------------------------------------

Price on_tick(Random& random, Price lower, Price upper) {
  return Price(random.between(lower.value() / kTick.value(), upper.value() / kTick.value()) *
               kTick.value());
}

std::array<DepthLevel, kDepthLevels> random_levels(Random& random, Price last,
                                                   std::int64_t direction) {
  std::array<DepthLevel, kDepthLevels> levels{};
  Price price = last;
  for (std::int64_t n = random.between(0, 5), i = 0; i < n; ++i) {
    price += Price(kTick.value() * random.between(i == 0 ? 0 : 1, 4) * direction);
    levels[static_cast<std::size_t>(i)] = {price, Quantity(random.between(1, 400))};
  }
  return levels;
}

MarketSlice random_slice(Random& random) {
  MarketSlice slice;
  const Price base(random.between(400, 4'000) * kTick.value());
  slice.band = {std::max(kTick, base - Price(40 * kTick.value())),
                base + Price(40 * kTick.value())};
  slice.bar_low = on_tick(random, slice.band.lower, base);
  slice.bar_high = on_tick(random, base, slice.band.upper);
  slice.last = random.chance(15)   ? slice.bar_low
               : random.chance(15) ? slice.bar_high
                                   : on_tick(random, slice.bar_low, slice.bar_high);
  if (random.chance(70)) slice.path_from = on_tick(random, slice.bar_low, slice.bar_high);
  slice.traded_volume = random.between(0, 4'000);
  slice.bids = random_levels(random, slice.last, -1);
  slice.asks = random_levels(random, slice.last, 1);
  slice.is_depth_modelled = random.chance(80);
  slice.phase = random.chance(95) ? SessionPhase::kContinuous : SessionPhase::kClosingAuction;
  if (random.chance(5)) slice.band = {};
  return slice;
}

RestingOrder random_order(Random& random, const MarketSlice& slice) {
  const auto somewhere = [&] {
    return on_tick(random, std::max(kTick, slice.last - Price(30 * kTick.value())),
                   slice.last + Price(30 * kTick.value()));
  };
  RestingOrder out;
  out.side = random.chance(50) ? Side::kBuy : Side::kSell;
  out.type = static_cast<OrderType>(random.between(0, 3));
  out.open_quantity = Quantity(random.between(1, 1'500));
  out.limit_price = somewhere();
  out.trigger_price = somewhere();
  out.is_fresh = random.chance(50);
  out.is_triggered = !out.is_fresh && random.chance(30);
  return out;
}

Quantity filled(const FillOutcome& outcome) {
  Quantity sum;
  for (const Execution& e : outcome.executions) sum += e.quantity;
  return sum;
}

Quantity left_in(const Liquidity& liquidity) {
  Quantity sum = liquidity.volume_left;
  for (const DepthLevel& level : liquidity.bids) sum += level.quantity;
  for (const DepthLevel& level : liquidity.asks) sum += level.quantity;
  return sum;
}

TEST(FillModel, HoldsItsBoundsForAnyOrderAndSlice) {
  SEEDED_RANDOM(random, 71);
  std::int64_t with_fills = 0;
  for (int run = 0; run < 60'000; ++run) {
    const MarketSlice slice = random_slice(random);
    Liquidity liquidity = liquidity_of(slice);
    for (int n = 0; n < 4; ++n) {
      const RestingOrder one = random_order(random, slice);
      const Quantity before = left_in(liquidity);
      const Quantity volume_before = liquidity.volume_left;
      const FillOutcome outcome = match(one, slice, liquidity);
      const Quantity got = filled(outcome);
      with_fills += got.is_positive() ? 1 : 0;

      ASSERT_LE(got, one.open_quantity);
      ASSERT_EQ(before - left_in(liquidity), got) << "what is filled is what was taken, once";
      ASSERT_FALSE(liquidity.volume_left.is_negative());
      for (std::size_t i = 0; i < kDepthLevels; ++i)
        ASSERT_FALSE(liquidity.bids[i].quantity.is_negative() ||
                     liquidity.asks[i].quantity.is_negative());
      ASSERT_TRUE(outcome.is_triggered || !one.is_triggered) << "a trigger is never taken back";
      const bool is_stop = one.type == OrderType::kStopLimit || one.type == OrderType::kStopMarket;
      if (is_stop && !outcome.is_triggered) {
        ASSERT_TRUE(got.is_zero());
      }
      if (one.type == OrderType::kLimit && !one.is_fresh) {
        ASSERT_EQ(volume_before - liquidity.volume_left, got)
            << "a resting limit lives on the volume alone";
      }
      for (std::size_t i = 0; i < outcome.executions.size(); ++i) {
        const Execution& e = outcome.executions[i];
        ASSERT_TRUE(e.quantity.is_positive());
        ASSERT_GE(e.price, slice.bar_low);
        ASSERT_LE(e.price, slice.bar_high);
        ASSERT_TRUE(slice.band.contains(e.price));
        ASSERT_TRUE(e.price.is_on_tick(kTick)) << e.price.rupees();
        if (one.type == OrderType::kLimit || one.type == OrderType::kStopLimit) {
          ASSERT_TRUE(one.side == Side::kBuy ? e.price <= *one.limit_price
                                             : e.price >= *one.limit_price);
        }
        if (i > 0) {
          const Price better = outcome.executions[i - 1].price;
          ASSERT_TRUE(one.side == Side::kBuy ? better <= e.price : better >= e.price)
              << "best price first";
        }
        // A stop that the market jumped over is not filled at a better price than the market after
        // the gap.
        if (one.type == OrderType::kStopMarket && !one.is_triggered && !slice.path_from) {
          ASSERT_TRUE(one.side == Side::kBuy ? e.price >= std::min(slice.last, slice.bar_high)
                                             : e.price <= std::max(slice.last, slice.bar_low));
        }
      }
      if (slice.phase != SessionPhase::kContinuous) {
        ASSERT_TRUE(got.is_zero() && outcome.is_triggered == one.is_triggered);
      }
      if (one.side == Side::kBuy ? slice.is_locked_upper() : slice.is_locked_lower()) {
        ASSERT_TRUE(got.is_zero());
      }
    }
  }
  EXPECT_GT(with_fills, 50'000);
}

TEST(FillModel, ATighterLimitNeverFillsMore) {
  SEEDED_RANDOM(random, 72);
  for (int run = 0; run < 100'000; ++run) {
    const MarketSlice slice = random_slice(random);
    RestingOrder wide = random_order(random, slice);
    wide.type = random.chance(50) ? OrderType::kLimit : OrderType::kStopLimit;
    RestingOrder tight = wide;
    const Price change(kTick.value() * random.between(1, 20));
    tight.limit_price = wide.side == Side::kBuy ? std::max(kTick, *wide.limit_price - change)
                                                : *wide.limit_price + change;
    ASSERT_LE(filled(fill(tight, slice)), filled(fill(wide, slice)));
  }
}

TEST(FillModel, TheSameSliceGivesTheSameFill) {
  SEEDED_RANDOM(random, 73);
  for (int run = 0; run < 10'000; ++run) {
    const MarketSlice slice = random_slice(random);
    const RestingOrder one = random_order(random, slice);
    ASSERT_EQ(text(fill(one, slice)), text(fill(one, slice)));
  }
}

}  // namespace
}  // namespace trading
