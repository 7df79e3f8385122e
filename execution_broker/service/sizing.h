#pragma once

// Sizes, stops and targets from a person's own assumptions: exact integers, rounded so that the
// risk is never larger than asked for. Pure. (What the checklist compares is in risk/; these answer
// the calculate_* tools alone.)

#include <string>

#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"

namespace broker {

struct PositionSize {
  trading::Quantity quantity;  // rounded down; 0 = the budget does not carry one share
  trading::Price risk_per_share;
  trading::Accrual risk_budget;     // share of the capital, rounded down
  trading::Accrual risk_amount;     // quantity x risk per share
  trading::Accrual position_value;  // quantity x entry
  std::string capped_by;  // "capital" when the shares would cost more than there is; else empty
};
// capital, bps, prices > 0; entry != stop.
PositionSize position_size(trading::Accrual capital, trading::Bps risk, trading::Price entry,
                           trading::Price stop);

struct StopLoss {
  trading::Price price;     // on the tick, rounded away from the reference: the stop is not tighter
                            // than asked for
  trading::Price distance;  // of that price
};
// INVALID_ARGUMENT when the distance reaches zero or below.
trading::Result<StopLoss> stop_loss(trading::Side side, trading::Price reference,
                                    trading::Price atr, std::int64_t multiplier_e2,
                                    trading::Price tick);

struct TargetPrice {
  trading::Price price;
  trading::Price risk_per_share;
  trading::Price reward_per_share;           // rounded up: the ratio is at least what was asked for
  trading::Side side = trading::Side::kBuy;  // of the entry: a stop below it means BUY
};
// INVALID_ARGUMENT when the target of a sale would be zero or below.
trading::Result<TargetPrice> target_price(trading::Price entry, trading::Price stop,
                                          std::int64_t ratio_e2);

}  // namespace broker
