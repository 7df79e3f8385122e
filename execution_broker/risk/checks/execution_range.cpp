#include "execution_broker/risk/checks/checks.h"

#include <utility>

namespace broker::risk {

// A price far from the last trade in either direction is a slip or an order the exchange would not
// execute.
CheckResult check_execution_range(const Facts& facts) {
  if (!facts.quote || !facts.quote->slice.last.is_positive())
    return unknown("last price of " + facts.order.symbol);
  CheckResult furthest = not_applicable("the order names no price");
  for (const auto& [field, price] : prices_of(facts.order)) {
    if (field == "stop_loss" || field == "target") continue;
    CheckResult here = at_most(
        distance_bps(price, facts.quote->slice.last), facts.limits.value(Limit::kMaxExecutionRange),
        DenialCode::kPriceOutsideExecutionRange, {.subject = std::string(field)});
    if (here.values.value > furthest.values.value) furthest = std::move(here);
  }
  return furthest;
}

}  // namespace broker::risk
