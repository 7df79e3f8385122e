#include "execution_broker/exchange/smartapi/wire/endpoint.h"

#include "trading/base/invariant.h"

namespace broker::smartapi {

namespace {

constexpr std::size_t kSmall = 64U << 10;
constexpr std::size_t kBook = 8U << 20;  // a day of orders
constexpr std::size_t kBars = 8U << 20;

}  // namespace

const std::vector<EndpointRow>& endpoint_table() {
  using E = Endpoint;
  // clang-format off
  static const std::vector<EndpointRow> table = {
    // endpoint, name, POST, path, bearer, write, empty forms, "nothing there" code, body limit
    {E::kLogin, "loginByPassword", true, "/rest/auth/angelbroking/user/v1/loginByPassword", false, false, kNeverEmpty, "", kSmall},
    {E::kRefresh, "generateTokens", true, "/rest/auth/angelbroking/jwt/v1/generateTokens", true, false, kNeverEmpty, "", kSmall},
    {E::kProfile, "getProfile", false, "/rest/secure/angelbroking/user/v1/getProfile", true, false, kNeverEmpty, "", kSmall},
    {E::kLogout, "logout", true, "/rest/secure/angelbroking/user/v1/logout", true, false, kEmptyNull, "", kSmall},
    {E::kFunds, "getRMS", false, "/rest/secure/angelbroking/user/v1/getRMS", true, false, kNeverEmpty, "", kSmall},
    {E::kPlaceOrder, "placeOrder", true, "/rest/secure/angelbroking/order/v1/placeOrder", true, true, kNeverEmpty, "", kSmall},
    {E::kModifyOrder, "modifyOrder", true, "/rest/secure/angelbroking/order/v1/modifyOrder", true, true, kNeverEmpty, "", kSmall},
    {E::kCancelOrder, "cancelOrder", true, "/rest/secure/angelbroking/order/v1/cancelOrder", true, true, kNeverEmpty, "", kSmall},
    {E::kOrderBook, "getOrderBook", false, "/rest/secure/angelbroking/order/v1/getOrderBook", true, false, kEmptyNull | kEmptyArray, "AB1013", kBook},
    {E::kTradeBook, "getTradeBook", false, "/rest/secure/angelbroking/order/v1/getTradeBook", true, false, kEmptyNull | kEmptyArray, "AB1014", kBook},
    {E::kOrderDetails, "details", false, "/rest/secure/angelbroking/order/v1/details/", true, false, kNeverEmpty, "", kSmall},
    {E::kPositions, "getPosition", false, "/rest/secure/angelbroking/order/v1/getPosition", true, false, kEmptyNull | kEmptyArray, "AB1016", kBook},
    {E::kHoldings, "getHolding", false, "/rest/secure/angelbroking/portfolio/v1/getHolding", true, false, kEmptyArray, "AB1015", kBook},
    {E::kAllHoldings, "getAllHolding", false, "/rest/secure/angelbroking/portfolio/v1/getAllHolding", true, false, kNeverEmpty, "AB1015", kBook},
    {E::kQuote, "quote", true, "/rest/secure/angelbroking/market/v1/quote/", true, false, kNeverEmpty, "", 1U << 20},
    {E::kLtp, "getLtpData", true, "/rest/secure/angelbroking/order/v1/getLtpData", true, false, kNeverEmpty, "", kSmall},
    {E::kCandles, "getCandleData", true, "/rest/secure/angelbroking/historical/v1/getCandleData", true, false, kEmptyNull | kEmptyArray, "", kBars},
    {E::kMargin, "margin", true, "/rest/secure/angelbroking/margin/v1/batch", true, false, kNeverEmpty, "", kSmall},
    {E::kCharges, "estimateCharges", true, "/rest/secure/angelbroking/brokerage/v1/estimateCharges", true, false, kNeverEmpty, "", 1U << 20},
    {E::kGttList, "gtt.ruleList", true, "/rest/secure/angelbroking/gtt/v1/ruleList", true, false, kEmptyArray, "", kBook},
    {E::kGttDetails, "gtt.ruleDetails", true, "/rest/secure/angelbroking/gtt/v1/ruleDetails", true, false, kNeverEmpty, "", kSmall},
    {E::kCautionaryScrips, "cautionaryScrips", false, "/rest/secure/angelbroking/securities/v1/cautionaryScrips", true, false, kEmptyArray, "", kBook},
  };
  // clang-format on
  return table;
}

const EndpointRow& row_of(Endpoint endpoint) {
  for (const EndpointRow& row : endpoint_table())
    if (row.endpoint == endpoint) return row;
  INVARIANT(false, "an endpoint without a row");
}

}  // namespace broker::smartapi
