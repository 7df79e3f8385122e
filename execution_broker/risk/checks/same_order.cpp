#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_same_order(const Facts& facts) {
  if (is_modification(facts)) return not_applicable("a modification");
  if (!facts.rate) return unknown("today's entries");
  const std::string fingerprint = fingerprint_of(facts.order);
  std::optional<trading::Duration> youngest;
  for (const PastEntry& entry : facts.rate->recent_entries)
    if (entry.fingerprint == fingerprint && (!youngest || entry.age < *youngest))
      youngest = entry.age;
  const trading::Duration interval = facts.limits.duration(Limit::kMinSameOrderInterval);
  if (!youngest || *youngest >= interval) return pass();
  return refuse(DenialCode::kSameOrderAgain,
                {.value = youngest->us / 1'000'000,
                 .limit = facts.limits.value(Limit::kMinSameOrderInterval)});
}

}  // namespace broker::risk
