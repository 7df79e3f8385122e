#include "proto/convert/order_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace wire {
namespace {

namespace v1 = broker::v1;
using testing::HasSubstr;

v1::OrderTerms valid_terms() {
  v1::OrderTerms terms;
  terms.set_symbol("M&M");
  terms.set_side(v1::SIDE_BUY);
  terms.set_quantity(10);
  terms.set_order_type(v1::ORDER_TYPE_LIMIT);
  terms.set_product(v1::PRODUCT_INTRADAY);
  terms.set_limit_price_e4(8'120'500);
  terms.set_stop_loss_e4(8'000'000);
  terms.set_target_e4(8'400'000);
  terms.set_strategy("ma_crossover 20/50");
  terms.set_request_id("a-1.b:2_C");
  return terms;
}

TEST(OrderTerms, ComesBackAsItWentOut) {
  const v1::OrderTerms sent = valid_terms();
  const auto request = order_request_of(sent);
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->symbol, "M&M");
  EXPECT_EQ(request->limit_price, trading::Price(8'120'500));
  EXPECT_FALSE(request->trigger_price);
  v1::OrderTerms back;
  write(*request, back);
  EXPECT_EQ(back.SerializeAsString(), sent.SerializeAsString());
}

TEST(OrderTerms, NamesEveryBadFieldAtOnce) {
  v1::OrderTerms terms;
  terms.set_symbol("sbin; DROP");
  terms.set_quantity(-5);
  terms.set_limit_price_e4(0);
  terms.set_stop_loss_e4(-1);
  terms.set_strategy(std::string(41, 'x'));
  terms.set_request_id("spaces are out");
  const auto request = order_request_of(terms);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, "INVALID_ARGUMENT");
  for (const char* field : {"symbol", "side", "quantity", "order_type", "product_type",
                            "limit_price", "stop_loss", "strategy", "request_id"}) {
    EXPECT_THAT(request.error().what, HasSubstr(field));
    EXPECT_THAT(request.error().field, HasSubstr(field));
  }
}

TEST(OrderTerms, UnknownEnumeratorsOfAnotherReleaseAreRefused) {
  v1::OrderTerms terms = valid_terms();
  terms.set_side(static_cast<v1::Side>(99));
  terms.set_product(static_cast<v1::Product>(-1));
  const auto request = order_request_of(terms);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().field, "side,product_type");
}

struct PriceCase {
  v1::OrderType type;
  bool has_limit, has_trigger, is_good;
};
class PricesOfTypes : public testing::TestWithParam<PriceCase> {};
TEST_P(PricesOfTypes, AreRequiredOrRefused) {
  v1::OrderTerms terms = valid_terms();
  terms.clear_limit_price_e4();
  terms.set_order_type(GetParam().type);
  if (GetParam().has_limit) terms.set_limit_price_e4(8'120'500);
  if (GetParam().has_trigger) terms.set_trigger_price_e4(8'110'000);
  EXPECT_EQ(order_request_of(terms).has_value(), GetParam().is_good);
}
INSTANTIATE_TEST_SUITE_P(All, PricesOfTypes,
                         testing::Values(PriceCase{v1::ORDER_TYPE_MARKET, false, false, true},
                                         PriceCase{v1::ORDER_TYPE_MARKET, true, false, false},
                                         PriceCase{v1::ORDER_TYPE_LIMIT, true, false, true},
                                         PriceCase{v1::ORDER_TYPE_LIMIT, false, false, false},
                                         PriceCase{v1::ORDER_TYPE_LIMIT, true, true, false},
                                         PriceCase{v1::ORDER_TYPE_STOP_LIMIT, true, true, true},
                                         PriceCase{v1::ORDER_TYPE_STOP_LIMIT, true, false, false},
                                         PriceCase{v1::ORDER_TYPE_STOP_MARKET, false, true, true},
                                         PriceCase{v1::ORDER_TYPE_STOP_MARKET, true, true, false}));

TEST(OrderTerms, LargestValueStillFitsTheArithmeticBehindTheDoor) {
  v1::OrderTerms terms = valid_terms();
  terms.set_quantity(100'000'000);
  terms.set_limit_price_e4(10'000'000'000);
  const auto request = order_request_of(terms);
  ASSERT_TRUE(request);
  EXPECT_TRUE(trading::value_of(*request->limit_price, request->quantity).is_positive());
  terms.set_quantity(100'000'001);
  terms.set_limit_price_e4(10'000'000'001);
  const auto refused = order_request_of(terms);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "quantity,limit_price");
}

TEST(OrderTerms, RandomBytesNeverPassUnchecked) {
  const unsigned seed = 20'261'123;
  std::mt19937_64 random(seed);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    v1::OrderTerms terms;
    if (!terms.ParseFromString(bytes)) continue;
    const auto request = order_request_of(terms);
    if (!request) continue;
    ++accepted;
    EXPECT_TRUE(request->quantity.is_positive()) << "seed " << seed << ", round " << i;
  }
  EXPECT_EQ(accepted, 0) << "seed " << seed;
}

}  // namespace
}  // namespace wire
