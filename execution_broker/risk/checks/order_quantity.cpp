#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_order_quantity(const Facts& facts) {
  return at_most(facts.order.quantity.value(), facts.limits.value(Limit::kMaxOrderQuantity),
                 DenialCode::kOrderQuantityAboveLimit);
}

}  // namespace broker::risk
