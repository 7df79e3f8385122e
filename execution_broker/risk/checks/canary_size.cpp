#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// First live use is one share of a liquid name until every step has been seen once on this account.
CheckResult check_canary_size(const Facts& facts) {
  if (facts.mode.book != trading::TradingMode::kLive) return not_applicable("only in live mode");
  if (facts.is_canary_over) return not_applicable("the canary steps are done");
  if (!facts.canary_quantity) return unknown("state of the canary");
  return at_most(facts.order.quantity.value(), facts.canary_quantity->value(),
                 DenialCode::kCanaryQuantityAboveLimit);
}

}  // namespace broker::risk
