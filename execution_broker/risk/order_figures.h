#pragma once

// Figures of one order that several checks and the risk tools share: at which price it counts, what
// it is worth, what it costs, what the stop would lose. Integers throughout; every rounding is on
// the safe side: losses and charges up, rewards and quantities down.

#include <cstdint>
#include <optional>

#include "execution_broker/risk/facts.h"
#include "trading/base/money.h"
#include "trading/orders/order.h"

namespace broker::risk {

// Larger numbers are no market's; within them no product of price and quantity leaves 64 bits.
inline constexpr trading::Quantity kLargestQuantity{100'000'000};
inline constexpr trading::Price kLargestPrice{1'000'000 * trading::kRupeeE4};

// Every number of the order is positive and within those bounds: the arithmetic below may be used.
bool are_numbers_in_bounds(const trading::OrderRequest& order);

// The price an order counts at: its limit (LIMIT, SL), its trigger (SL-M), the aggressive side of
// the quote (MARKET). Empty when that is not known.
std::optional<trading::Price> reference_price(const trading::OrderRequest& order,
                                              const std::optional<trading::Quote>& quote);
std::optional<trading::Accrual> order_value(const Facts& facts);

// LIMIT and MARKET orders that trade on arrival, and stops, which take when they trigger. Empty: no
// two-sided quote.
std::optional<bool> takes_liquidity(const Facts& facts);

// Of this every percentage is taken: the tagged book's equity at the day's open; in live at most
// LIVE_CAPITAL (in rehearsal too, where it is set).
std::optional<trading::Accrual> purse_of(const Facts& facts);
std::optional<trading::Accrual> share_of_purse(const Facts& facts, Limit limit);  // rounded down

// Buy (or short) `quantity` at `entry` and leave at `exit`: all charges of both orders, each line
// the larger of what accrues and what a contract note of these two orders would round it to.
trading::Accrual round_trip_charges(trading::Side side, trading::Product product,
                                    trading::Quantity quantity, trading::Price entry,
                                    trading::Price exit, trading::TradingDate date);

// Lost at `stop` with charges; negative when leaving there would be a gain.
trading::Accrual loss_at(trading::Side side, trading::Product product, trading::Quantity quantity,
                         trading::Price entry, trading::Price stop, trading::TradingDate date);

struct RewardRisk {
  trading::Accrual reward;  // at the target after charges, may be negative
  trading::Accrual risk;    // at the stop with charges
  std::int64_t
      ratio_e4;  // reward / risk rounded down, 1/10,000; negative when the target would lose
};
// Empty when stop or target are missing, on the wrong side, or the reference price is not known.
std::optional<RewardRisk> reward_risk(const Facts& facts);
// Lost at the order's stop with charges. Empty without a stop on its right side or a reference
// price.
std::optional<trading::Accrual> worst_loss(const Facts& facts);

}  // namespace broker::risk
