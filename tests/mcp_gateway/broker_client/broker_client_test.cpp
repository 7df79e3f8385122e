#include "mcp_gateway/broker_client/broker_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "broker/v1/audit.pb.h"
#include "broker/v1/config.pb.h"
#include "broker/v1/market.pb.h"
#include "broker/v1/orders.pb.h"
#include "broker/v1/portfolio.pb.h"
#include "tests/support/test_broker.h"

namespace broker_client {
namespace {

namespace v1 = broker::v1;
using broker::TestBroker;
using testing::HasSubstr;
using trading::Retry;

Options options_for(const TestBroker& broker) {
  return {.socket_path = broker.agent_socket(),
          .broker_uids = {::geteuid()},
          .program_version = "0.1.0",
          .launch = {}};
}

v1::FetchLivePriceRequest price_of(const char* symbol) {
  v1::FetchLivePriceRequest request;
  request.set_symbol(symbol);
  return request;
}

v1::PlacePaperOrderRequest market_order() {
  v1::PlacePaperOrderRequest request;
  v1::OrderTerms& terms = *request.mutable_terms();
  terms.set_symbol("SBIN");
  terms.set_side(v1::SIDE_BUY);
  terms.set_quantity(10);
  terms.set_order_type(v1::ORDER_TYPE_MARKET);
  terms.set_product(v1::PRODUCT_INTRADAY);
  terms.set_request_id("r-1");
  return request;
}

TEST(BrokerClient, ConnectsAtTheFirstCallAndKeepsTheConnection) {
  TestBroker broker;
  BrokerClient client(options_for(broker));
  broker.open();
  for (int i = 0; i < 5; ++i) {
    const auto price =
        client.fetch_live_price(price_of("SBIN"), {.tool = "fetch_live_price", .cancel = {}});
    ASSERT_TRUE(price) << price.error().text();
    EXPECT_EQ(price->last_price_e4(), 8'120'500);
    EXPECT_EQ(price->provenance().source(), "fake");
  }
  EXPECT_EQ(broker.agent_door->counts().accepted, 1);
  EXPECT_EQ(broker.context.counters.of("/broker.v1.MarketService/FetchLivePrice"), 5)
      << "both hops were made";
  EXPECT_EQ(broker.last_record("FetchLivePrice").tool, "fetch_live_price");
  const auto facts = client.facts();
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->ledger_id, "paper-1");
  EXPECT_EQ(facts->role, "agent");
  EXPECT_EQ(facts->own_uid, ::geteuid());
}

TEST(BrokerClient, SaysWhatToDoWithoutABrokerAndWorksOnceThereIsOne) {
  TestBroker broker;
  BrokerClient client(options_for(broker));
  const auto none = client.place_paper_order(market_order());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "BROKER_NOT_RUNNING");
  EXPECT_EQ(none.error().retry, Retry::kSafe) << "nothing was sent, also for an order";
  broker.open();
  EXPECT_TRUE(client.place_paper_order(market_order()));
}

TEST(BrokerClient, ErrorsOfTheBrokerArriveAsTheyWereMade) {
  TestBroker broker;
  broker.open();
  broker.desk.on_place = [](const broker::Requester&,
                            const trading::OrderRequest&) -> trading::Result<broker::OrderReply> {
    return trading::make_error("REQUEST_ID_REUSED", "r-1 was another order", "use a new request_id",
                               Retry::kNo, "request_id");
  };
  BrokerClient client(options_for(broker));
  const auto reused = client.place_paper_order(market_order());
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().code, "REQUEST_ID_REUSED");
  EXPECT_EQ(reused.error().fix, "use a new request_id");
  EXPECT_EQ(reused.error().retry, Retry::kNo);
  EXPECT_EQ(reused.error().field, "request_id");
  EXPECT_EQ(client.fetch_live_price(price_of("NOSUCH")).error().code, "UNKNOWN_SYMBOL");
}

