// Fills of one order against one slice: collect what it may take and at what price, best first, and
// take it.

#include "trading/fills/fill_model.h"

#include <algorithm>
#include <numeric>

#include "trading/base/invariant.h"

namespace trading {

namespace {

struct Bounds {
  Price lower;
  Price upper;
  [[nodiscard]] bool contains(Price price) const { return price >= lower && price <= upper; }
};

Bounds bounds_of(const MarketSlice& slice) {
  if (!slice.band.is_known()) return {slice.bar_low, slice.bar_high};
  return {std::max(slice.bar_low, slice.band.lower), std::min(slice.bar_high, slice.band.upper)};
}

bool is_stop(OrderType type) {
  return type == OrderType::kStopLimit || type == OrderType::kStopMarket;
}
bool has_limit(OrderType type) {
  return type == OrderType::kLimit || type == OrderType::kStopLimit;
}

// For whoever buys (sells), is `a` at least as cheap (dear) as `b`?
bool is_as_good(Side side, Price a, Price b) {
  return side == Side::kBuy ? a <= b : a >= b;
}

// A stop goes off when the market comes to its trigger from the other side: up for a buy, down for
// a sell.
bool has_reached(Side side, Price last, Price trigger) {
  return is_as_good(opposite(side), last, trigger);
}

bool is_locked_against(Side side, const MarketSlice& slice) {
  return side == Side::kBuy ? slice.is_locked_upper() : slice.is_locked_lower();
}

// Half the spread around the print, rounded up and on tick. The slice does not name its tick, but
// every price in it is a multiple of it, so their common divisor is too; where that is coarser than
// the spread, the whole spread is taken.
Price half_spread(const MarketSlice& slice, Price trigger) {
  const std::optional<Price> bid = slice.bid();
  const std::optional<Price> ask = slice.ask();
  if (!bid && !ask) return Price();
  if (!bid) return std::max(Price(), *ask - slice.last);
  if (!ask) return std::max(Price(), slice.last - *bid);
  const Price spread = *ask - *bid;
  if (!spread.is_positive()) return Price();
  std::int64_t step = std::gcd(trigger.value(), slice.last.value());
  step = std::gcd(step, std::gcd(bid->value(), ask->value()));
  const Price half(divide(spread.value(), 2, Rounding::kUp));
  return std::min(half.ceil_to(Price(step)), spread);
}

// Where a stop fills that was crossed between two prints of one bar.
Price price_on_path(const RestingOrder& order, const MarketSlice& slice) {
  const Price half = half_spread(slice, *order.trigger_price);
  const Price wanted =
      order.side == Side::kBuy ? *order.trigger_price + half : *order.trigger_price - half;
  const Bounds bounds = bounds_of(slice);
  return std::clamp(wanted, bounds.lower, bounds.upper);
}

// What a resting limit pays: its own price, or the dearest print since the last slice where the
// market jumped over it.
Price price_of_resting(const RestingOrder& order, const MarketSlice& slice) {
  const Price from = slice.path_from.value_or(slice.last);
  if (order.side == Side::kBuy) return std::min(*order.limit_price, std::max(from, slice.last));
  return std::max(*order.limit_price, std::min(from, slice.last));
}

// Something the order may take: shares at one price, from the slice's depth or from its traded
// volume.
struct Source {
  Price price;
  Quantity* available;
};

std::vector<Source> sources_of(const RestingOrder& order, bool is_just_triggered,
                               const MarketSlice& slice, Liquidity& liquidity) {
  std::vector<Source> sources;
  const bool was_crossed_on_path = is_just_triggered && !order.is_fresh &&
                                   slice.path_from.has_value() &&
                                   !has_reached(order.side, *slice.path_from, *order.trigger_price);
  const bool rests_as_limit = has_limit(order.type) && !order.is_fresh && !is_just_triggered;
  if (was_crossed_on_path) sources.push_back({price_on_path(order, slice), &liquidity.volume_left});
  if (rests_as_limit) {
    if (is_as_good(order.side, slice.last, *order.limit_price))
      sources.push_back({price_of_resting(order, slice), &liquidity.volume_left});
  } else {
    for (DepthLevel& level : order.side == Side::kBuy ? liquidity.asks : liquidity.bids)
      sources.push_back({level.price, &level.quantity});
  }
  const Bounds bounds = bounds_of(slice);
  const auto is_out_of_reach = [&](const Source& source) {
    return !source.available->is_positive() || !bounds.contains(source.price) ||
           (has_limit(order.type) && !is_as_good(order.side, source.price, *order.limit_price));
  };
  sources.erase(std::remove_if(sources.begin(), sources.end(), is_out_of_reach), sources.end());
  std::stable_sort(sources.begin(), sources.end(), [&](const Source& a, const Source& b) {
    return a.price != b.price && is_as_good(order.side, a.price, b.price);
  });
  return sources;
}

void keep_within_bounds(std::array<DepthLevel, kDepthLevels>& levels, const Bounds& bounds,
                        bool is_modelled) {
  for (DepthLevel& level : levels) {
    const bool is_usable = level.quantity.is_positive() && bounds.lower <= bounds.upper;
    if (!is_usable || (!is_modelled && !bounds.contains(level.price)))
      level = DepthLevel{};
    else
      level.price = std::clamp(level.price, bounds.lower, bounds.upper);
  }
}

}  // namespace

Liquidity liquidity_of(const MarketSlice& slice) {
  Liquidity liquidity{slice.bids, slice.asks, Quantity()};
  const Bounds bounds = bounds_of(slice);
  keep_within_bounds(liquidity.bids, bounds, slice.is_depth_modelled);
  keep_within_bounds(liquidity.asks, bounds, slice.is_depth_modelled);
  if (slice.traded_volume > 0)
    liquidity.volume_left =
        Quantity(mul_div(slice.traded_volume, kVolumeShare.value(), 10'000, Rounding::kDown));
  return liquidity;
}

FillOutcome match(const RestingOrder& order, const MarketSlice& slice, Liquidity& liquidity) {
  INVARIANT(!has_limit(order.type) || order.limit_price, "a limit order without a limit price");
  INVARIANT(!is_stop(order.type) || order.trigger_price, "a stop without a trigger price");
  FillOutcome outcome;
  outcome.is_triggered = order.is_triggered;
  if (slice.phase != SessionPhase::kContinuous || !order.open_quantity.is_positive())
    return outcome;

  const bool waits_for_trigger = is_stop(order.type) && !order.is_triggered;
  if (waits_for_trigger) {
    if (!has_reached(order.side, slice.last, *order.trigger_price)) return outcome;
    outcome.is_triggered = true;
  }
  if (is_locked_against(order.side, slice)) return outcome;

  Quantity wanted = order.open_quantity;
  for (const Source& source : sources_of(order, waits_for_trigger, slice, liquidity)) {
    if (wanted.is_zero()) break;
    const Quantity taken = std::min(wanted, *source.available);
    *source.available -= taken;
    wanted -= taken;
    outcome.executions.push_back({taken, source.price});
  }
  return outcome;
}

}  // namespace trading
