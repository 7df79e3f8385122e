#include "tests/sandbox_exchange/endpoints.h"

namespace sandbox {

// clang-format off
const std::vector<Endpoint>& endpoint_table() {
  static const std::vector<Endpoint> rows{
      {"loginByPassword", "POST", "/rest/auth/angelbroking/user/v1/loginByPassword", "loginByPassword", false},
      {"generateTokens", "POST", "/rest/auth/angelbroking/jwt/v1/generateTokens", "generateTokens"},
      {"getProfile", "GET", "/rest/secure/angelbroking/user/v1/getProfile", "getProfile"},
      {"logout", "POST", "/rest/secure/angelbroking/user/v1/logout", "logout"},
      {"getRMS", "GET", "/rest/secure/angelbroking/user/v1/getRMS", "getRMS"},
      {"placeOrder", "POST", "/rest/secure/angelbroking/order/v1/placeOrder", "orders", true, true},
      {"modifyOrder", "POST", "/rest/secure/angelbroking/order/v1/modifyOrder", "orders", true, true},
      {"cancelOrder", "POST", "/rest/secure/angelbroking/order/v1/cancelOrder", "orders", true, true},
      {"getOrderBook", "GET", "/rest/secure/angelbroking/order/v1/getOrderBook", "getOrderBook"},
      {"getTradeBook", "GET", "/rest/secure/angelbroking/order/v1/getTradeBook", "getTradeBook"},
      {"details", "GET", "/rest/secure/angelbroking/order/v1/details/", "details"},
      {"getPosition", "GET", "/rest/secure/angelbroking/order/v1/getPosition", "getPosition"},
      {"convertPosition", "POST", "/rest/secure/angelbroking/order/v1/convertPosition", "convertPosition"},
      {"getLtpData", "POST", "/rest/secure/angelbroking/order/v1/getLtpData", "getLtpData"},
      {"searchScrip", "POST", "/rest/secure/angelbroking/order/v1/searchScrip", "searchScrip"},
      {"getHolding", "GET", "/rest/secure/angelbroking/portfolio/v1/getHolding", "getHolding"},
      {"getAllHolding", "GET", "/rest/secure/angelbroking/portfolio/v1/getAllHolding", "getAllHolding"},
      {"margin", "POST", "/rest/secure/angelbroking/margin/v1/batch", "margin"},
      {"estimateCharges", "POST", "/rest/secure/angelbroking/brokerage/v1/estimateCharges", ""},
      {"createRule", "POST", "/rest/secure/angelbroking/gtt/v1/createRule", "gtt_writes", true, true},
      {"modifyRule", "POST", "/rest/secure/angelbroking/gtt/v1/modifyRule", "gtt_writes", true, true},
      {"cancelRule", "POST", "/rest/secure/angelbroking/gtt/v1/cancelRule", "gtt_writes", true, true},
      {"ruleDetails", "POST", "/rest/secure/angelbroking/gtt/v1/ruleDetails", "ruleDetails"},
      {"ruleList", "POST", "/rest/secure/angelbroking/gtt/v1/ruleList", "ruleList"},
      {"verifyDis", "POST", "/rest/secure/angelbroking/edis/v1/verifyDis", ""},
      {"generateTPIN", "POST", "/rest/secure/angelbroking/edis/v1/generateTPIN", ""},
      {"getTranStatus", "POST", "/rest/secure/angelbroking/edis/v1/getTranStatus", ""},
      {"cautionaryScrips", "GET", "/rest/secure/angelbroking/securities/v1/cautionaryScrips", ""},
      {"quote", "POST", "/rest/secure/angelbroking/market/v1/quote", "quote"},
      {"getCandleData", "POST", "/rest/secure/angelbroking/historical/v1/getCandleData", "getCandleData"},
      {"getOIData", "POST", "/rest/secure/angelbroking/historical/v1/getOIData", ""},
      {"optionGreek", "POST", "/rest/secure/angelbroking/marketData/v1/optionGreek", "optionGreek"},
      {"gainersLosers", "POST", "/rest/secure/angelbroking/marketData/v1/gainersLosers", ""},
      {"OIBuildup", "POST", "/rest/secure/angelbroking/marketData/v1/OIBuildup", ""},
      {"putCallRatio", "GET", "/rest/secure/angelbroking/marketData/v1/putCallRatio", ""},
      {"nseIntraday", "GET", "/rest/secure/angelbroking/marketData/v1/nseIntraday", ""},
      {"bseIntraday", "GET", "/rest/secure/angelbroking/marketData/v1/bseIntraday", ""},
  };
  return rows;
}
// clang-format on

namespace {

std::string plain_path(std::string_view target) {
  std::string path;
  for (const char c : target.substr(0, target.find('?')))
    if (!(c == '/' && !path.empty() && path.back() == '/')) path += c;
  for (const std::string_view prefix : {std::string_view("/order-service"), std::string_view("/gtt-service")})
    if (path.starts_with(prefix)) path.erase(0, prefix.size());
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

const Endpoint* endpoint_of(std::string_view target, std::string& tail) {
  const std::string path = plain_path(target);
  for (const Endpoint& endpoint : endpoint_table()) {
    if (endpoint.path == path) return &endpoint;
    if (!endpoint.path.ends_with('/') || !path.starts_with(endpoint.path)) continue;
    tail = path.substr(endpoint.path.size());
    return &endpoint;
  }
  return nullptr;
}

bool is_endpoint(std::string_view name) {
  for (const std::string_view other : {std::string_view("instruments"), std::string_view("market_stream"),
                                       std::string_view("market_stream_connect"), std::string_view("order_stream"),
                                       std::string_view("order_stream_connect")})
    if (other == name) return true;
  for (const Endpoint& endpoint : endpoint_table())
    if (endpoint.name == name) return true;
  return false;
}

}  // namespace sandbox
