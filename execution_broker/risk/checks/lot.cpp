#include "execution_broker/risk/checks/checks.h"

#include <algorithm>

namespace broker::risk {

CheckResult check_lot(const Facts& facts) {
  const std::int64_t lot = std::max<std::int64_t>(facts.instrument.lot_size, 1);
  if (facts.order.quantity.value() % lot == 0) return pass();
  return refuse(DenialCode::kQuantityNotInLots,
                {.value = facts.order.quantity.value(), .limit = lot});
}

}  // namespace broker::risk
