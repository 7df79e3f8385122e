#pragma once

// The market inside one bar, as slices that orders meet one after the other.

#include <cstdint>
#include <vector>

#include "trading/bars/bar.h"
#include "trading/fills/bar_walk.h"

namespace research {

// What is shown around a print.
enum class Book {
  kAnyQuantity,  // at the print's price, whatever is asked
  kModelled,     // the paper exchange's spread and depth
};

// The coarsest of 0.05, 0.01 and 0.0001 that the bar's own prices lie on: adjusted prices have no
// exchange tick, and a later bar must not decide about an earlier one.
trading::Price grid_of(const trading::Bar& bar);

// One print as a slice in continuous trading, without a price band (history has none).
void make_slice(const trading::Bar& bar, trading::Duration length, const trading::BarPrint& print,
                Book book, trading::MarketSlice& slice);

}  // namespace research
