#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_entries_per_day(const Facts& facts) {
  if (is_modification(facts)) return not_applicable("a modification");
  if (!facts.rate) return unknown("today's entries");
  return below(facts.rate->entries_today,
               facts.limits.value(Limit::kMaxEntriesPerDay), DenialCode::kEntriesPerDayAtLimit);
}

}  // namespace broker::risk
