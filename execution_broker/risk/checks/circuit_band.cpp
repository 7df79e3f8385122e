#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// The exchange would refuse such a price itself, so this holds for exits and protection too. The
// stop of an intraday entry has to stand today; that of a delivery entry may lie outside today's
// band.
CheckResult check_circuit_band(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (!facts.quote || !facts.quote->slice.band.upper.is_positive())
    return unknown("price band of " + order.symbol);
  const trading::PriceBand& band = facts.quote->slice.band;
  for (const auto& [field, price] : prices_of(order)) {
    if (field == "target" ||
        (field == "stop_loss" && (facts.cls != trading::OrderClass::kEntry ||
                                  order.product != trading::Product::kIntraday)))
      continue;
    if (price >= band.lower && price <= band.upper) continue;
    return refuse(DenialCode::kPriceOutsideBand,
                  {.value = price.value(),
                   .limit = price < band.lower ? band.lower.value() : band.upper.value(),
                   .subject = std::string(field)});
  }
  return pass();
}

}  // namespace broker::risk
