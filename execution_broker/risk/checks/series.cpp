#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// Trade-to-trade stocks (BE, BZ) settle every trade by delivery: an intraday position could not be
// closed.
CheckResult check_series(const Facts& facts) {
  const DenialValues what{.subject = facts.order.symbol,
                          .detail = std::string(name_of(facts.instrument.series))};
  switch (facts.instrument.series) {
    case trading::Series::kEq:
      return pass();
    case trading::Series::kBe:
    case trading::Series::kBz:
      if (facts.order.product == trading::Product::kDelivery) return pass();
      return refuse(DenialCode::kIntradayInTradeToTrade, what);
    case trading::Series::kOther:
      return refuse(DenialCode::kSeriesNotAllowed, what);
  }
  return unknown("series");
}

}  // namespace broker::risk
