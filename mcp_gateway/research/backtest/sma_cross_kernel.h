#pragma once

// The backtest of one strategy at the machine's limit: buy when the fast average of closes rises
// above the slow one, sell when it falls below, all of the cash, no costs. It gives, trade by trade
// and figure by figure, what the general engine gives for ma_crossover with costs=off, all-in, long
// only (tests hold the one against the other). Its terms:
//
//   signal     at the close of bar i: up when fast <= slow at i - 1 and fast > slow at i, down when
//              it is the other way round; both averages need `slow` bars at i - 1 already
//   fill       at the open of bar i + 1; quantity = floor(cash / open); none when that is zero
//   last bar   gives no signal; what is open there is closed at its close
//   equity     cash + quantity x close, after each bar
//
// Integers throughout; averages are compared by cross_masks.h. Scratch memory is a few thousand
// bars, whatever the length of the series.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "mcp_gateway/research/backtest/checked_bars.h"
#include "mcp_gateway/research/backtest/cross_masks.h"
#include "mcp_gateway/research/statistics/equity.h"
#include "trading/base/money.h"
#include "trading/base/result.h"

namespace research {

// No backtest holds more than this, in 1/10,000 rupee: beyond it sums would leave 64 bits.
inline constexpr std::int64_t kMostValueE4 = std::int64_t{1} << 60;

struct CrossTrade {
  std::uint32_t entry_bar = 0;  // filled at its open
  std::uint32_t exit_bar = 0;   // filled at its open, or at its close at the end
  bool is_closed_at_end = false;
  std::int64_t quantity = 0;
};

struct CrossOutcome {
  std::vector<CrossTrade> trades;
  std::int64_t final_e4 = 0;
  std::uint64_t bars_in_position = 0;
  double max_drawdown_pct = 0;  // on equity marked at every close
  std::optional<double> sharpe, sortino;
  DayMarks days;
  std::vector<MonthReturn> months;
};

// Called now and then with the bars done; false = stop, and the call ends with CANCELLED.
using BarProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

// PARAM_OUT_OF_RANGE, CAPITAL_OUT_OF_RANGE, BACKTEST_VALUE_TOO_LARGE, CANCELLED.
trading::Result<CrossOutcome> run_sma_cross(const CheckedBars& bars, SmaPair pair,
                                            trading::Money capital,
                                            const BarProgress& progress = {});

trading::Status check_pair(SmaPair pair);
trading::Status check_capital(trading::Money capital);
trading::Error value_too_large();

}  // namespace research
