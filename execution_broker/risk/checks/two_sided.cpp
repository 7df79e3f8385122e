#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_two_sided(const Facts& facts) {
  if (!facts.quote) return unknown("quote of " + facts.order.symbol);
  const bool has_bid = facts.quote->slice.bid().has_value();
  const bool has_ask = facts.quote->slice.ask().has_value();
  if (has_bid && has_ask) return pass();
  return refuse(DenialCode::kQuoteOneSided,
                {.subject = facts.order.symbol,
                 .detail = has_bid ? "ask" : (has_ask ? "bid" : "bid and no ask")});
}

}  // namespace broker::risk
