#pragma once

// The general backtest: any strategy, several symbols, one account. Decisions are taken at the
// close of a bar, orders meet the market from the next bar's open on, and every fill is what
// trading/fills says of a slice of that market, as on the paper exchange.
//
//   bar      becomes four prints: open, one extreme, the other, close; a rising bar made its low
//            first (trading/fills/bar_walk.h). Where finer bars cover it, from its low to its high,
//            theirs are the prints
//   book     costs on: spread and depth modelled around each print as on the paper exchange
//            (trading/fills/modelled_depth.h). Costs off: any quantity at the print's price
//   entry    lives for one bar; what it does not get there is given up
//   exit     at the market until it is done. Stop and target lie in wait together; what one takes
//            the other loses
//   doubt    a bar that holds both a position's stop and its target says nothing about which came
//            first: such bars are counted, and the order of the extremes is what PathRule says
//   day      intraday positions are squared off before the close, by the calendar; without bars at
//            that time, at the day's last price
//   end      the last bar of a symbol gives no signal; what is open then is closed at its close
//
// Symbols that trade at the same time do so in the order of the request, on the cash that the ones
// before left.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mcp_gateway/research/backtest/account.h"
#include "mcp_gateway/research/backtest/checked_bars.h"
#include "mcp_gateway/research/backtest/sizing.h"
#include "mcp_gateway/research/backtest/sma_cross_kernel.h"
#include "mcp_gateway/research/statistics/equity.h"
#include "mcp_gateway/research/strategies/strategy.h"

namespace research {

// Which extreme a bar made first when it matters.
enum class PathRule {
  kLikely,  // by the colour of the bar
  kWorst,   // the one that hurts
  kBest,    // the one that helps
};

// Percent of the entry's price, for strategies without a protection of their own (and over it).
struct Protection {
  trading::Bps stop, target, trail;  // zero = none
  [[nodiscard]] bool has_stop() const { return stop.is_positive() || trail.is_positive(); }
};

// Minutes before the end of continuous trading, as the broker's settings have them.
struct SquareOff {
  int minutes = 15;
  int minutes_closing_auction = 10;
  int last_entry_minutes = 20;
  int last_entry_minutes_closing_auction = 15;
};

struct SymbolBars {
  std::string symbol;
  const CheckedBars* bars = nullptr;
  const CheckedBars* finer = nullptr;  // prints inside the bars, where there are some
  bool has_derivatives = false;        // closing auction
};

struct EngineTerms {
  trading::Money capital;
  bool has_costs = true;
  trading::Product product = trading::Product::kDelivery;
  bool allows_short = false;      // intraday only
  bool holds_until_settled = false;  // delivery is not sold before T+1
  Sizing sizing;
  Protection protection;
  SquareOff square_off;
  PathRule path = PathRule::kLikely;
  BarProgress progress;
};

struct EngineOutcome {
  std::vector<Trade> trades;  // in the order of their entries; all closed
  std::int64_t final_e4 = 0;
  DayMarks days;
  double max_drawdown_pct = 0;  // marked at every close
  std::uint64_t bars = 0;       // of all symbols
  std::uint64_t bars_in_position = 0;
  std::uint64_t ambiguous_bars = 0;
  std::uint64_t entries_too_small = 0;   // not one share could be paid
  std::uint64_t entries_unfilled = 0;    // the bar gave nothing
  std::uint64_t entries_after_cutoff = 0;
  std::uint64_t squared_off_late = 0;    // at the day's last price: no bar at the time
  std::uint64_t sold_unsettled = 0;
  trading::ChargeLines charges;
  trading::Accrual charges_rounding;
};

// The request has been checked (run.h); symbols share one timeframe. CANCELLED,
// BACKTEST_VALUE_TOO_LARGE, STRATEGY_VALUE_INVALID.
trading::Result<EngineOutcome> run_engine(const std::vector<SymbolBars>& symbols,
                                          Strategy& strategy, const EngineTerms& terms);

}  // namespace research
