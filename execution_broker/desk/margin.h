#pragma once

// What the paper account blocks for a position or an order. Delivery is paid in full; an intraday position blocks a
// fifth of its value, as brokers ask for stocks since SEBI's peak-margin rules (VaR + ELM, at least 20 % of the trade
// value: SEBI circular of 20 July 2020 on upfront margins). The live account's margin is the exchange member's word.

#include "trading/base/money.h"
#include "trading/orders/order.h"

namespace broker {

inline constexpr trading::Bps kIntradayMargin{2'000};
inline constexpr trading::Bps kDeliveryMargin{10'000};

inline trading::Bps margin_rate(trading::Product product) {
  return product == trading::Product::kIntraday ? kIntradayMargin : kDeliveryMargin;
}

inline trading::Accrual margin_of(trading::Product product, trading::Accrual value) {
  return part_of(abs(value), margin_rate(product), trading::Rounding::kUp);
}

}  // namespace broker
