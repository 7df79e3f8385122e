#pragma once

// A book where none was published: spread and five levels a side modelled around a print.
// Deterministic: the same print of the same bar always shows the same book.
//
//   spread      about 3 basis points of the price, at least one tick
//   levels      one step (a tick, or 1 basis point where that is more) apart, best first
//   clamped     no level lies outside the bar's [low, high] or the day's band: levels that would
//               are dropped, so a bar that never moved shows one price on both sides
//   quantities  from the bar's volume: about an eighth of a minute's worth at the touch, varied
//   locked      a bar that did not leave the upper limit offers nothing; at the lower nobody bids
//   silent      a bar without volume shows no book: nobody was there

#include <cstdint>
#include <string_view>

#include "trading/bars/bar.h"

namespace trading {

inline constexpr std::string_view kModelledDepthNote =
    "depth and spread are modelled around the print, clamped into the bar and the day's band";

// Fills slice.bids and slice.asks from slice.last, bar_low, bar_high, band, ts and the covering
// bar's volume and length.
void model_depth(MarketSlice& slice, Price tick, std::int64_t bar_volume,
                 Duration bar_length);

}  // namespace trading
