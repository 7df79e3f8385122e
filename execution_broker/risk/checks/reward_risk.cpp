#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_reward_risk(const Facts& facts) {
  if (!reference_price(facts.order, facts.quote))
    return unknown("price at which " + facts.order.symbol + " would be entered");
  const auto figures = reward_risk(facts);
  if (!figures) return not_applicable("judged once stop and target stand on their right sides");
  return at_least(figures->ratio_e4, facts.limits.value(Limit::kMinRiskRewardRatio),
                  DenialCode::kRewardRiskBelowMinimum);
}

}  // namespace broker::risk
