#include "tests/sandbox_exchange/rate_limits.h"

#include <gtest/gtest.h>

namespace sandbox {
namespace {

constexpr SteadyUs kSecond = 1'000'000;

int admitted(RateLimits& limits, std::string_view budget, int times, SteadyUs at) {
  int count = 0;
  for (int i = 0; i < times; ++i) count += limits.admit("S1", budget, at) ? 1 : 0;
  return count;
}

TEST(RateLimits, ASecondRollsAndDoesNotTick) {
  RateLimits limits;
  EXPECT_EQ(admitted(limits, "orders", 20, 900'000), 9);
  EXPECT_EQ(admitted(limits, "orders", 20, 1'100'000), 0);  // another second of the clock, the same rolling one
  EXPECT_EQ(admitted(limits, "orders", 20, 1'900'000), 9);
}

TEST(RateLimits, AMinuteAndAnHourAreBudgetsOfTheirOwn) {
  RateLimits limits;
  int total = 0;
  for (int second = 0; second < 60; ++second) total += admitted(limits, "orders", 9, second * kSecond);
  EXPECT_EQ(total, 500);
  for (int second = 60; second < 3'600; ++second) total += admitted(limits, "orders", 9, second * kSecond);
  EXPECT_EQ(total, 1'000);
  EXPECT_EQ(admitted(limits, "orders", 9, 3'600 * kSecond), 9);  // those of the first second are an hour old
}

TEST(RateLimits, ClientsAndBudgetsDoNotShare) {
  RateLimits limits;
  EXPECT_TRUE(limits.admit("S1", "getOrderBook", 0));
  EXPECT_FALSE(limits.admit("S1", "getOrderBook", 0));
  EXPECT_TRUE(limits.admit("S1", "getTradeBook", 0));
  EXPECT_TRUE(limits.admit("S2", "getOrderBook", 0));
  EXPECT_EQ(limits.refused(), 1);
}

TEST(RateLimits, RefusedRequestsAreNotCounted) {
  RateLimits limits;
  EXPECT_TRUE(limits.admit("S1", "getPosition", 0));
  for (SteadyUs at = 100'000; at < kSecond; at += 100'000) EXPECT_FALSE(limits.admit("S1", "getPosition", at));
  EXPECT_TRUE(limits.admit("S1", "getPosition", kSecond));
}

TEST(RateLimits, NamesAreOfTheTableAndOffIsOff) {
  RateLimits limits;
  EXPECT_FALSE(limits.set({"everything", 1, 1, 1}));
  EXPECT_TRUE(limits.set({"orders", 1, 0, 0}));
  EXPECT_EQ(admitted(limits, "orders", 5, 0), 1);
  limits.is_on = false;
  EXPECT_EQ(admitted(limits, "orders", 5, 0), 5);
}

}  // namespace
}  // namespace sandbox
