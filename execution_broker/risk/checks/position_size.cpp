#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/exposure.h"
#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_position_size(const Facts& facts) {
  const auto value = order_value(facts);
  const auto held = larger_exposure(facts, {.symbol = facts.order.symbol});
  const auto limit = share_of_purse(facts, Limit::kMaxPositionSize);
  if (!value || !held || !limit) return unknown("position, price or purse");
  return at_most((*held + *value).value(), limit->value(), DenialCode::kPositionSizeAboveLimit,
                 {.subject = facts.order.symbol});
}

}  // namespace broker::risk