TEST(BrokerClient, ARestartedBrokerOfTheSameLedgerIsGoneOnWith) {
  TestBroker broker;
  broker.open();
  BrokerClient client(options_for(broker));
  ASSERT_TRUE(client.fetch_live_price(price_of("SBIN")));
  broker.close();
  broker.session.boot_id = "boot-2";
  broker.open();
  // An order too: the dead connection is seen before anything is sent.
  EXPECT_TRUE(client.place_paper_order(market_order()));
  EXPECT_EQ(broker.desk.placed, 1);
  EXPECT_EQ(client.facts()->boot_id, "boot-2");
}

TEST(BrokerClient, AnotherLedgerOrModeIsReportedAndNothingIsSent) {
  for (const bool other_ledger : {true, false}) {
    TestBroker broker;
    broker.open();
    BrokerClient client(options_for(broker));
    ASSERT_TRUE(client.fetch_live_price(price_of("SBIN")));
    broker.close();
    if (other_ledger) broker.session.ledger_id = "paper-2";
    if (!other_ledger) broker.session.mode = trading::TradingMode::kLive;
    broker.open();
    for (int i = 0; i < 2; ++i) {
      const auto changed = client.place_paper_order(market_order());
      ASSERT_FALSE(changed);
      EXPECT_EQ(changed.error().code, "BROKER_CHANGED");
      EXPECT_THAT(changed.error().what, HasSubstr("ledger paper-1 in mode paper"));
      EXPECT_THAT(changed.error().what, HasSubstr(other_ledger ? "ledger paper-2 in mode paper"
                                                               : "ledger paper-1 in mode live"));
    }
    EXPECT_EQ(broker.desk.placed, 0);
    EXPECT_EQ(client.fetch_live_price(price_of("SBIN")).error().code, "BROKER_CHANGED");
  }
}

TEST(BrokerClient, ItsOwnSwitchToPaperIsNoSurprise) {
  TestBroker broker;
  broker.session.mode = trading::TradingMode::kLive;
  broker.open();
  BrokerClient client(options_for(broker));
  broker.context.switch_to_paper_mode =
      [&](const broker::Requester&) -> trading::Result<std::string> {
    broker.session.mode = trading::TradingMode::kPaper;
    return "paper from now on";
  };
  ASSERT_TRUE(client.switch_to_paper_mode({}));
  EXPECT_EQ(client.facts()->mode, "paper");
}

TEST(BrokerClient, AUserWhoIsNotListedIsToldSoAndNotToTryAgain) {
  TestBroker broker;
  broker.open({::geteuid() + 1});
  BrokerClient client(options_for(broker));
  const auto price = client.fetch_live_price(price_of("SBIN"), {});
  ASSERT_FALSE(price);
  EXPECT_EQ(price.error().code, "BROKER_REFUSED");
  EXPECT_EQ(price.error().retry, Retry::kNo);
  EXPECT_THAT(price.error().fix, HasSubstr("AGENT_USERS"));
}

TEST(BrokerClient, AServerOfAnotherUidIsNotSpokenTo) {
  TestBroker broker;
  broker.open();
  Options options = options_for(broker);
  options.broker_uids = {::geteuid() + 1};
  BrokerClient client(std::move(options));
  EXPECT_EQ(client.fetch_live_price(price_of("SBIN")).error().code, "BROKER_WRONG_UID");
  EXPECT_TRUE(broker.last_record("Hello").method.empty());
}

TEST(BrokerClient, AWriteThatBrokeOffIsNeverSentAgain) {
  TestBroker broker;
  broker.open();
  std::latch begun(1);
  std::latch release(1);
  broker.desk.on_place =
      [&](const broker::Requester&,
          const trading::OrderRequest& request) -> trading::Result<broker::OrderReply> {
    begun.count_down();
    release.wait();
    return broker::OrderReply{{}, broker::FakeDesk::record(request), {}, {}, false};
  };
  BrokerClient client(options_for(broker));
  std::thread closer([&] {
    begun.wait();
    broker.agent_door->close();  // gives running calls two seconds
  });
  const auto broken = client.place_paper_order(market_order());
  release.count_down();
  closer.join();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().retry, Retry::kVerifyFirst) << broken.error().text();
  EXPECT_THAT(broken.error().fix, HasSubstr("request_id"));
  EXPECT_EQ(broker.desk.placed, 1);
}

