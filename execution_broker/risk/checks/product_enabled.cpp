#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_product_enabled(const Facts& facts) {
  switch (facts.order.product) {
    case trading::Product::kIntraday:
      if (facts.limits.is_on(Limit::kEnableIntradayTrading)) return pass();
      return refuse(DenialCode::kIntradayTradingDisabled,
                    {.key = key_of(Limit::kEnableIntradayTrading)});
    case trading::Product::kDelivery:
      if (facts.limits.is_on(Limit::kEnableSwingTrading)) return pass();
      return refuse(DenialCode::kSwingTradingDisabled, {.key = key_of(Limit::kEnableSwingTrading)});
  }
  return unknown("product");
}

}  // namespace broker::risk
