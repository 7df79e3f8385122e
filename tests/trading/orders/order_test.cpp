#include "trading/orders/order.h"

#include <gtest/gtest.h>

namespace trading {
namespace {

TEST(Order, NamesRoundTripExactly) {
  for (const Side side : {Side::kBuy, Side::kSell})
    EXPECT_EQ(parse_side(name_of(side)).value(), side);
  for (const OrderType type :
       {OrderType::kMarket, OrderType::kLimit, OrderType::kStopLimit, OrderType::kStopMarket})
    EXPECT_EQ(parse_order_type(name_of(type)).value(), type);
  for (const Product product : {Product::kIntraday, Product::kDelivery})
    EXPECT_EQ(parse_product(name_of(product)).value(), product);
  for (const TradingMode mode : {TradingMode::kPaper, TradingMode::kRehearsal, TradingMode::kLive})
    EXPECT_EQ(parse_trading_mode(name_of(mode)).value(), mode);
  EXPECT_EQ(name_of(OrderType::kStopMarket), "SL-M");
  EXPECT_EQ(name_of(OrderClass::kProtection), "protection");
}

TEST(Order, UnknownNamesAreRefusedWithTheAllowedOnes) {
  const auto side = parse_side("buy");
  ASSERT_FALSE(side);
  EXPECT_EQ(side.error().code, "SIDE_INVALID");
  EXPECT_EQ(side.error().field, "side");
  EXPECT_EQ(side.error().fix, "use one of BUY, SELL");
  EXPECT_EQ(parse_order_type("STOP").error().code, "ORDER_TYPE_INVALID");
  EXPECT_EQ(parse_product("CNC").error().code, "PRODUCT_TYPE_INVALID");
  EXPECT_EQ(parse_trading_mode("Live").error().code, "TRADING_MODE_INVALID");
}

OrderRequest request() {
  OrderRequest out;
  out.symbol = "SBIN";
  out.side = Side::kBuy;
  out.quantity = Quantity(10);
  out.type = OrderType::kLimit;
  out.product = Product::kIntraday;
  out.limit_price = Price(8'123'500);
  out.stop_loss = Price(8'000'000);
  out.target = Price(8'400'000);
  out.strategy = "breakout";
  out.request_id = "r-1";
  return out;
}

// These bytes are bound to request ids in ledgers: another spelling breaks them.
TEST(Order, CanonicalBytesAreFixed) {
  EXPECT_EQ(
      canonical_bytes(request()),
      R"({"limit_price_e4":8123500,"order_type":"LIMIT","product_type":"INTRADAY","quantity":10,"side":"BUY",)"
      R"("stop_loss_e4":8000000,"strategy":"breakout","symbol":"SBIN","target_e4":8400000,)"
      R"("trigger_price_e4":null,"v":1})");
}

TEST(Order, CanonicalBytesChangeWithEveryTermButTheRequestId) {
  const std::string bytes = canonical_bytes(request());
  OrderRequest other = request();
  other.request_id = "r-2";
  EXPECT_EQ(canonical_bytes(other), bytes);
  std::vector<OrderRequest> changed(10, request());
  changed[0].symbol = "SBINX";
  changed[1].side = Side::kSell;
  changed[2].quantity = Quantity(11);
  changed[3].type = OrderType::kStopLimit;
  changed[4].product = Product::kDelivery;
  changed[5].limit_price = std::nullopt;
  changed[6].trigger_price = Price(1);
  changed[7].stop_loss = Price(1);
  changed[8].target = std::nullopt;
  changed[9].strategy = "";
  for (const OrderRequest& one : changed) EXPECT_NE(canonical_bytes(one), bytes);
}

}  // namespace
}  // namespace trading