TEST(BrokerClient, ACancelledCallComesBackAtOnce) {
  TestBroker broker;
  broker.open();
  std::latch begun(1);
  std::latch release(1);
  broker.desk.on_portfolio = [&] {
    begun.count_down();
    release.wait();
  };
  BrokerClient client(options_for(broker));
  std::stop_source stop;
  std::thread canceller([&] {
    begun.wait();
    stop.request_stop();
  });
  const auto cancelled =
      client.fetch_portfolio({}, {.tool = "fetch_portfolio", .cancel = stop.get_token()});
  canceller.join();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, "CALL_CANCELLED");
  const auto never_sent =
      client.place_paper_order(market_order(), {.tool = "", .cancel = stop.get_token()});
  EXPECT_EQ(never_sent.error().retry, Retry::kSafe);
  release.count_down();
}

TEST(BrokerClient, LaunchesABrokerWhereNobodyListens) {
  TestBroker broker;
  std::atomic<int> launches{0};
  std::thread starting;
  Options options = options_for(broker);
  options.launch = [&]() -> trading::Status {
    ++launches;
    starting = std::thread([&] { broker.open(); });
    return {};
  };
  BrokerClient client(std::move(options));
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] { EXPECT_TRUE(client.fetch_live_price(price_of("SBIN"))); });
  }
  for (std::thread& caller : callers) caller.join();
  starting.join();
  EXPECT_EQ(launches, 1) << "all waited for the same one";
}

TEST(BrokerClient, WhatTheLauncherSaysIsWhatTheCallerReads) {
  TestBroker broker;
  Options options = options_for(broker);
  options.launch = [] {
    return trading::Status(trading::make_error("BROKER_NOT_STARTED", "bad .env", "correct it"));
  };
  BrokerClient client(std::move(options));
  EXPECT_EQ(client.fetch_live_price(price_of("SBIN")).error().code, "BROKER_NOT_STARTED");
}

TEST(BrokerClient, PutsTheChunksOfAHistoryTogether) {
  TestBroker broker;
  broker.market.rows = 20'000;
  broker.open();
  BrokerClient client(options_for(broker));
  v1::FetchHistoricalDataRequest request;
  request.set_symbol("SBIN");
  request.set_timeframe("ONE_MINUTE");
  const auto history = client.fetch_historical_data(request);
  ASSERT_TRUE(history) << history.error().text();
  EXPECT_EQ(history->bars.size(), 20'000U);
  EXPECT_EQ(history->bars.timeframe, trading::Timeframe::kOneMinute);
  EXPECT_EQ(history->bars.close_e4.back(), 20'000);
  EXPECT_EQ(history->total_rows, 20'000);
  EXPECT_EQ(history->gaps.size(), 1U);
  EXPECT_EQ(history->mode, "paper");
  EXPECT_TRUE(history->is_simulated);
  broker.market.rows = 0;
  EXPECT_EQ(client.fetch_historical_data(request)->gaps.size(), 1U)
      << "the facts come also without bars";
  request.set_timeframe("TWO_MINUTE");
  EXPECT_EQ(client.fetch_historical_data(request).error().field, "timeframe");
}

TEST(BrokerClient, ManyThreadsShareOneConnection) {
  TestBroker broker;
  broker.context.guard_rules.quota.reads = {1e6, 1e6};
  broker.open();
  BrokerClient client(options_for(broker));
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) failures += client.fetch_live_price(price_of("SBIN")) ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(broker.agent_door->counts().accepted, 1);
  EXPECT_EQ(broker.context.counters.of("/broker.v1.MarketService/FetchLivePrice"), 800);
}

}  // namespace
}  // namespace broker_client
