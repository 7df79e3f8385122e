#include "execution_broker/service/quota.h"

#include <gtest/gtest.h>

namespace broker {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

TEST(TokenBucket, GivesItsBurstThenItsRate) {
  TokenBucket bucket({10, 3});
  EXPECT_EQ(bucket.take(0), 0);
  EXPECT_EQ(bucket.take(0), 0);
  EXPECT_EQ(bucket.take(0), 0);
  EXPECT_EQ(bucket.take(0), kSecond / 10) << "the wait until the next token";
  EXPECT_EQ(bucket.take(kSecond / 10), 0);
  EXPECT_NE(bucket.take(kSecond / 10), 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(100 * kSecond), 0);
  EXPECT_NE(bucket.take(100 * kSecond), 0) << "never more than the burst";
}

TEST(TokenBucket, TimeGoingBackGivesNothing) {
  TokenBucket bucket({10, 1});
  EXPECT_EQ(bucket.take(10 * kSecond), 0);
  EXPECT_NE(bucket.take(5 * kSecond), 0);
  EXPECT_NE(bucket.take(10 * kSecond), 0);
}

TEST(Quota, AFloodOfOrdersLeavesExitsAndReadsAlone) {
  Quota quota(QuotaRates{});
  int admitted = 0;
  trading::Status refused;
  for (int i = 0; i < 1'000; ++i) {
    trading::Status status = quota.take(RpcClass::kEntry, 0);
    status ? static_cast<void>(++admitted) : static_cast<void>(refused = std::move(status));
  }
  EXPECT_EQ(admitted, 20);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "QUOTA_EXCEEDED");
  EXPECT_EQ(refused.error().retry, trading::Retry::kSafe);
  EXPECT_NE(refused.error().fix.find("50 ms"), std::string::npos);
  EXPECT_TRUE(quota.take(RpcClass::kExit, 0));
  EXPECT_TRUE(quota.take(RpcClass::kCancel, 0));
  EXPECT_TRUE(quota.take(RpcClass::kRead, 0));
}

}  // namespace
}  // namespace broker
