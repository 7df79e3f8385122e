#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_quote_age(const Facts& facts) {
  if (!facts.quote) return unknown("quote of " + facts.order.symbol);
  if (facts.quote->is_stale)
    return unknown("the market in " + facts.order.symbol + " now: " + facts.quote->note);
  const trading::Duration age = facts.quote->age;
  if (age.us < 0)
    return unknown("age of the quote of " + facts.order.symbol + ": it lies in the future");
  const std::int64_t age_seconds = trading::divide(age.us, 1'000'000, trading::Rounding::kUp);
  return at_most(age_seconds, facts.limits.value(Limit::kMaxQuoteAge), DenialCode::kQuoteStale,
                 {.subject = facts.order.symbol});
}

}  // namespace broker::risk
