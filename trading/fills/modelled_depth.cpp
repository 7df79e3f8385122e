// The modelled book.

#include "trading/fills/modelled_depth.h"

#include <algorithm>

#include "trading/base/checked.h"

namespace trading {

namespace {

constexpr std::int64_t kSpreadBps = 3;
constexpr std::int64_t kStepBps = 1;
constexpr std::int64_t kTouchShare = 8;  // an eighth of a minute's volume stands at the touch

// A whole number of ticks nearest to `bps` of the price, at least one.
std::int64_t ticks_of(Price price, std::int64_t bps, Price tick) {
  const std::int64_t wanted = price.value() * bps / 10'000;
  return std::max<std::int64_t>(1, (wanted + tick.value() / 2) / tick.value());
}

// Spreads the bits of the print over 64, so that neighbouring prints show different books.
std::uint64_t scramble(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ULL;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93ULL;
  return x ^ (x >> 32);
}

// Quantity of one level: the share at the touch, times 50 to 175 percent, growing away from the
// touch.
Quantity quantity_of(std::int64_t minute_volume, std::uint64_t bits, std::size_t level) {
  const std::int64_t touch = std::max<std::int64_t>(1, minute_volume / kTouchShare);
  const std::int64_t eighths =
      4 + static_cast<std::int64_t>((bits >> (level * 6)) & 7U) + static_cast<std::int64_t>(level);
  return Quantity(std::max<std::int64_t>(1, touch * eighths / 8));
}

}  // namespace

void model_depth(MarketSlice& slice, Price tick, std::int64_t bar_volume,
                 Duration bar_length) {
  slice.is_depth_modelled = true;
  slice.bids = {};
  slice.asks = {};
  if (bar_volume <= 0 || !tick.is_positive()) return;

  const Price lowest = std::max(slice.bar_low, slice.band.lower);
  const Price highest = std::min(slice.bar_high, slice.band.upper);
  const bool is_flat = slice.bar_low == slice.bar_high;
  const bool nothing_offered = is_flat && slice.last >= slice.band.upper;
  const bool nothing_bid = is_flat && slice.last <= slice.band.lower;

  const std::int64_t spread = ticks_of(slice.last, kSpreadBps, tick);
  const std::int64_t step = ticks_of(slice.last, kStepBps, tick) * tick.value();
  const Price below = slice.last.floor_to(tick);
  const Price above = slice.last.ceil_to(tick);
  // The touch: half the spread to each side, pulled back to the bar's edge where it would leave the
  // bar.
  Price bid = std::max(Price(below.value() - spread / 2 * tick.value()), lowest.ceil_to(tick));
  Price ask =
      std::min(Price(above.value() + (spread - spread / 2) * tick.value()), highest.floor_to(tick));
  bid = std::min(bid, ask);  // a bar between two ticks has no room for both sides: they meet

  const std::int64_t minute_volume =
      mul_div(bar_volume, minutes(1).us, bar_length.us, Rounding::kDown);
  const std::uint64_t bits = scramble(static_cast<std::uint64_t>(slice.ts.us) ^
                                      (static_cast<std::uint64_t>(bar_volume) << 20));
  for (std::size_t i = 0; i < kDepthLevels; ++i) {
    const std::int64_t away = static_cast<std::int64_t>(i) * step;
    const Price bid_price(bid.value() - away);
    const Price ask_price(ask.value() + away);
    if (!nothing_bid && bid_price >= lowest && bid_price <= highest)
      slice.bids[i] = DepthLevel{bid_price, quantity_of(minute_volume, bits, i)};
    if (!nothing_offered && ask_price >= lowest && ask_price <= highest)
      slice.asks[i] = DepthLevel{ask_price, quantity_of(minute_volume, bits >> 32, i)};
  }
}

}  // namespace trading
