#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/loss_state.h"

namespace broker::risk {

CheckResult check_daily_loss_halt(const Facts& facts) {
  return by_loss(worst_loss_of_day(facts), DenialCode::kDailyLossHaltReached, Limit::kHaltDailyLoss,
                 facts);
}

}  // namespace broker::risk
