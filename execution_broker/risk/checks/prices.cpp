#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

// The prices that the type of order needs, each of them a possible number.
CheckResult check_prices(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  const std::string type(name_of(order.type));
  if (needs_limit_price(order.type) && !order.limit_price)
    return refuse(DenialCode::kPriceRequired, {.subject = type});
  if (needs_trigger_price(order.type) && !order.trigger_price)
    return refuse(DenialCode::kTriggerPriceRequired, {.subject = type});
  for (const auto& [field, price] : prices_of(order)) {
    if (price.is_positive() && price <= kLargestPrice) continue;
    return refuse(
        DenialCode::kPriceOutOfBounds,
        {.value = price.value(), .limit = kLargestPrice.value(), .subject = std::string(field)});
  }
  return pass();
}

}  // namespace broker::risk
