#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_freeze_quantity(const Facts& facts) {
  const std::int64_t freeze = facts.instrument.freeze_quantity;
  if (freeze > 0)
    return at_most(facts.order.quantity.value(), freeze, DenialCode::kQuantityAboveFreeze);
  if (facts.mode.book == trading::TradingMode::kLive)
    return unknown("freeze quantity of " + facts.order.symbol);
  return not_applicable("the instrument data name no freeze quantity");
}

}  // namespace broker::risk
