#pragma once

// The SMA-cross kernel over many pairs of averages on one series. The running sums are made once,
// and a pair costs little more than a look at its crossings: no list of trades is kept. Each pair's
// figures are those of run_sma_cross, to the bit.

#include <cstdint>
#include <optional>
#include <vector>

#include "mcp_gateway/research/backtest/checked_bars.h"
#include "mcp_gateway/research/backtest/cross_masks.h"
#include "mcp_gateway/research/statistics/returns.h"
#include "trading/base/money.h"
#include "trading/base/result.h"

namespace research {

struct PairOutcome {
  SmaPair pair;
  std::int64_t final_e4 = 0;
  std::uint32_t trades = 0;
  std::uint32_t wins = 0;  // sold dearer than bought
  double max_drawdown_pct = 0;
  std::optional<double> sharpe, sortino;
};

class SmaCrossSweep {
 public:
  // `bars` outlives the sweep.
  SmaCrossSweep(const CheckedBars& bars, trading::Money capital);

  // As run_sma_cross. Not for two threads at a time: the scratch is shared.
  trading::Result<PairOutcome> run(SmaPair pair);

 private:
  trading::Result<PairOutcome> run_exactly(SmaPair pair) const;

  const CheckedBars& bars_;
  trading::Money capital_;
  bool is_daily_ = false;         // every bar ends a day
  std::vector<double> sums_;      // sums_[k] = of the first k closes
  std::vector<double> closes_;
  std::vector<double> returns_;   // scratch: of each day; zero between two runs
  std::vector<DayRange> held_;    // scratch: days whose return is not zero
  std::vector<std::uint64_t> above_, below_;
};

}  // namespace research
