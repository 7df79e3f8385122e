#pragma once

// How much of an order trades against one market slice, and at what price. Shared by the paper
// exchange and the backtester, so that both live in the same physics. Pure: order and slice in,
// executions out.
//
//   MARKET   takes the opposite side of the depth, level by level
//   LIMIT    takes what stands at its price or better; resting, it fills when the market trades
//            through its price, or at its price up to a share of the volume that traded there
//   SL       becomes a LIMIT when the last price reaches the trigger; SL-M becomes MARKET
//   path     between two prints of one bar the market moved without a jump: a stop crossed on the
//            way fills at its trigger less half the spread (what the volume share does not give,
//            the book at the print does), a resting limit at its own price
//   gap      a stop that the market jumped over (no path) fills at the market after the gap, never
//            at its trigger; a resting limit fills at the print
//   circuit  at a locked limit nothing is offered (or bid): nothing fills on that side, also not on
//            the way there; the other side finds its takers
//   share    a slice gives resting orders at most kVolumeShare of its traded volume, fresh ones the
//            depth it shows
//   bounds   no execution lies outside the slice's bar or band: modelled depth is clamped into
//            them, published depth outside them is not taken; modelled prices are on the tick of
//            the slice's own prices

#include <array>
#include <optional>
#include <vector>

#include "trading/bars/bar.h"
#include "trading/orders/order.h"

namespace trading {

inline constexpr Bps kVolumeShare{2'500};  // a quarter of a slice's traded volume at most

struct RestingOrder {
  Side side = Side::kBuy;
  OrderType type = OrderType::kMarket;
  Quantity open_quantity;  // still to fill
  std::optional<Price> limit_price;
  std::optional<Price> trigger_price;
  bool is_triggered = false;  // SL and SL-M: the trigger was reached
  bool is_fresh = true;       // arrives at this slice and takes depth; else it was resting before
};

// What a slice still has to give: each execution takes from it, so that two orders never share the
// same shares.
struct Liquidity {
  std::array<DepthLevel, kDepthLevels> bids{};
  std::array<DepthLevel, kDepthLevels> asks{};
  Quantity volume_left;  // what resting orders may still get of the slice's traded volume
};
Liquidity liquidity_of(const MarketSlice& slice);

struct Execution {
  Quantity quantity;
  Price price;
};

struct FillOutcome {
  bool is_triggered = false;          // the order's trigger state after the slice
  std::vector<Execution> executions;  // best price first; empty when nothing traded
};

// Takes what it fills from `liquidity`, which liquidity_of() made of this slice; orders come in
// their priority. A type that needs a limit or a trigger price and has none aborts. The trigger
// price and the limit of the order are on the tick; the phase of the slice must be continuous,
// otherwise nothing happens.
FillOutcome match(const RestingOrder& order, const MarketSlice& slice, Liquidity& liquidity);

}  // namespace trading
