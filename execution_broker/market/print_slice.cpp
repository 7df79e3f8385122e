// A print as a market slice.

#include "execution_broker/market/print_slice.h"

#include <algorithm>

#include "trading/fills/modelled_depth.h"

namespace broker {

DayTerms terms_of(const trading::Instrument& instrument, trading::TradingDate date,
                  trading::Price previous_close) {
  return {previous_close, trading::tick_of(instrument, date, previous_close),
          trading::band_of(instrument, date, previous_close)};
}

void DaySoFar::add(trading::Price price, std::int64_t shares) {
  if (open.is_zero()) {
    open = high = low = price;
  } else {
    high = std::max(high, price);
    low = std::min(low, price);
  }
  volume += shares;
}

void DaySoFar::add(const trading::Bar& finished_bar) {
  if (open.is_zero()) {
    open = finished_bar.open;
    high = finished_bar.high;
    low = finished_bar.low;
  } else {
    high = std::max(high, finished_bar.high);
    low = std::min(low, finished_bar.low);
  }
  volume += finished_bar.volume;
}

trading::MarketSlice slice_of(const std::string& symbol, const DayTerms& terms, const DaySoFar& day,
                              const trading::Bar& bar, trading::Duration bar_length,
                              const trading::BarPrint& print, trading::SessionPhase phase) {
  trading::MarketSlice slice;
  slice.symbol = symbol;
  slice.ts = print.ts;
  slice.bar_ts = bar.ts;
  slice.last = print.price;
  slice.path_from = print.path_from;
  slice.open = day.open;
  slice.high = day.high;
  slice.low = day.low;
  slice.previous_close = terms.previous_close;
  slice.day_volume = day.volume;
  slice.traded_volume = print.volume;
  slice.band = terms.band;
  slice.bar_low = bar.low;
  slice.bar_high = bar.high;
  slice.phase = phase;
  model_depth(slice, terms.tick, bar.volume, bar_length);
  return slice;
}

}  // namespace broker
