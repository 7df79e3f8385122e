#pragma once

// The arithmetic behind the risk tools. Integers; every rounding is on the safe side: quantities
// down, losses up, targets away from the entry, so that no figure promises more than the market has
// to give.

#include <cstdint>
#include <vector>

#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace broker::risk {

struct PositionSizeQuestion {
  trading::Accrual capital;
  trading::Bps risk;  // share of the capital that the stop may cost
  trading::Price entry;
  trading::Price stop;  // below the entry for a BUY, above it for a SELL
  std::int64_t lot_size = 1;
  trading::Product product = trading::Product::kIntraday;  // for the charges
  trading::TradingDate date;
};
struct PositionSize {
  trading::Side side = trading::Side::kBuy;  // as the stop says
  trading::Accrual risk_amount;              // rounded down
  trading::Price risk_per_share;
  trading::Quantity quantity;               // by the stop alone
  trading::Quantity quantity_with_charges;  // the loss with all charges stays within risk_amount
  trading::Quantity affordable_quantity;    // what the capital pays in full
  trading::Accrual position_value;          // of `quantity`
  trading::Accrual loss_at_stop;            // of `quantity`, with charges
};
// RISK_ARGUMENT_INVALID names the field that is not positive, out of bounds, or equal to the entry.
trading::Result<PositionSize> position_size(const PositionSizeQuestion& question);

// Entry and stop say the side. On the tick, away from the entry: the reward is at least the ratio
// (1/10,000).
trading::Result<trading::Price> target_price(trading::Price entry, trading::Price stop,
                                             std::int64_t ratio_e4, trading::Price tick);
// Entry less (BUY) or plus (SELL) multiplier (1/10,000) times the average true range, on the tick,
// away from the entry.
trading::Result<trading::Price> stop_from_atr(trading::Price entry, trading::Side side,
                                              trading::Price atr, std::int64_t multiplier_e4,
                                              trading::Price tick);

// The first price on the tick at which leaving covers every charge of both orders.
trading::Result<trading::Price> break_even_price(trading::Side side, trading::Product product,
                                                 trading::Quantity quantity, trading::Price entry,
                                                 trading::Price tick, trading::TradingDate date);

// What a jump over the stop costs, with charges: the stop cannot fill where nobody trades.
struct GapLoss {
  trading::Bps gap;      // against the position
  trading::Price price;  // entry moved by the gap
  trading::Accrual loss;
};
std::vector<GapLoss> gap_losses(trading::Side side, trading::Product product,
                                trading::Quantity quantity, trading::Price entry,
                                const std::vector<trading::Bps>& gaps, trading::TradingDate date);

}  // namespace broker::risk
