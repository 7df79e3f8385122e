#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/exposure.h"
#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

// Symbols without a sector count as one sector: unknown is not a way round the limit.
CheckResult check_sector_exposure(const Facts& facts) {
  const auto value = order_value(facts);
  const auto held = larger_exposure(facts, {.sector = facts.instrument.sector});
  const auto limit = share_of_purse(facts, Limit::kMaxSectorExposure);
  if (!value || !held || !limit) return unknown("positions, price or purse");
  return at_most((*held + *value).value(), limit->value(), DenialCode::kSectorExposureAboveLimit,
                 {.subject = facts.instrument.sector.empty() ? "(none)" : facts.instrument.sector});
}

}  // namespace broker::risk
