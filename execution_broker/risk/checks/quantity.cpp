#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_quantity(const Facts& facts) {
  const std::int64_t quantity = facts.order.quantity.value();
  if (quantity <= 0)
    return refuse(DenialCode::kQuantityNotPositive, {.value = quantity, .limit = 1});
  if (facts.order.quantity > kLargestQuantity)
    return refuse(DenialCode::kQuantityOutOfBounds,
                  {.value = quantity, .limit = kLargestQuantity.value()});
  return pass();
}

}  // namespace broker::risk
