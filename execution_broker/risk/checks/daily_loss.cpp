#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/loss_state.h"

namespace broker::risk {

CheckResult check_daily_loss(const Facts& facts) {
  return by_loss(worst_loss_of_day(facts), DenialCode::kDailyLossLimitReached, Limit::kMaxDailyLoss,
                 facts);
}

}  // namespace broker::risk
