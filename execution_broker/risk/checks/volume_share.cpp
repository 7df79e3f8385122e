#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_volume_share(const Facts& facts) {
  if (!facts.average_daily_volume || *facts.average_daily_volume <= 0)
    return unknown("average daily volume of " + facts.order.symbol);
  const std::int64_t allowed =
      trading::mul_div(*facts.average_daily_volume, facts.limits.value(Limit::kMaxVolumeShare),
                       10'000, trading::Rounding::kFloor);
  return at_most(facts.order.quantity.value(), allowed, DenialCode::kVolumeShareAboveLimit);
}

}  // namespace broker::risk
