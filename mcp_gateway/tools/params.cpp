#include "mcp_gateway/tools/params.h"

namespace tools {

mcp::Param symbol() {
  return mcp::string_param("symbol", "NSE symbol, e.g. SBIN").required();
}

mcp::Param optional_symbol() {
  return mcp::string_param("symbol", "Only this symbol, e.g. SBIN");
}

mcp::Param side() {
  return mcp::enum_param("side", "e.g. BUY", {"BUY", "SELL"}).required();
}

mcp::Param product(const char* default_value) {
  return mcp::enum_param("product_type", "e.g. INTRADAY", {"INTRADAY", "DELIVERY"})
      .or_default(default_value);
}

mcp::Param timeframe() {
  return mcp::enum_param("timeframe", "Bar length, e.g. ONE_DAY",
                         {"ONE_MINUTE", "FIVE_MINUTE", "TEN_MINUTE", "FIFTEEN_MINUTE",
                          "THIRTY_MINUTE", "ONE_HOUR", "ONE_DAY"})
      .or_default("ONE_DAY");
}

mcp::Param quantity() {
  return mcp::integer_param("quantity", "Shares, e.g. 10").required().between(1, kLargestQuantity);
}

mcp::Param price_of(const char* name, const char* description) {
  return mcp::number_param(name, description).above(0);
}

mcp::Param request_id() {
  return mcp::string_param("request_id", "Your own id; repeated = the recorded answer, e.g. r-1");
}

std::vector<mcp::Param> order_params() {
  return {symbol(),
          side(),
          quantity(),
          price_of("price", "Limit of a LIMIT or SL order in rupees, e.g. 812.5"),
          mcp::enum_param("order_type", "e.g. LIMIT", {"MARKET", "LIMIT", "SL", "SL-M"})
              .or_default("MARKET"),
          price_of("trigger_price", "Of SL and SL-M, e.g. 815"),
          product("DELIVERY"),
          price_of("stop_loss", "Entries need it, e.g. 800"),
          price_of("target", "Entries need it, e.g. 840"),
          mcp::string_param("strategy", "Label for reports, e.g. ma_crossover"),
          request_id()};
}

}  // namespace tools
