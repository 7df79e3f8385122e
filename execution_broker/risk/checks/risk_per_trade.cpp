#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_risk_per_trade(const Facts& facts) {
  const auto limit = share_of_purse(facts, Limit::kMaxRiskPerTrade);
  if (!limit || !reference_price(facts.order, facts.quote)) return unknown("price or purse");
  const auto loss = worst_loss(facts);
  if (!loss) return not_applicable("judged once the stop stands on its right side");
  return at_most(loss->value(), limit->value(), DenialCode::kRiskPerTradeAboveLimit);
}

}  // namespace broker::risk
