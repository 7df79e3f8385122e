#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// A delivery sale never opens anything; delivery_sell judges it.
CheckResult check_action_allowed(const Facts& facts) {
  const bool is_buy = facts.order.side == trading::Side::kBuy;
  const auto allow = [&](Limit permission, DenialCode code) {
    if (facts.limits.is_on(permission)) return pass();
    return refuse(code, {.key = key_of(permission)});
  };
  switch (facts.order.product) {
    case trading::Product::kIntraday:
      return is_buy ? allow(Limit::kAllowIntradayBuy, DenialCode::kIntradayBuyNotAllowed)
                    : allow(Limit::kAllowIntradaySell, DenialCode::kIntradaySellNotAllowed);
    case trading::Product::kDelivery:
      if (!is_buy) return not_applicable("judged by delivery_sell");
      return allow(Limit::kAllowDeliveryBuy, DenialCode::kDeliveryBuyNotAllowed);
  }
  return unknown("product");
}

}  // namespace broker::risk
