#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_purse(const Facts& facts) {
  const auto purse = purse_of(facts);
  if (!purse) return unknown("equity at the day's open");
  if (purse->is_positive()) return pass();
  return refuse(DenialCode::kPurseEmpty, {.value = purse->value()});
}

}  // namespace broker::risk
