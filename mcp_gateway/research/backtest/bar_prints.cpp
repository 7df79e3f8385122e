// A print of a bar as a slice of the market.

#include "mcp_gateway/research/backtest/bar_prints.h"

#include "mcp_gateway/research/indicators/columns.h"
#include "trading/fills/modelled_depth.h"

namespace research {

namespace {

using trading::Price;
using trading::Quantity;

constexpr std::int64_t kPlenty = std::int64_t{1} << 50;

}  // namespace

Price grid_of(const trading::Bar& bar) {
  for (const std::int64_t grid : {std::int64_t{500}, std::int64_t{100}})
    if (bar.open.value() % grid == 0 && bar.high.value() % grid == 0 &&
        bar.low.value() % grid == 0 && bar.close.value() % grid == 0)
      return Price(grid);
  return Price(1);
}

void make_slice(const trading::Bar& bar, trading::Duration length, const trading::BarPrint& print,
                Book book, trading::MarketSlice& slice) {
  slice.ts = print.ts;
  slice.bar_ts = bar.ts;
  slice.last = print.price;
  slice.path_from = print.path_from;
  slice.open = bar.open;
  slice.high = bar.high;
  slice.low = bar.low;
  slice.day_volume = bar.volume;
  slice.band = {Price(1), Price(2 * kMostPriceE4)};
  slice.bar_low = bar.low;
  slice.bar_high = bar.high;
  slice.phase = trading::SessionPhase::kContinuous;
  switch (book) {
    case Book::kAnyQuantity:
      slice.traded_volume = 4 * kPlenty;
      slice.bids[0] = slice.asks[0] = {print.price, Quantity(kPlenty)};
      slice.is_depth_modelled = true;
      return;
    case Book::kModelled:
      slice.traded_volume = print.volume;
      trading::model_depth(slice, grid_of(bar), bar.volume, length);
      return;
  }
}

}  // namespace research
