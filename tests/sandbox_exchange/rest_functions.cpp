#include "tests/sandbox_exchange/rest_functions.h"

#include <array>
#include <nlohmann/json.hpp>

#include "trading/base/invariant.h"

namespace sandbox {

namespace {

struct FunctionRow {
  std::string_view endpoint;
  EndpointFunction function;
};
constexpr std::array kFunctions{
    FunctionRow{"loginByPassword", log_in},       FunctionRow{"generateTokens", refresh_tokens},
    FunctionRow{"getProfile", profile},           FunctionRow{"logout", log_out},
    FunctionRow{"getRMS", funds},                 FunctionRow{"placeOrder", place_order},
    FunctionRow{"modifyOrder", modify_order},     FunctionRow{"cancelOrder", cancel_order},
    FunctionRow{"getOrderBook", order_book},      FunctionRow{"getTradeBook", trade_book},
    FunctionRow{"details", order_details},        FunctionRow{"getPosition", positions},
    FunctionRow{"convertPosition", convert_position}, FunctionRow{"getLtpData", ltp_data},
    FunctionRow{"searchScrip", search_scrip},     FunctionRow{"getHolding", holdings},
    FunctionRow{"getAllHolding", all_holdings},   FunctionRow{"margin", margin_batch},
    FunctionRow{"estimateCharges", estimate_charges}, FunctionRow{"createRule", create_rule},
    FunctionRow{"modifyRule", modify_rule},       FunctionRow{"cancelRule", cancel_rule},
    FunctionRow{"ruleDetails", rule_details},     FunctionRow{"ruleList", rule_list},
    FunctionRow{"verifyDis", verify_dis},         FunctionRow{"generateTPIN", generate_tpin},
    FunctionRow{"getTranStatus", tran_status},    FunctionRow{"cautionaryScrips", cautionary_scrips},
    FunctionRow{"quote", quote},                  FunctionRow{"getCandleData", candles},
    FunctionRow{"getOIData", open_interest},      FunctionRow{"optionGreek", option_greek},
    FunctionRow{"gainersLosers", gainers_losers}, FunctionRow{"OIBuildup", oi_buildup},
    FunctionRow{"putCallRatio", put_call_ratio},  FunctionRow{"nseIntraday", nse_intraday},
    FunctionRow{"bseIntraday", bse_intraday},
};

}  // namespace

EndpointFunction function_of(std::string_view endpoint) {
  for (const FunctionRow& row : kFunctions)
    if (row.endpoint == endpoint) return row.function;
  INVARIANT(false, "an endpoint of the table has no function");
}

Answer answer_rows(Call& call, const Json& rows, const Json& nothing, std::string_view empty_code,
                   std::string_view empty_message) {
  const bool is_empty = rows.empty();
  const auto pretend = [&](const ArmedFault& fault) { return is_empty || fault.number("always", 0) != 0; };
  if (!empty_code.empty())
    if (call.strike("Q30", pretend))
      return refuse(std::string(empty_code), std::string(empty_message));
  if (const auto fault = call.strike("Q29", pretend)) {
    const std::string kind = fault->text("kind", "string");
    if (kind == "missing") {
      Answer answer;
      answer.raw = json_reply({{"status", true}, {"message", "SUCCESS"}, {"errorcode", ""}});
      return answer;
    }
    return answer_with(kind == "null" ? Json(nullptr) : kind == "array" ? Json::array() : Json(""));
  }
  return answer_with(is_empty ? nothing : rows);
}

}  // namespace sandbox
