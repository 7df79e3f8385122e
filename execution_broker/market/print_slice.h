#pragma once

// From a print of a bar to the slice of the market that fills may use. Shared by all sources of
// recorded or made bars.

#include <cstdint>

#include "trading/bars/bar.h"
#include "trading/fills/bar_walk.h"
#include "trading/instruments/instrument.h"

namespace broker {

// What holds for a whole day in one instrument.
struct DayTerms {
  trading::Price
      previous_close;  // base price: the last raw close, divided by a split that is effective today
  trading::Price tick;  // of the date, tier chosen by previous_close
  trading::PriceBand band;
};
DayTerms terms_of(const trading::Instrument& instrument, trading::TradingDate date,
                  trading::Price previous_close);

// The day up to the prints of the current bar. `open` is zero before the first print.
struct DaySoFar {
  trading::Price open, high, low;
  std::int64_t volume = 0;

  void add(trading::Price price, std::int64_t shares);
  void add(const trading::Bar& finished_bar);
};

// `day` already includes `print`.
trading::MarketSlice slice_of(const std::string& symbol, const DayTerms& terms, const DaySoFar& day,
                              const trading::Bar& bar, trading::Duration bar_length,
                              const trading::BarPrint& print, trading::SessionPhase phase);

}  // namespace broker
