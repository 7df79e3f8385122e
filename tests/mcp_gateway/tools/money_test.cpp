// Rupees leave as JSON numbers made from integers and come in from the number's own text.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "mcp_gateway/jsonrpc/message.h"
#include "mcp_gateway/tools/arguments.h"
#include "mcp_gateway/tools/reply.h"
#include "trading/base/decimal.h"

namespace tools {
namespace {

using nlohmann::json;

std::int64_t there_and_back(std::int64_t amount_e4) {
  const json parsed = json::parse(jsonrpc::to_text(json{{"x", rupees(amount_e4)}}));
  const auto back = trading::parse_decimal(exact_text(parsed["x"]), 4);
  return back ? *back : -1;
}

TEST(Money, WholeRupeesAreIntegersAndPaiseAreShort) {
  EXPECT_EQ(rupees(10'000).dump(), "1");
  EXPECT_EQ(rupees(0).dump(), "0");
  EXPECT_EQ(rupees(-15'000).dump(), "-1.5");
  EXPECT_EQ(rupees(8'120'500).dump(), "812.05");
  EXPECT_EQ(rupees(1).dump(), "0.0001");
  EXPECT_EQ(rupees_of_paise(123'456).dump(), "1234.56");
  EXPECT_EQ(percent(250).dump(), "2.5");
}

TEST(Money, EveryAmountComesBackExactly) {
  const std::uint64_t seed = 7;
  std::mt19937_64 random(seed);
  for (std::int64_t limit = 10'000; limit <= 1'000'000'000'000'000; limit *= 10) {
    for (int i = 0; i < 5'000; ++i) {
      const auto amount = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
      ASSERT_EQ(there_and_back(amount), amount) << "seed " << seed;
      ASSERT_EQ(there_and_back(-amount), -amount) << "seed " << seed;
    }
  }
  for (std::int64_t amount = 0; amount < 200'000; ++amount)
    ASSERT_EQ(there_and_back(amount), amount);
}

TEST(Money, TheTextOfPricesIsTheDecimalItself) {
  for (std::int64_t amount = 1; amount < 20'000'000; amount += 37) {
    ASSERT_EQ(rupees(amount).dump(), trading::format_decimal(amount, 4)) << amount;
  }
}

}  // namespace
}  // namespace tools
