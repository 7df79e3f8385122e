#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_modifications(const Facts& facts) {
  if (!is_modification(facts)) return not_applicable("a new order");
  if (!facts.rate) return unknown("earlier modifications");
  return below(facts.rate->modifications_of_this_entry,
               facts.limits.value(Limit::kMaxModificationsPerEntry),
               DenialCode::kModificationsAtLimit);
}

}  // namespace broker::risk
