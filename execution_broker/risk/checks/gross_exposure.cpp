#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/exposure.h"
#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_gross_exposure(const Facts& facts) {
  const auto value = order_value(facts);
  const auto held = larger_exposure(facts, {});
  const auto limit = share_of_purse(facts, Limit::kMaxGrossExposure);
  if (!value || !held || !limit) return unknown("positions, price or purse");
  return at_most((*held + *value).value(), limit->value(), DenialCode::kGrossExposureAboveLimit);
}

}  // namespace broker::risk
