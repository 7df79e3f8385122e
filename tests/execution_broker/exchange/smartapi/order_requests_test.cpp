#include "execution_broker/exchange/smartapi/wire/order_requests.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "tests/execution_broker/exchange/smartapi/payloads.h"

namespace broker::smartapi {
namespace {

using trading::Price;
using trading::Quantity;
using trading::Side;

const OrderInstrument kSbin{trading::Exchange::kNse, "SBIN-EQ", "3045"};

// A delivery order has no side and takes no stop: these must not compile.
template <typename T, typename = void>
struct HasSide : std::false_type {};
template <typename T>
struct HasSide<T, std::void_t<decltype(std::declval<T>().side)>> : std::true_type {};
static_assert(HasSide<IntradayOrder>::value);
static_assert(!HasSide<DeliveryBuy>::value, "delivery is bought, never sold");
static_assert(std::is_same_v<decltype(DeliveryBuy::terms), LimitTerms>);
static_assert(std::variant_size_v<OrderTerms> == 2, "LIMIT and stop-limit are all there is");

TEST(OrderRequests, IntradayLimitAndStopLimit) {
  const auto tag = OrderTag::parse("x7Q2m9");
  const auto limit = place_order(IntradayOrder{kSbin, Side::kSell, Quantity(10), LimitTerms{Price(8'125'000)}}, *tag);
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->body,
            R"({"variety":"NORMAL","tradingsymbol":"SBIN-EQ","symboltoken":"3045","exchange":"NSE","transactiontype":"SELL","ordertype":"LIMIT","producttype":"INTRADAY","duration":"DAY","price":"812.50","quantity":"10","ordertag":"x7Q2m9"})");
  const auto stop = place_order(
      IntradayOrder{kSbin, Side::kSell, Quantity(10), StopLimitTerms{Price(8'000'000), Price(8'050'500)}}, *tag);
  ASSERT_TRUE(stop);
  EXPECT_NE(stop->body.find(R"("variety":"STOPLOSS")"), std::string::npos);
  EXPECT_NE(stop->body.find(R"("ordertype":"STOPLOSS_LIMIT")"), std::string::npos);
  EXPECT_NE(stop->body.find(R"("price":"800.00","triggerprice":"805.05")"), std::string::npos);
  EXPECT_EQ(stop->path, "/rest/secure/angelbroking/order/v1/placeOrder");
}

// Over every order that the types can spell: no body sells delivery, none says MARKET or IOC.
TEST(OrderRequests, NoBodySellsDeliveryOrSaysMarketOrIoc) {
  const auto tag = OrderTag::parse("a1");
  const auto id = OrderId::parse("261123000000001");
  std::vector<std::string> bodies;
  for (const Side side : {Side::kBuy, Side::kSell})
    for (const OrderTerms& terms : {OrderTerms(LimitTerms{Price(10'000)}), OrderTerms(StopLimitTerms{Price(10'000), Price(10'100)})}) {
      const IntradayOrder order{kSbin, side, Quantity(1), terms};
      bodies.push_back(place_order(order, *tag)->body);
      for (const OrderTerms& changed : {OrderTerms(LimitTerms{Price(10'000)}), OrderTerms(StopLimitTerms{Price(10'000), Price(10'100)})})
        bodies.push_back(modify_order(order, *id, Quantity(2), changed)->body);
    }
  const DeliveryBuy delivery{kSbin, Quantity(1), LimitTerms{Price(10'000)}};
  bodies.push_back(place_order(delivery, *tag)->body);
  bodies.push_back(modify_order(delivery, *id, Quantity(2), LimitTerms{Price(10'000)})->body);
  bodies.push_back(cancel_order(*id, true).body);
  bodies.push_back(cancel_order(*id, false).body);
  for (const std::string& body : bodies) {
    SCOPED_TRACE(body);
    const auto parsed = parse_json(body);
    ASSERT_TRUE(parsed);
    const auto value = [&](const char* key) {
      const Json* found = parsed->find(key);
      return found == nullptr ? std::string() : found->text;
    };
    EXPECT_FALSE(value("producttype") == "DELIVERY" && value("transactiontype") == "SELL");
    EXPECT_EQ(body.find("MARKET"), std::string::npos);
    EXPECT_EQ(body.find("IOC"), std::string::npos);
    EXPECT_EQ(body.find("AMO"), std::string::npos);
    if (!value("duration").empty()) {
      EXPECT_EQ(value("duration"), "DAY");
    }
  }
  EXPECT_EQ(bodies.size(), 16U);
}

TEST(OrderRequests, FormsThatAreWrongAreNotBuilt) {
  const auto tag = OrderTag::parse("a1");
  const auto refused = [&](const IntradayOrder& order) {
    const auto request = place_order(order, *tag);
    return !request && request.error().code == "WIRE_ORDER_INVALID";
  };
  EXPECT_TRUE(refused({kSbin, Side::kBuy, Quantity(0), LimitTerms{Price(10'000)}}));
  EXPECT_TRUE(refused({kSbin, Side::kBuy, Quantity(-1), LimitTerms{Price(10'000)}}));
  EXPECT_TRUE(refused({kSbin, Side::kBuy, Quantity(1), LimitTerms{Price(0)}}));
  EXPECT_TRUE(refused({kSbin, Side::kBuy, Quantity(1), LimitTerms{Price(10'001)}}));
  EXPECT_TRUE(refused({kSbin, Side::kBuy, Quantity(1), StopLimitTerms{Price(10'000), Price(0)}}));
  EXPECT_TRUE(refused({{trading::Exchange::kNse, "SBIN-EQ", ""}, Side::kBuy, Quantity(1), LimitTerms{Price(10'000)}}));
  for (const char* bad : {"", "with space", "tag-1", "123456789012345678901", "\xe2\x82\xb9"}) EXPECT_FALSE(OrderTag::parse(bad)) << bad;
  EXPECT_TRUE(OrderTag::parse("12345678901234567890"));
  EXPECT_FALSE(OrderId::parse("1\",\"x\":\"y"));
}

TEST(OrderRequests, ModifyNamesTheTriggerAndTheTotal) {
  const IntradayOrder placed{kSbin, Side::kSell, Quantity(10), StopLimitTerms{Price(8'000'000), Price(8'050'000)}};
  const auto request = modify_order(placed, *OrderId::parse("261123000000001"), Quantity(6), StopLimitTerms{Price(8'010'000), Price(8'060'000)});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body,
            R"({"variety":"STOPLOSS","orderid":"261123000000001","ordertype":"STOPLOSS_LIMIT","producttype":"INTRADAY","duration":"DAY","price":"801.00","triggerprice":"806.00","quantity":"6","tradingsymbol":"SBIN-EQ","symboltoken":"3045","exchange":"NSE"})");
  EXPECT_EQ(cancel_order(*OrderId::parse("1"), false).body, R"({"variety":"NORMAL","orderid":"1"})");
}

TEST(OrderRequests, AcceptedOnlyWithAnOrderId) {
  const auto placed = read_placed(payloads::json(R"({"script":"SBIN-EQ","orderid":"261123000000001","uniqueorderid":"8f0c"})"));
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->order_id, "261123000000001");
  EXPECT_EQ(read_placed(payloads::json(R"({"orderid":261123000000001})"))->order_id, "261123000000001") << "a bare number is an id, too";
  for (const char* data : {"{}", R"({"orderid":""})", R"({"orderid":null})", R"({"orderid":"null"})", "[]", R"({"orderid":"a b"})"}) {
    const auto none = read_placed(payloads::json(data));
    ASSERT_FALSE(none) << data;
    EXPECT_EQ(none.error().retry, trading::Retry::kVerifyFirst);
  }
}

}  // namespace
}  // namespace broker::smartapi
