// What the engine does with orders, worked out by hand.

#include "mcp_gateway/research/backtest/engine.h"
#include "mcp_gateway/research/backtest/bar_prints.h"

#include "tests/mcp_gateway/research/backtest/backtest_fixture.h"

namespace research {
namespace {

using trading::Bps;
using trading::Product;

std::int64_t rupees(Price price) {
  return price.value() / trading::kRupeeE4;
}

Decision protected_buy(std::optional<double> stop, std::optional<double> target) {
  Decision decision = buy();
  if (stop) decision.stop = at_rupees(*stop);
  if (target) decision.target = at_rupees(*target);
  return decision;
}

TEST(Engine, SignalAtACloseFillsAtTheNextOpenWithAllTheCash) {
  const auto outcome = run_script(
      series_of(
          {{100, 101, 99, 100}, {103, 105, 102, 104}, {106, 107, 105, 106}, {110, 111, 108, 109}}),
      {{0, buy()}, {2, leave()}}, free_of_costs(10'000));
  ASSERT_EQ(outcome.trades.size(), 1U);
  const Trade& trade = outcome.trades[0];
  EXPECT_EQ(trade.quantity, Quantity(97));  // floor(10,000 / 103)
  EXPECT_EQ(rupees(trade.entry_price()), 103);
  EXPECT_EQ(rupees(trade.exit_price()), 110);
  EXPECT_EQ(trade.entry_bar, 1U);
  EXPECT_EQ(trade.exit_bar, 3U);
  EXPECT_EQ(trade.reason, ExitReason::kSignal);
  EXPECT_EQ(outcome.final_e4, (10'000 + 97 * 7) * trading::kRupeeE4);
}

TEST(Engine, TheLastBarGivesNoSignalAndClosesWhatIsOpen) {
  const auto bars = series_of({{100, 101, 99, 100}, {100, 105, 99, 104}, {106, 107, 105, 107}});
  const auto outcome = run_script(bars, {{0, buy()}, {2, leave()}}, free_of_costs());
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(outcome.trades[0].reason, ExitReason::kEnd);
  EXPECT_EQ(rupees(outcome.trades[0].exit_price()), 107);
  EXPECT_TRUE(run_script(bars, {{2, buy()}}, free_of_costs()).trades.empty());
}

TEST(Engine, AStopFillsAtItsPriceOnTheWayAndAfterAGapAtTheOpen) {
  const auto on_the_way = run_script(
      series_of({{100, 101, 99, 100}, {100, 102, 99, 101}, {100, 101, 93, 94}, {94, 95, 93, 94}}),
      {{0, protected_buy(95, {})}}, free_of_costs());
  ASSERT_EQ(on_the_way.trades.size(), 1U);
  EXPECT_EQ(rupees(on_the_way.trades[0].exit_price()), 95);
  EXPECT_EQ(on_the_way.trades[0].reason, ExitReason::kStop);

  const auto gap = run_script(
      series_of({{100, 101, 99, 100}, {100, 102, 99, 101}, {90, 91, 88, 89}, {94, 95, 93, 94}}),
      {{0, protected_buy(95, {})}}, free_of_costs());
  EXPECT_EQ(rupees(gap.trades[0].exit_price()), 90);
}

TEST(Engine, ATargetFillsAtItsPriceOrBetterAfterAGap) {
  const auto inside = run_script(
      series_of({{100, 101, 99, 100}, {100, 102, 99, 101}, {101, 112, 100, 108}, {94, 95, 93, 94}}),
      {{0, protected_buy(90, 110)}}, free_of_costs());
  EXPECT_EQ(rupees(inside.trades[0].exit_price()), 110);
  EXPECT_EQ(inside.trades[0].reason, ExitReason::kTarget);
  const auto gap = run_script(
      series_of({{100, 101, 99, 100}, {100, 102, 99, 101}, {115, 118, 114, 116}, {94, 95, 93, 94}}),
      {{0, protected_buy(90, 110)}}, free_of_costs());
  EXPECT_EQ(rupees(gap.trades[0].exit_price()), 115);
}

TEST(Engine, ABarWithStopAndTargetIsDecidedByItsColourAndCounted) {
  // Bought at 100; the third bar holds 95 and 110.
  const auto rising = series_of(
      {{100, 101, 99, 100}, {100, 102, 99, 101}, {101, 112, 94, 105}, {105, 106, 104, 105}});
  const auto falling = series_of(
      {{100, 101, 99, 100}, {100, 102, 99, 101}, {101, 112, 94, 99}, {105, 106, 104, 105}});
  EngineTerms terms = free_of_costs();
  const auto exit_of = [&](const trading::BarSeries& bars, PathRule path) {
    terms.path = path;
    const auto outcome = run_script(bars, {{0, protected_buy(95, 110)}}, terms);
    EXPECT_EQ(outcome.ambiguous_bars, 1U);
    EXPECT_TRUE(outcome.trades.at(0).is_ambiguous);
    return rupees(outcome.trades.at(0).exit_price());
  };
  EXPECT_EQ(exit_of(rising, PathRule::kLikely), 95) << "a rising bar made its low first";
  EXPECT_EQ(exit_of(falling, PathRule::kLikely), 110) << "a falling bar made its high first";
  EXPECT_EQ(exit_of(rising, PathRule::kWorst), 95);
  EXPECT_EQ(exit_of(rising, PathRule::kBest), 110);
  EXPECT_EQ(exit_of(falling, PathRule::kWorst), 95);
  EXPECT_EQ(exit_of(falling, PathRule::kBest), 110);
}

TEST(Engine, AGapThatDecidesIsNoDoubt) {
  const auto outcome = run_script(
      series_of(
          {{100, 101, 99, 100}, {100, 102, 99, 101}, {93, 112, 92, 105}, {105, 106, 104, 105}}),
      {{0, protected_buy(95, 110)}}, free_of_costs());
  EXPECT_EQ(rupees(outcome.trades[0].exit_price()), 93);
  EXPECT_EQ(outcome.ambiguous_bars, 0U);
}

TEST(Engine, FinerBarsTakeTheDoubtAway) {
  // A rising day, whose minutes made the high first.
  const auto date = [](int day) { return timestamp_of(TradingDate::from_civil(2024, 1, day), {}); };
  const CheckedBars days = checked(series_of(
      {{100, 101, 99, 100}, {100, 102, 99, 101}, {101, 112, 94, 105}, {105, 106, 104, 105}}, kDays,
      date(1)));
  const CheckedBars finer =
      checked(series_of({{101, 112, 101, 111}, {111, 111, 94, 95}, {95, 106, 95, 105}}, kMinutes,
                        timestamp_of(TradingDate::from_civil(2024, 1, 3), trading::at(9, 15))));
  Script script(std::map<std::size_t, Decision>{{0, protected_buy(95, 110)}});
  const auto outcome = must(run_engine({{"TEST", &days, &finer}}, script, free_of_costs()));
  EXPECT_EQ(rupees(outcome.trades[0].exit_price()), 110);
  EXPECT_EQ(outcome.ambiguous_bars, 0U);
}

TEST(Engine, FinerBarsThatMissAnExtremeAreNotUsed) {
  const auto date = [](int day) { return timestamp_of(TradingDate::from_civil(2024, 1, day), {}); };
  const CheckedBars days = checked(series_of(
      {{100, 101, 99, 100}, {100, 102, 99, 101}, {101, 112, 94, 105}, {105, 106, 104, 105}}, kDays,
      date(1)));
  // The same day by another maker: its low of 94 is not there.
  const CheckedBars finer =
      checked(series_of({{101, 112, 101, 111}, {111, 111, 96, 105}}, kMinutes,
                        timestamp_of(TradingDate::from_civil(2024, 1, 3), trading::at(9, 15))));
  Script script(std::map<std::size_t, Decision>{{0, protected_buy(95, 110)}});
  const auto outcome = must(run_engine({{"TEST", &days, &finer}}, script, free_of_costs()));
  EXPECT_EQ(rupees(outcome.trades[0].exit_price()), 95) << "a rising bar made its low first";
  EXPECT_EQ(outcome.ambiguous_bars, 1U);
}

TEST(Engine, ATrailingStopFollowsTheBestPrice) {
  Decision decision = buy();
  decision.trail_distance = at_rupees(5);
  const auto outcome = run_script(
      series_of(
          {{100, 101, 99, 100}, {100, 103, 99, 102}, {103, 110, 102, 109}, {108, 109, 100, 101}}),
      {{0, decision}}, free_of_costs());
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(rupees(outcome.trades[0].exit_price()), 105) << "five under the high of 110";
  EXPECT_EQ(outcome.trades[0].reason, ExitReason::kTrailingStop);
}

TEST(Engine, LimitAndStopEntriesFillWhereTheMarketComesToThem) {
  const auto bars = series_of({{100, 101, 99, 100}, {101, 104, 96, 103}, {103, 104, 102, 103}});
  Decision limit = buy();
  limit.limit = at_rupees(98);
  auto outcome = run_script(bars, {{0, limit}}, free_of_costs());
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(rupees(outcome.trades[0].entry_price()), 98);
  Decision stop = buy();
  stop.trigger = at_rupees(103);
  outcome = run_script(bars, {{0, stop}}, free_of_costs());
  EXPECT_EQ(rupees(outcome.trades[0].entry_price()), 103);
  Decision too_low = buy();
  too_low.limit = at_rupees(90);
  EXPECT_TRUE(run_script(bars, {{0, too_low}}, free_of_costs()).trades.empty());
  Decision better = buy();
  better.limit = at_rupees(105);
  EXPECT_EQ(rupees(run_script(bars, {{0, better}}, free_of_costs()).trades[0].entry_price()), 101);
}

TEST(Engine, AnEntryWithinABarIsStoppedInTheSameBar) {
  Decision limit = protected_buy(97, {});
  limit.limit = at_rupees(98);
  const auto outcome =
      run_script(series_of({{100, 101, 99, 100}, {101, 104, 96, 103}, {103, 104, 102, 103}}),
                 {{0, limit}}, free_of_costs());
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(rupees(outcome.trades[0].exit_price()), 97);
  EXPECT_EQ(outcome.trades[0].exit_bar, 1U);
}

// --- shorts and the day -------------------------------------------------------------------------

EngineTerms intraday(std::int64_t rupees = 10'000) {
  EngineTerms terms = free_of_costs(rupees);
  terms.product = Product::kIntraday;
  terms.allows_short = true;
  return terms;
}

TEST(Engine, AShortEarnsWhenThePriceFallsAndIsReversedByABuy) {
  const auto outcome = run_script(
      series_of({{100, 101, 99, 100}, {100, 101, 95, 96}, {96, 97, 90, 91}, {90, 95, 89, 94}},
                kMinutes),
      {{0, sell_short()}, {2, buy()}}, intraday());
  ASSERT_EQ(outcome.trades.size(), 2U);
  EXPECT_EQ(outcome.trades[0].side, Side::kSell);
  EXPECT_EQ(outcome.trades[0].quantity, Quantity(100));
  EXPECT_EQ(outcome.trades[0].pnl().value(), 1'000 * trading::kRupeeE4);
  EXPECT_EQ(outcome.trades[1].side, Side::kBuy);
  EXPECT_EQ(outcome.trades[1].entry_bar, 3U) << "closed and turned at one open";
  EXPECT_EQ(outcome.trades[1].quantity, Quantity(122));  // floor(11,000 / 90)
}

TEST(Engine, WithoutLeaveToSellShortASellOnlyCloses) {
  const auto outcome = run_script(
      series_of({{100, 101, 99, 100}, {100, 101, 95, 96}, {96, 97, 90, 91}, {90, 95, 89, 94}}),
      {{0, buy()}, {1, sell_short()}}, free_of_costs());
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(outcome.trades[0].side, Side::kBuy);
  EXPECT_EQ(rupees(outcome.trades[0].exit_price()), 96);
}

trading::BarSeries day_of_five_minutes(int bars, int days = 1, int first_day = 3) {
  trading::BarSeries series;
  series.timeframe = trading::Timeframe::kFiveMinute;
  for (int day = 0; day < days; ++day)
    for (int i = 0; i < bars; ++i) {
      const int price = 100 + i + day * 10;
      series.push_back(
          {timestamp_of(TradingDate::from_civil(2024, 1, first_day + day), trading::at(9, 15)) +
               trading::minutes(5 * i),
           Price(price * 10'000), Price((price + 1) * 10'000), Price((price - 1) * 10'000),
           Price(price * 10'000), 100'000});
    }
  return series;
}

TEST(Engine, AnIntradayPositionIsSquaredOffAtItsTime) {
  const auto outcome = run_script(day_of_five_minutes(75, 2), {{10, buy()}}, intraday());
  ASSERT_EQ(outcome.trades.size(), 1U);
  const Trade& trade = outcome.trades[0];
  EXPECT_EQ(trade.reason, ExitReason::kSquareOff);
  EXPECT_EQ(trading::time_of(trade.exit_ts).hh_mm(), "15:15");
  EXPECT_EQ(outcome.squared_off_late, 0U);
}

TEST(Engine, WithoutABarAtSquareOffThePositionLeavesAtTheDaysLastPrice) {
  const auto outcome = run_script(day_of_five_minutes(40, 2), {{10, buy()}}, intraday());
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(outcome.trades[0].exit_bar, 39U);
  EXPECT_EQ(outcome.squared_off_late, 1U);
}

TEST(Engine, LateInTheDayNothingIsEnteredIntraday) {
  const auto outcome = run_script(day_of_five_minutes(75, 2), {{71, buy()}}, intraday());
  EXPECT_TRUE(outcome.trades.empty());  // bar 71 ends 15:15
  EXPECT_EQ(outcome.entries_after_cutoff, 1U);
  EXPECT_EQ(run_script(day_of_five_minutes(75, 2), {{69, buy()}}, intraday()).trades.size(), 1U);
}

TEST(Engine, DeliveryHeldUntilSettledIsNotSoldOnItsFirstDay) {
  EngineTerms terms = free_of_costs();
  const auto bars = day_of_five_minutes(10, 2);
  auto outcome = run_script(bars, {{1, buy()}, {4, leave()}}, terms);
  EXPECT_EQ(outcome.trades[0].exit_bar, 5U);
  EXPECT_EQ(outcome.sold_unsettled, 1U) << "told, for the shares had not arrived";
  terms.holds_until_settled = true;
  outcome = run_script(bars, {{1, buy()}, {4, leave()}}, terms);
  EXPECT_EQ(outcome.trades[0].exit_bar, 10U) << "the next day's open";
  EXPECT_EQ(outcome.sold_unsettled, 0U);
}

// --- several symbols, sizing --------------------------------------------------------------------

TEST(Engine, SeveralSymbolsShareOneAccount) {
  const CheckedBars a =
      checked(series_of({{100, 101, 99, 100}, {100, 102, 99, 101}, {110, 111, 109, 110}}));
  const CheckedBars b = checked(series_of({{50, 51, 49, 50}, {50, 52, 49, 51}, {40, 41, 39, 40}}));
  EngineTerms terms = free_of_costs(10'000);
  terms.sizing = {SizingKind::kPercent, {}, Bps(5'000)};
  Script script(
      std::map<std::pair<std::size_t, std::size_t>, Decision>{{{0, 0}, buy()}, {{1, 0}, buy()}});
  const auto outcome = must(run_engine({{"A", &a}, {"B", &b}}, script, terms));
  ASSERT_EQ(outcome.trades.size(), 2U);
  EXPECT_EQ(outcome.trades[0].quantity, Quantity(50));
  EXPECT_EQ(outcome.trades[1].quantity, Quantity(100));
  EXPECT_EQ(outcome.final_e4, (10'000 + 50 * 10 - 100 * 10) * trading::kRupeeE4);
}

TEST(Engine, SizesByTheRule) {
  const auto bars = series_of(
      {{100, 102, 98, 100}, {100, 102, 98, 100}, {100, 102, 98, 100}, {100, 101, 99, 100}});
  const auto quantity = [&](Sizing sizing, const Decision& decision) {
    EngineTerms terms = free_of_costs(100'000);
    terms.sizing = sizing;
    const auto outcome = run_script(bars, {{1, decision}}, terms);
    return outcome.trades.empty() ? 0 : outcome.trades[0].quantity.value();
  };
  EXPECT_EQ(quantity({}, buy()), 1'000);
  EXPECT_EQ(quantity({SizingKind::kFixed, Quantity(7), {}}, buy()), 7);
  EXPECT_EQ(quantity({SizingKind::kFixed, Quantity(5'000), {}}, buy()), 1'000)
      << "cash is the bound";
  EXPECT_EQ(quantity({SizingKind::kPercent, {}, Bps(1'000)}, buy()), 100);
  EXPECT_EQ(quantity({SizingKind::kRisk, {}, Bps(100)}, protected_buy(95, {})), 200);
  EXPECT_EQ(quantity({SizingKind::kVolatility, {}, Bps(100)}, buy()), 250) << "ranges are 4";
}

// --- costs --------------------------------------------------------------------------------------

TEST(Engine, CostsAreThoseOfTheChargesTableAndTheContractNote) {
  EngineTerms terms = free_of_costs(100'000);
  terms.has_costs = true;
  terms.sizing = {SizingKind::kFixed, Quantity(100), {}};
  // Bars that never moved show one price on both sides: no spread, only charges.
  const auto bars = series_of(
      {{100, 100, 100, 100}, {100, 100, 100, 100}, {110, 110, 110, 110}, {110, 110, 110, 110}},
      kDays, timestamp_of(TradingDate::from_civil(2025, 6, 2), {}));
  const auto outcome = run_script(bars, {{0, buy()}, {1, leave()}}, terms);
  ASSERT_EQ(outcome.trades.size(), 1U);
  const auto note = [&](TradingDate date, Side side, int price) {
    const auto lines = trading::charges_of({.date = date,
                                            .side = side,
                                            .product = Product::kDelivery,
                                            .quantity = Quantity(100),
                                            .price = Price(price * 10'000),
                                            .executed_before = {},
                                            .is_first_delivery_sell = side == Side::kSell});
    trading::Accrual sum;
    for (const trading::Money line : trading::contract_note(lines)) sum += line.accrual();
    return sum;
  };
  const trading::Accrual paid = note(TradingDate::from_civil(2025, 6, 3), Side::kBuy, 100) +
                                note(TradingDate::from_civil(2025, 6, 4), Side::kSell, 110);
  EXPECT_EQ(outcome.trades[0].charges, paid);
  EXPECT_EQ(outcome.final_e4, (100'000 + 1'000) * trading::kRupeeE4 - paid.value());
}

TEST(Engine, AllInLeavesRoomForTheCharges) {
  EngineTerms terms = free_of_costs(10'000);
  terms.has_costs = true;
  const auto bars = series_of({{100, 100, 100, 100}, {100, 100, 100, 100}, {100, 100, 100, 100}});
  const auto outcome = run_script(bars, {{0, buy()}}, terms);
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_EQ(outcome.trades[0].quantity, Quantity(99));
  for (const std::int64_t equity : outcome.days.equity_e4) EXPECT_GT(equity, 0);
}

TEST(Engine, WithCostsABarGivesNoMoreThanItsBook) {
  EngineTerms terms = free_of_costs(100'000'000);
  terms.has_costs = true;
  const auto bars = series_of({{100, 101, 99, 100, 3'000},
                               {100, 101, 99, 100, 3'000},
                               {100, 101, 99, 100, 0},
                               {100, 101, 99, 100, 3'000},
                               {100, 101, 99, 100, 3'000}});
  const auto outcome = run_script(bars, {{0, buy()}, {1, leave()}}, terms);
  ASSERT_EQ(outcome.trades.size(), 1U);
  EXPECT_LT(outcome.trades[0].quantity, Quantity(3'000));
  EXPECT_EQ(outcome.trades[0].exit_bar, 3U) << "nobody was there on the silent day";
  EXPECT_EQ(run_script(bars, {{1, buy()}}, terms).entries_unfilled, 1U);
}

TEST(Engine, AnEntryGoesOnThroughThePrintsOfItsBar) {
  EngineTerms terms = free_of_costs(100'000'000);
  terms.has_costs = true;
  const auto bars = series_of(
      {{100, 101, 99, 100, 300'000}, {100, 101, 99, 100, 300'000}, {100, 101, 99, 100, 300'000}});
  const auto outcome = run_script(bars, {{0, buy()}}, terms);
  ASSERT_EQ(outcome.trades.size(), 1U);
  const trading::Bar bar = bars.at(1);
  trading::MarketSlice slice;
  std::int64_t first_print = 0, all_prints = 0;
  for (const trading::BarPrint& print : trading::walk(bar, trading::minutes(375))) {
    make_slice(bar, trading::minutes(375), print, Book::kModelled, slice);
    for (const trading::DepthLevel& level : slice.asks) all_prints += level.quantity.value();
    if (first_print == 0) first_print = all_prints;
  }
  EXPECT_GT(outcome.trades[0].quantity.value(), first_print);
  EXPECT_EQ(outcome.trades[0].quantity.value(), all_prints);
}

}  // namespace
}  // namespace research
