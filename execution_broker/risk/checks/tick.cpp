#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_tick(const Facts& facts) {
  if (!facts.tick || !facts.tick->is_positive()) return unknown("tick of " + facts.order.symbol);
  for (const auto& [field, price] : prices_of(facts.order)) {
    if (price.is_on_tick(*facts.tick)) continue;
    return refuse(DenialCode::kPriceNotOnTick,
                  {.value = price.value(),
                   .limit = facts.tick->value(),
                   .subject = std::string(field),
                   .detail = text_of(Unit::kPrice, price.floor_to(*facts.tick).value()) + " or " +
                             text_of(Unit::kPrice, price.ceil_to(*facts.tick).value())});
  }
  return pass();
}

}  // namespace broker::risk
