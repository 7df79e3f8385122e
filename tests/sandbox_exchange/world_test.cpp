#include "tests/sandbox_exchange/world.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace sandbox {
namespace {

using namespace trading;

constexpr TradingDate kMonday = TradingDate::from_civil(2026, 11, 23);

std::unique_ptr<World> world_at(int hour, int minute, std::uint64_t seed = 1) {
  WorldSettings settings;
  settings.seed = seed;
  settings.start = timestamp_of(kMonday, at(hour, minute));
  auto made = World::make(settings);
  EXPECT_TRUE(made);
  return std::move(*made);
}

OrderTerms buy(const World& world, std::string_view product, std::int64_t quantity) {
  OrderTerms terms;
  terms.listing = world.listings.find("NSE", "3045");
  terms.product = product;
  terms.price = world.market->tape(*terms.listing).upper_circuit;
  terms.quantity = quantity;
  return terms;
}

TEST(World, TheSameSeedIsTheSameDay) {
  const auto one = world_at(9, 15);
  const auto two = world_at(9, 15);
  const auto other = world_at(9, 15, 2);
  for (World* world : {one.get(), two.get(), other.get()}) world->advance_to(world->clock.now() + minutes(30), 0);
  const auto closes = [](const World& world) {
    std::vector<std::int64_t> prices;
    for (const auto& tape : const_cast<World&>(world).market->tapes()) prices.push_back(tape->last.value());
    return prices;
  };
  EXPECT_EQ(closes(*one), closes(*two));
  EXPECT_NE(closes(*one), closes(*other));
}

TEST(World, StepsMakeTheSameDayAsOneStride) {
  const auto strided = world_at(9, 15);
  const auto stepped = world_at(9, 15);
  strided->advance_to(strided->clock.now() + hours(7), 0);
  while (stepped->clock.now() < strided->clock.now()) stepped->advance_to(stepped->clock.now() + milliseconds(61'700), 0);
  const Listing* sbin = strided->listings.find("NSE", "3045");
  EXPECT_EQ(strided->market->tape(*sbin).last, stepped->market->tape(*stepped->listings.find("NSE", "3045")).last);
  EXPECT_EQ(strided->market->tape(*sbin).volume, stepped->market->tape(*stepped->listings.find("NSE", "3045")).volume);
}

TEST(World, PricesStayOnTickInsideTheBandAndBarsHoldThem) {
  const auto world = world_at(9, 15);
  bool is_checked = false;
  world->on_tape = [&](const Tape& tape) {
    is_checked = true;
    ASSERT_TRUE(tape.last.is_on_tick(tape.listing->tick)) << tape.listing->symbol;
    ASSERT_LE(tape.lower_circuit, tape.last);
    ASSERT_GE(tape.upper_circuit, tape.last);
    const Bar& bar = tape.today.back();
    ASSERT_TRUE(bar.low <= tape.last && tape.last <= bar.high);
    if (!tape.buys[0].price.is_zero() && !tape.sells[0].price.is_zero()) {
      ASSERT_LT(tape.buys[0].price, tape.sells[0].price);
    }
  };
  for (int second = 0; second < 1'200; ++second) world->advance_to(world->clock.now() + seconds(1), 0);
  EXPECT_TRUE(is_checked);
}

TEST(World, StocksWithAnAuctionStandStillFromAQuarterPastThree) {
  const auto world = world_at(15, 14);
  const Tape& auctioned = world->market->tape(*world->listings.find("NSE", "3045"));
  const Tape& plain = world->market->tape(*world->listings.find("NSE", "90001"));
  const Tape& index = world->market->tape(*world->listings.find("NSE", "99926000"));
  world->advance_to(timestamp_of(kMonday, at(15, 15)), 0);
  const std::int64_t before = auctioned.sequence;
  const std::int64_t index_before = index.sequence;
  const std::int64_t plain_before = plain.sequence;
  world->advance_to(timestamp_of(kMonday, at(15, 29)), 0);
  EXPECT_EQ(auctioned.sequence, before);
  EXPECT_EQ(index.sequence, index_before);
  EXPECT_GT(plain.sequence, plain_before + 800);
  world->advance_to(timestamp_of(kMonday, at(15, 45)), 0);
  EXPECT_EQ(index.sequence, index_before + 1);  // one print more, at the uncrossing
}

TEST(World, IntradayIsSquaredOffAndOrdersEndWithTheDay) {
  const auto world = world_at(15, 0);
  Account& account = world->add_account("S1", "1", "GEZDGNBV", "k", 100'000'000);
  world->engine->place(account, buy(*world, "INTRADAY", 10), world->clock.now(), 0);
  OrderTerms resting = buy(*world, "DELIVERY", 1);
  resting.price = world->market->tape(*resting.listing).lower_circuit;
  Order& waits = world->engine->place(account, resting, world->clock.now(), 0);
  world->engine->settle(world->clock.now(), 0, true);
  ASSERT_EQ(account.positions.begin()->second.net(), 10);
  world->advance_to(timestamp_of(kMonday, at(15, 15)), 0);
  EXPECT_EQ(account.positions.begin()->second.net(), 0);
  EXPECT_EQ(account.orders.back()->source, "rms");
  EXPECT_EQ(waits.state, OrderState::kOpen);
  world->advance_to(timestamp_of(kMonday, at(15, 41)), 0);
  EXPECT_EQ(waits.state, OrderState::kCancelled);
}

TEST(World, DeliverySettlesAfterMidnightAndTheBookStartsEmpty) {
  const auto world = world_at(10, 0);
  Account& account = world->add_account("S1", "1", "GEZDGNBV", "k", 100'000'000);
  const Order& order = world->engine->place(account, buy(*world, "DELIVERY", 10), world->clock.now(), 0);
  world->engine->settle(world->clock.now(), 0, true);
  ASSERT_EQ(order.filled, 10);
  const std::int64_t cost_paise = order.filled_value_e4 / 100;
  int midnights = 0;
  world->on_midnight = [&] { ++midnights; };
  world->advance_to(timestamp_of(kMonday + 1, at(0, 1)), 0);  // a holiday
  EXPECT_EQ(midnights, 1);
  EXPECT_TRUE(account.orders.empty());
  EXPECT_EQ(account.earlier.size(), 1U);
  EXPECT_TRUE(account.positions.empty());
  ASSERT_EQ(account.holdings.size(), 1U);
  EXPECT_EQ(account.holdings.begin()->second.t1, 10);
  EXPECT_EQ(account.cash_paise, 100'000'000 - cost_paise);
  world->advance_to(timestamp_of(kMonday + 3, at(0, 1)), 0);  // after Wednesday traded
  EXPECT_EQ(midnights, 3);
  EXPECT_EQ(account.holdings.begin()->second.settled, 10);
  EXPECT_EQ(account.holdings.begin()->second.t1, 0);
}

TEST(World, OutOfHoursIsRefusedOrKeptForTheNextOpen) {
  const auto world = world_at(18, 0);
  Account& account = world->add_account("S1", "1", "GEZDGNBV", "k", 100'000'000);
  const Order& refused = world->engine->place(account, buy(*world, "DELIVERY", 1), world->clock.now(), 0);
  world->engine->settle(world->clock.now(), 0, true);
  EXPECT_EQ(refused.text, "Adapter is Logged Off");
  world->engine->settings.takes_after_market = true;
  OrderTerms next_day = buy(*world, "DELIVERY", 1);
  next_day.price = Price(world->market->tape(*next_day.listing).last.value() + 40 * kRupeeE4);
  Order& kept = world->engine->place(account, next_day, world->clock.now(), 0);
  world->engine->settle(world->clock.now(), 0, true);
  EXPECT_EQ(kept.state, OrderState::kAfterMarket);
  world->advance_to(timestamp_of(kMonday + 2, at(9, 16)), 0);
  world->engine->settle(world->clock.now(), 0, true);
  EXPECT_EQ(kept.state, OrderState::kComplete) << kept.text;
}

TEST(World, TodayBecomesHistoryAndHistoryIsOneLine) {
  const auto world = world_at(9, 15);
  const Listing* sbin = world->listings.find("NSE", "3045");
  const Price before = world->market->minutes_of(*sbin, TradingDate::from_civil(2026, 11, 20)).back().close;
  EXPECT_EQ(before, world->market->tape(*sbin).previous_close);
  world->advance_to(timestamp_of(kMonday + 2, at(9, 20)), 0);
  EXPECT_EQ(world->market->minutes_of(*sbin, kMonday + 2).front().begin, timestamp_of(kMonday + 2, at(9, 15)));
  const auto monday = world->market->minutes_of(*sbin, kMonday);
  ASSERT_EQ(monday.size(), 361U);  // 360 minutes, and the auction's print
  EXPECT_EQ(monday.back().close, world->market->tape(*sbin).previous_close);
  EXPECT_TRUE(world->market->minutes_of(*sbin, kMonday + 1).empty());
}

TEST(World, RecordedBarsAreWalkedByTheirOpenExtremesAndClose) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "sandbox_bars";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "SBIN_nse_5m.csv") << "ts,open,high,low,close,volume\n"
                                               "2026-11-20T15:25:00+05:30,805.00,806.00,804.00,805.50,1000\n"
                                               "2026-11-23T09:15:00+05:30,810.00,812.00,809.00,811.00,6000\n"
                                               "2026-11-23T09:25:00+05:30,811.00,811.00,808.00,808.50,6000\n";
  WorldSettings settings;
  settings.start = timestamp_of(kMonday, at(9, 15));
  settings.csv_folder = folder.string();
  auto made = World::make(settings);
  ASSERT_TRUE(made) << made.error().text();
  World& world = **made;
  const Tape& tape = world.market->tape(*world.listings.find("NSE", "3045"));
  EXPECT_EQ(tape.previous_close, *Price::parse_rupees("805.50"));
  const auto at_time = [&](int minute, int second) {
    world.advance_to(timestamp_of(kMonday, at(9, minute, second)), 0);
    return tape.last.rupees();
  };
  EXPECT_EQ(at_time(15, 10), "810.00");
  EXPECT_EQ(at_time(16, 30), "809.00");  // a rising bar meets its low first
  EXPECT_EQ(at_time(18, 0), "812.00");
  EXPECT_EQ(at_time(19, 59), "811.00");
  const std::int64_t sequence = tape.sequence;
  EXPECT_EQ(at_time(24, 0), "811.00");  // no bar, no print
  EXPECT_EQ(tape.sequence, sequence);
  EXPECT_EQ(at_time(27, 0), "811.00");  // a falling one its high
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sandbox
