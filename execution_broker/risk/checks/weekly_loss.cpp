#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/loss_state.h"

namespace broker::risk {

CheckResult check_weekly_loss(const Facts& facts) {
  return by_loss(worst_loss_of_week(facts), DenialCode::kWeeklyLossLimitReached,
                 Limit::kMaxWeeklyLoss, facts);
}

}  // namespace broker::risk
