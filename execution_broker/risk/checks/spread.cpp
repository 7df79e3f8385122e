#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_spread(const Facts& facts) {
  if (!facts.quote) return unknown("quote of " + facts.order.symbol);
  const auto bid = facts.quote->slice.bid();
  const auto ask = facts.quote->slice.ask();
  if (!bid || !ask) return not_applicable("the quote is one-sided");
  if (*ask < *bid) return unknown("spread of " + facts.order.symbol + ": its quote is crossed");
  const std::int64_t spread_bps = trading::mul_div((*ask - *bid).value(), 20'000,
                                                   (*ask + *bid).value(), trading::Rounding::kUp);
  return at_most(spread_bps, facts.limits.value(Limit::kMaxSpread), DenialCode::kSpreadTooWide,
                 {.subject = facts.order.symbol});
}

}  // namespace broker::risk
