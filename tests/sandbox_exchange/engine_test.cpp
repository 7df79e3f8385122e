#include "tests/sandbox_exchange/engine.h"

#include <gtest/gtest.h>

#include "tests/sandbox_exchange/funds.h"
#include "tests/sandbox_exchange/world.h"

namespace sandbox {
namespace {

using namespace trading;

Price rupees(std::int64_t paise) { return Price(paise * 100); }

// SBIN at 812.00 with one known level a side until a test says otherwise.
class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    WorldSettings settings;
    settings.start = timestamp_of(TradingDate::from_civil(2026, 11, 23), at(10, 0));
    auto made = World::make(settings);
    EXPECT_TRUE(made);
    world = std::move(*made);
    account = &world->add_account("S1", "4821", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "k1", 100'000'000);
    world->on_order = [this](const Account&, const Order& order) {
      told.push_back(order.status() + "/" + std::string(words_of(order.state)));
    };
    sbin = world->listings.find("NSE", "3045");
    tape = &world->market->tape(*sbin);
    quiet(81'200, {{81'195, 100}}, {{81'205, 100}});
  }
  void quiet(std::int64_t last_paise, std::vector<std::pair<std::int64_t, std::int64_t>> buys,
             std::vector<std::pair<std::int64_t, std::int64_t>> sells) {
    world->market->print(*tape, {rupees(last_paise), 1}, now());
    tape->buys = tape->sells = Ladder{};
    for (std::size_t i = 0; i < buys.size(); ++i) tape->buys[i] = {rupees(buys[i].first), buys[i].second, 1};
    for (std::size_t i = 0; i < sells.size(); ++i) tape->sells[i] = {rupees(sells[i].first), sells[i].second, 1};
  }
  Timestamp now() const { return world->clock.now(); }
  OrderTerms limit(bool is_buy, std::int64_t paise, std::int64_t quantity) const {
    OrderTerms terms;
    terms.listing = sbin;
    terms.is_buy = is_buy;
    terms.price = rupees(paise);
    terms.quantity = quantity;
    return terms;
  }
  OrderTerms stop(bool is_buy, std::int64_t trigger_paise, std::int64_t paise, std::int64_t quantity) const {
    OrderTerms terms = limit(is_buy, paise, quantity);
    terms.variety = "STOPLOSS";
    terms.type = OrderType::kStopLimit;
    terms.trigger = rupees(trigger_paise);
    return terms;
  }
  Order& place(const OrderTerms& terms, Account* whose = nullptr) {
    Order& order = world->engine->place(whose == nullptr ? *account : *whose, terms, now(), 0);
    settle();
    return order;
  }
  void settle() { world->engine->settle(now(), 0, true); }
  std::int64_t net() const {
    const auto found = account->positions.find({sbin, "INTRADAY"});
    return found == account->positions.end() ? 0 : found->second.net();
  }

  std::unique_ptr<World> world;
  Account* account = nullptr;
  const Listing* sbin = nullptr;
  Tape* tape = nullptr;
  std::vector<std::string> told;
};

TEST_F(EngineTest, NothingIsDecidedBeforeItsTime) {
  Order& order = world->engine->place(*account, limit(true, 80'000, 10), now(), 1'000);
  world->engine->settle(now(), 1'000 + world->engine->settings.latency_us - 1);
  EXPECT_EQ(order.state, OrderState::kReceived);
  EXPECT_TRUE(told.empty());
  world->engine->settle(now(), 1'000 + world->engine->settings.latency_us);
  EXPECT_EQ(order.state, OrderState::kOpen);
  EXPECT_EQ(told, (std::vector<std::string>{"open pending/open pending", "open/open"}));
}

TEST_F(EngineTest, TakesBestPriceFirstAndRestsTheRemainder) {
  quiet(81'200, {}, {{81'205, 30}, {81'210, 40}, {81'220, 100}});
  const Order& order = place(limit(true, 81'210, 100));
  ASSERT_EQ(order.trades.size(), 2U);
  EXPECT_EQ(order.trades[0].price, rupees(81'205));
  EXPECT_EQ(order.trades[0].quantity, 30);
  EXPECT_EQ(order.trades[1].quantity, 40);
  EXPECT_EQ(order.state, OrderState::kOpen);
  EXPECT_EQ(order.open_quantity(), 30);
  EXPECT_EQ(tape->sells[2].quantity, 100);  // beyond its limit: untouched
  EXPECT_EQ(order.average(), Price((30 * 8'120'500 + 40 * 8'121'000 + 35) / 70));
}

TEST_F(EngineTest, ARestingOrderWaitsForTheQueueBeforeIt) {
  Order& order = place(limit(true, 81'195, 50));
  EXPECT_EQ(order.queue_ahead, 100);
  const auto print = [&](std::int64_t paise, std::int64_t quantity) {
    world->market->record(*tape, {rupees(paise), quantity}, now());
    tape->sells = Ladder{};
    world->engine->on_print(*tape, now());
  };
  print(81'195, 80);
  EXPECT_EQ(order.filled, 0);
  print(81'195, 40);  // 20 finish the queue, 20 are its own
  EXPECT_EQ(order.filled, 20);
  print(81'200, 500);  // another price
  EXPECT_EQ(order.filled, 20);
  print(81'195, 500);
  EXPECT_EQ(order.state, OrderState::kComplete);
  for (const Trade& trade : order.trades) EXPECT_EQ(trade.price, rupees(81'195));
}

TEST_F(EngineTest, AMarketThatComesThroughFillsAtTheOrdersPrice) {
  Order& order = place(limit(true, 81'100, 50));
  quiet(81'000, {}, {{81'005, 30}, {81'050, 100}});
  world->engine->on_print(*tape, now());
  EXPECT_EQ(order.filled, 50);
  EXPECT_EQ(order.average(), rupees(81'100));
  EXPECT_EQ(tape->sells[1].quantity, 80);
}

TEST_F(EngineTest, AccountsTradeWithEachOtherBehindTheOthersAtTheSamePrice) {
  Account& other = world->add_account("S2", "1111", "GEZDGNBV", "k2", 100'000'000);
  quiet(81'200, {}, {{81'205, 10}});
  Order& resting = place(limit(false, 81'205, 20), &other);
  EXPECT_EQ(resting.queue_ahead, 10);
  Order& taker = place(limit(true, 81'210, 25));
  EXPECT_EQ(taker.filled, 25);
  EXPECT_EQ(resting.filled, 15);
  EXPECT_EQ(resting.average(), rupees(81'205));
}

TEST_F(EngineTest, AStopWaitsForItsTrigger) {
  place(limit(true, 81'205, 10));
  Order& order = place(stop(false, 80'500, 80'400, 10));
  EXPECT_EQ(order.state, OrderState::kTriggerPending);
  quiet(80'600, {{80'590, 100}}, {});
  world->engine->on_print(*tape, now());
  EXPECT_EQ(order.state, OrderState::kTriggerPending);
  quiet(80'500, {{80'450, 100}}, {});
  world->engine->on_print(*tape, now());
  EXPECT_EQ(order.state, OrderState::kComplete);
  EXPECT_EQ(order.average(), rupees(80'450));
  EXPECT_EQ(net(), 0);
}

TEST_F(EngineTest, AGapPastTheLimitLeavesAStopOpen) {
  Order& order = place(stop(false, 80'500, 80'400, 10));
  quiet(79'000, {{78'990, 100}}, {});
  world->engine->on_print(*tape, now());
  EXPECT_EQ(order.state, OrderState::kOpen);
  EXPECT_EQ(order.filled, 0);
}

TEST_F(EngineTest, WhatTheGatesRefuseIsRejectedLateWithItsReason) {
  struct Row {
    const char* what;
    OrderTerms terms;
    const char* words;
  };
  OrderTerms short_delivery = limit(false, 81'200, 1);
  short_delivery.product = "DELIVERY";
  OrderTerms trade_to_trade = limit(true, 80'900, 1);
  trade_to_trade.listing = world->listings.find("NSE", "4884");
  OrderTerms index = limit(true, 2'596'800, 1);
  index.listing = world->listings.find("NSE", "99926000");
  const Row rows[] = {
      {"off tick", limit(true, 81'203, 1), "16283"},
      {"above the band", limit(true, 89'100, 1), "circuit"},
      {"below the band", limit(true, 72'000, 1), "circuit"},
      {"freeze quantity", limit(true, 72'900, 75'001), "Insufficient Funds"},  // the broker speaks first
      {"funds", limit(true, 81'200, 10'000), "Insufficient Funds"},
      {"stop gap", stop(false, 80'500, 76'000, 1), "16448"},
      {"stop on the wrong side of its limit", stop(false, 80'500, 80'600, 1), "16387"},
      {"stop past the market", stop(false, 81'500, 81'400, 1), "last traded price"},
      {"not held", short_delivery, "holdings"},
      {"trade to trade", trade_to_trade, "Trade to Trade"},
      {"index", index, "not eligible"},
  };
  for (const Row& row : rows) {
    const Order& order = place(row.terms);
    EXPECT_EQ(order.state, OrderState::kRejected) << row.what;
    EXPECT_NE(order.text.find(row.words), std::string::npos) << row.what << ": " << order.text;
    EXPECT_EQ(order.filled, 0) << row.what;
  }
  EXPECT_EQ(blocked_e4(*account), 0);
}

TEST_F(EngineTest, AFreezeQuantityIsTheExchangesOwn) {
  account->cash_paise = 100'000'000'000;
  EXPECT_EQ(place(limit(true, 80'000, 75'000)).state, OrderState::kOpen);
  EXPECT_NE(place(limit(true, 80'000, 75'001)).text.find("17070"), std::string::npos);
}

TEST_F(EngineTest, FundsAreBlockedByOrdersAndGivenBack) {
  Order& order = place(limit(true, 80'000, 100));
  EXPECT_EQ(blocked_e4(*account), 100 * 8'000'000 / 5);
  world->engine->cancel(*account, order, 0);
  settle();
  EXPECT_EQ(order.state, OrderState::kCancelled);
  EXPECT_EQ(blocked_e4(*account), 0);
  place(limit(true, 81'205, 100));
  EXPECT_EQ(blocked_e4(*account), 100 * 8'120'500 / 5);
  EXPECT_EQ(available_paise(*account), 100'000'000 - 100 * 81'205 / 5);
}

TEST_F(EngineTest, AnExitNeedsNoFunds) {
  place(limit(true, 81'205, 100));
  account->cash_paise = 0;
  EXPECT_EQ(place(limit(false, 81'195, 100)).state, OrderState::kComplete);
  EXPECT_EQ(net(), 0);
}

TEST_F(EngineTest, AMarketOrderIsAProtectedLimitWhoseRestStaysOpen) {
  quiet(81'200, {}, {{81'205, 5}, {81'900, 100}});
  OrderTerms terms = limit(true, 0, 20);
  terms.type = OrderType::kMarket;
  const Order& order = place(terms);
  EXPECT_EQ(order.terms.type, OrderType::kLimit);
  EXPECT_EQ(order.terms.price, rupees(81'605));  // 0.5 % above, on tick: 816.06 -> 816.05
  EXPECT_EQ(order.filled, 5);
  EXPECT_EQ(order.state, OrderState::kOpen);
}

TEST_F(EngineTest, AnImmediateOrderLeavesNothingBehind) {
  OrderTerms terms = limit(true, 81'205, 150);
  terms.duration = "IOC";
  const Order& order = place(terms);
  EXPECT_EQ(order.state, OrderState::kCancelled);
  EXPECT_EQ(order.filled, 100);
  EXPECT_EQ(order.cancelled, 50);
}

TEST_F(EngineTest, ACancelOfAFilledOrderSaysNotCancelled) {
  Order& order = place(limit(true, 81'205, 10));
  world->engine->cancel(*account, order, 0);
  settle();
  EXPECT_EQ(order.status(), "not cancelled");
  EXPECT_EQ(order.state, OrderState::kComplete);
}

TEST_F(EngineTest, AModifyIsTakenWholeOrNotAtAll) {
  Order& order = place(limit(true, 80'000, 10));
  world->engine->modify(*account, order, {rupees(80'001) + Price(1), Price(), 20, OrderType::kLimit}, 0);
  settle();
  EXPECT_EQ(order.status(), "not modified");
  EXPECT_EQ(order.terms.price, rupees(80'000));
  EXPECT_EQ(order.terms.quantity, 10);
  world->engine->modify(*account, order, {rupees(81'205), Price(), 20, OrderType::kLimit}, 0);
  settle();
  EXPECT_EQ(order.state, OrderState::kComplete);
  EXPECT_EQ(order.filled, 20);
}

TEST_F(EngineTest, AModifyMustBePaidFor) {
  Order& order = place(limit(true, 80'000, 10));
  world->engine->modify(*account, order, {rupees(80'000), Price(), 10'000, OrderType::kLimit}, 0);
  settle();
  EXPECT_EQ(order.status(), "not modified");
  EXPECT_NE(order.text.find("Insufficient Funds"), std::string::npos) << order.text;
  EXPECT_EQ(order.terms.quantity, 10);
}

TEST_F(EngineTest, AModifiedStopKeepsSayingModified) {
  Order& order = place(stop(false, 80'500, 80'400, 10));
  world->engine->modify(*account, order, {rupees(80'300), rupees(80'400), 10, OrderType::kStopLimit}, 0);
  settle();
  EXPECT_EQ(order.status(), "modified");
  EXPECT_EQ(order.state, OrderState::kTriggerPending);
}

TEST_F(EngineTest, AModifyBelowTheFilledQuantityIsRefused) {
  Order& order = place(limit(true, 81'205, 150));
  ASSERT_EQ(order.filled, 100);
  world->engine->modify(*account, order, {rupees(81'205), Price(), 100, OrderType::kLimit}, 0);
  settle();
  EXPECT_EQ(order.status(), "not modified");
  EXPECT_EQ(order.terms.quantity, 150);
}

TEST_F(EngineTest, PositionsAreTheSumOfTrades) {
  std::uint64_t seed = 20'261'123;
  SCOPED_TRACE(seed);
  Dice dice(seed);
  for (int i = 0; i < 400; ++i) {
    world->market->walk(*tape, now());
    world->market->renew_ladder(*tape);
    world->engine->on_print(*tape, now());
    const std::int64_t paise = (tape->last.value() / 100 + dice.around(40)) / 5 * 5;
    Order& order = place(limit(dice.below(2) == 0, paise, 1 + dice.below(50)));
    if (dice.below(3) == 0 && order.is_alive()) {
      world->engine->cancel(*account, order, 0);
      settle();
    }
  }
  std::int64_t quantity = 0;
  std::int64_t flow = 0;
  for (const auto& order : account->orders) {
    std::int64_t filled = 0;
    for (const Trade& trade : order->trades) {
      filled += trade.quantity;
      quantity += order->terms.is_buy ? trade.quantity : -trade.quantity;
      flow += (order->terms.is_buy ? -1 : 1) * trade.price.value() * trade.quantity;
      EXPECT_TRUE(order->terms.is_buy ? trade.price <= order->terms.price : trade.price >= order->terms.price);
    }
    EXPECT_EQ(filled, order->filled);
    EXPECT_LE(filled + order->cancelled, order->terms.quantity);
    EXPECT_EQ(order->state == OrderState::kComplete, filled == order->terms.quantity);
  }
  EXPECT_EQ(net(), quantity);
  EXPECT_EQ(account->positions.at({sbin, "INTRADAY"}).flow_e4(), flow);
  EXPECT_GT(account->orders.size(), 100U);
}

}  // namespace
}  // namespace sandbox
