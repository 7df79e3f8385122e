#include "mcp_gateway/tools/arguments.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mcp_gateway/mcp/tool_result.h"

namespace tools {
namespace {

using nlohmann::json;

TEST(Arguments, NumbersComeFromTheirText) {
  const json values = json::parse(R"({"a":812.05,"b":0.1,"c":1e3,"d":100000,"e":65551.8053})");
  Arguments arguments(values);
  EXPECT_EQ(arguments.rupees_e4("a"), 8'120'500);
  EXPECT_EQ(arguments.rupees_e4("b"), 1'000);
  EXPECT_EQ(arguments.rupees_e4("c"), 10'000'000);
  EXPECT_EQ(arguments.rupees_e4("d"), 1'000'000'000);
  EXPECT_EQ(arguments.rupees_e4("e"), 655'518'053);
  EXPECT_EQ(arguments.rupees_e4("missing"), std::nullopt);
  EXPECT_FALSE(arguments.refusal());
}

TEST(Arguments, AllFaultsAreToldAtOnce) {
  const json values =
      json::parse(R"({"price":1.00001,"risk":0.125,"start_date":"tomorrow","huge":1e300})");
  Arguments arguments(values);
  arguments.rupees_e4("price");
  arguments.scaled("risk", 2);
  arguments.from_time("start_date");
  arguments.rupees_e4("huge");
  const auto refusal = arguments.refusal();
  ASSERT_TRUE(refusal);
  EXPECT_TRUE(refusal->is_error);
  const std::string message = refusal->structured["error"]["message"];
  for (const char* name : {"price must", "risk must", "start_date must", "huge must"}) {
    EXPECT_NE(message.find(name), std::string::npos) << message;
  }
  EXPECT_EQ(refusal->structured["error"]["field"], "price");
}

TEST(Arguments, ADayWithoutAZoneIsIndian) {
  const json values = {
      {"start", "2026-11-23"}, {"end", "2026-11-23"}, {"at", "2026-11-23T09:15:00"}};
  Arguments arguments(values);
  EXPECT_EQ(trading::format_ist(*arguments.from_time("start")), "2026-11-23T00:00:00+05:30");
  EXPECT_EQ(trading::format_ist(*arguments.until_time("end")), "2026-11-23T23:59:59.999999+05:30");
  EXPECT_EQ(trading::format_ist(*arguments.from_time("at")), "2026-11-23T09:15:00+05:30");
}

TEST(Arguments, APriceThatTheOrderDoesNotTakeIsRefused) {
  const json values = {{"symbol", "SBIN"}, {"side", "BUY"},          {"quantity", 1},
                       {"price", 812.5},   {"order_type", "MARKET"}, {"product_type", "DELIVERY"}};
  Arguments arguments(values);
  order_terms(arguments);
  ASSERT_TRUE(arguments.refusal());
  EXPECT_EQ(arguments.refusal()->structured["error"]["field"], "price");
}

}  // namespace
}  // namespace tools
