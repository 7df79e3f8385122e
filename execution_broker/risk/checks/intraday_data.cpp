#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// Daily bars alone cannot say what a stop would have done within the day.
CheckResult check_intraday_data(const Facts& facts) {
  if (!facts.has_intraday_data)
    return unknown("whether " + facts.order.symbol + " has intraday data");
  if (*facts.has_intraday_data) return pass();
  return refuse(DenialCode::kNoIntradayData, {.subject = facts.order.symbol});
}

}  // namespace broker::risk
