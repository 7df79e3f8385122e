#include "mcp_gateway/tools/paper/performance.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "mcp_gateway/tools/paper/report_text.h"

namespace tools {
namespace {

using testing::HasSubstr;
namespace v1 = broker::v1;

void add(v1::CalculatePaperTradingPerformanceReply& reply, v1::Product product,
         const std::string& strategy, std::int64_t pnl_rupees, std::int64_t charges_rupees) {
  v1::RoundTrip& trip = *reply.add_round_trips();
  trip.set_symbol("SBIN");
  trip.set_product(product);
  trip.set_strategy(strategy);
  trip.set_pnl_e4(pnl_rupees * 10'000);
  trip.set_charges_e4(charges_rupees * 10'000);
}

// Net: +90, -60, -30, +20, 0 (gross 10, charges 10).
v1::CalculatePaperTradingPerformanceReply five_trades() {
  v1::CalculatePaperTradingPerformanceReply reply;
  add(reply, v1::PRODUCT_INTRADAY, "a", 100, 10);
  add(reply, v1::PRODUCT_INTRADAY, "a", -50, 10);
  add(reply, v1::PRODUCT_DELIVERY, "b", -20, 10);
  add(reply, v1::PRODUCT_DELIVERY, "", 30, 10);
  add(reply, v1::PRODUCT_DELIVERY, "", 10, 10);
  reply.set_starting_capital_paise(100'000'000);
  reply.set_equity_e4(10'000'200'000);
  return reply;
}

TEST(Performance, RatiosAreNetOfCharges) {
  const auto statistics = overall(five_trades().round_trips());
  EXPECT_EQ(statistics.trades, 5);
  EXPECT_EQ(statistics.wins, 2);
  EXPECT_EQ(statistics.losses, 2);
  EXPECT_EQ(statistics.net_e4, 200'000);
  EXPECT_EQ(statistics.charges_e4, 500'000);
  EXPECT_EQ(statistics.win_rate_bps(), 4'000);
  EXPECT_EQ(statistics.profit_factor_e4(), 12'222);  // 110 / 90
  EXPECT_EQ(statistics.expectancy_e4(), 40'000);
  EXPECT_EQ(statistics.average_win_e4(), 550'000);
  EXPECT_EQ(statistics.average_loss_e4(), -450'000);
  EXPECT_EQ(statistics.largest_loss_e4, -600'000);
  EXPECT_EQ(statistics.longest_losing_run, 2);
}

TEST(Performance, WhatDoesNotExistIsNullAndNeverZero) {
  const nlohmann::json fields = statistics_fields({});
  for (const char* name : {"win_rate_pct", "profit_factor", "expectancy", "avg_win", "avg_loss"}) {
    EXPECT_TRUE(fields[name].is_null()) << name;
  }
  TradeStatistics only_wins;
  only_wins.add(10'000, 0);
  EXPECT_FALSE(only_wins.profit_factor_e4());
}

TEST(Performance, GroupsAddUpToTheWhole) {
  const auto reply = five_trades();
  for (const auto& groups : {by_product(reply.round_trips()), by_strategy(reply.round_trips())}) {
    std::int64_t trades = 0;
    std::int64_t net = 0;
    for (const auto& group : groups) {
      trades += group.statistics.trades;
      net += group.statistics.net_e4;
    }
    EXPECT_EQ(trades, 5);
    EXPECT_EQ(net, 200'000);
  }
  const nlohmann::json fields = performance_fields(reply);
  EXPECT_TRUE(fields["by_strategy"].contains("(none)"));
  EXPECT_EQ(fields["by_product"]["INTRADAY"]["total_pnl"], 30);
}

TEST(Performance, ALongCurveIsThinnedAndKeepsItsEnd) {
  auto reply = five_trades();
  for (int i = 0; i < 2'000; ++i) reply.add_equity_curve()->set_equity_e4(i);
  const nlohmann::json curve = performance_fields(reply)["equity_curve"];
  EXPECT_LE(curve["t"].size(), 62U);
  EXPECT_EQ(curve["t"].size(), curve["equity"].size());
  EXPECT_EQ(curve["points_total"], 2'000);
  EXPECT_DOUBLE_EQ(curve["equity"].back().get<double>(), 0.1999);
}

TEST(Report, ALabelCannotBreakTheTable) {
  auto reply = five_trades();
  add(reply, v1::PRODUCT_INTRADAY, "x | y\n# z", 10, 1);
  const std::string text = report_text(reply);
  EXPECT_THAT(text, HasSubstr("strategy x / y/# z"));
  EXPECT_THAT(text, HasSubstr("Not financial advice"));
}

}  // namespace
}  // namespace tools
