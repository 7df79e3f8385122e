#include "execution_broker/risk/checks/checks.h"

#include <algorithm>

namespace broker::risk {

CheckResult check_entries_per_minute(const Facts& facts) {
  if (is_modification(facts)) return not_applicable("a modification");
  if (!facts.rate) return unknown("today's entries");
  const auto& entries = facts.rate->recent_entries;
  const auto recent = std::count_if(entries.begin(), entries.end(), [](const PastEntry& entry) {
    return entry.age < kEntriesMinute;
  });
  return below(recent, facts.limits.value(Limit::kMaxEntriesPerMinute),
               DenialCode::kEntriesPerMinuteAtLimit);
}

}  // namespace broker::risk
