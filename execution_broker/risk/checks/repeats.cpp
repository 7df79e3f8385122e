#include "execution_broker/risk/checks/checks.h"

#include <algorithm>

namespace broker::risk {

CheckResult check_repeats(const Facts& facts) {
  if (is_modification(facts)) return not_applicable("a modification");
  if (!facts.rate) return unknown("today's entries");
  const trading::Duration window = facts.limits.duration(Limit::kRepeatWindow);
  const auto& entries = facts.rate->recent_entries;
  const auto repeats = std::count_if(entries.begin(), entries.end(), [&](const PastEntry& entry) {
    return entry.symbol == facts.order.symbol && entry.side == facts.order.side &&
           entry.age < window;
  });
  return below(repeats, facts.limits.value(Limit::kMaxRepeatsInDirection),
               DenialCode::kRepeatedInOneDirection, {.subject = facts.order.symbol});
}

}  // namespace broker::risk
