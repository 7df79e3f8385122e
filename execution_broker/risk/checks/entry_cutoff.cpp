#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/session_times.h"

namespace broker::risk {

// Entries end before the own square-off begins, also when somebody tightened only the latter.
CheckResult check_entry_cutoff(const Facts& facts) {
  if (facts.order.product != trading::Product::kIntraday)
    return not_applicable("delivery has no square-off");
  if (!facts.day.day) return not_applicable("no trading day");
  const std::int64_t cutoff = entry_cutoff_minutes(facts.limits, facts.has_closing_auction);
  const trading::Timestamp close = facts.day.day->close(facts.has_closing_auction);
  if (facts.market_now >= close) return not_applicable("continuous trading is over");
  const trading::Duration left = close - facts.market_now;
  const std::int64_t left_minutes = left.us / 60'000'000;
  return at_least(left_minutes, cutoff, DenialCode::kIntradayEntryTooLate);
}

}  // namespace broker::risk
