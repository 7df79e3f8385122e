#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// A short that is locked in at the upper circuit cannot be bought back and goes to the auction:
// only stocks with derivatives, which have no fixed band, and only with room above.
CheckResult check_short_sale(const Facts& facts) {
  if (facts.order.side != trading::Side::kSell ||
      facts.order.product != trading::Product::kIntraday)
    return not_applicable("not a short sale");
  if (!facts.instrument.has_derivatives)
    return refuse(DenialCode::kShortNotAllowed, {.subject = facts.order.symbol});
  if (!facts.quote || !facts.quote->slice.last.is_positive() ||
      !facts.quote->slice.band.upper.is_positive())
    return unknown("last price and upper circuit of " + facts.order.symbol);
  const trading::Price last = facts.quote->slice.last;
  const trading::Price room = facts.quote->slice.band.upper - last;
  const std::int64_t room_bps =
      trading::mul_div(room.value(), 10'000, last.value(), trading::Rounding::kFloor);
  return at_least(room_bps, facts.limits.value(Limit::kMinShortCircuitRoom),
                  DenialCode::kShortNearUpperCircuit, {.subject = facts.order.symbol});
}

}  // namespace broker::risk
