#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_turnover(const Facts& facts) {
  const auto value = order_value(facts);
  const auto limit = share_of_purse(facts, Limit::kMaxDailyTurnover);
  if (!value || !limit || !facts.tagged.turnover_today) return unknown("turnover, price or purse");
  return at_most((*facts.tagged.turnover_today + *value).value(), limit->value(),
                 DenialCode::kDailyTurnoverAboveLimit);
}

}  // namespace broker::risk
