#pragma once

// Bars that were looked at once and are fit to compute with: what a CheckedBars holds needs no
// further test. Everything in research/backtest takes bars in this form.
//
// Refused, with the bar and its time: columns of unequal length, no bars at all, times that do not
// ascend or stand twice, a price of zero or less or above one crore rupees, a high below the low,
// an open or close outside the bar, a negative or impossible volume.
//
// A jump of the open from the day before's close by a ratio of small whole numbers (1:2, 1:5, 2:3,
// ...) is what an unadjusted split or bonus issue looks like. It is refused, for a backtest over it
// invents a loss, unless the caller knows an action of that day or says that it is real. Other
// overnight jumps of more than a fifth are named and kept.

#include <cstdint>
#include <string>
#include <vector>

#include "mcp_gateway/research/indicators/columns.h"
#include "trading/bars/bar.h"
#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace research {

inline constexpr std::size_t kMostBacktestBars = 4'000'000;

struct BarRules {
  std::vector<trading::TradingDate> known_actions;  // ex-dates whose jumps are explained
  bool allows_jumps = false;                        // split-like jumps are named, not refused
};

// An overnight jump that no known action explains.
struct Jump {
  std::size_t bar = 0;  // the first one after it
  trading::TradingDate date;
  trading::Price before;  // the last close
  trading::Price after;   // the open
  std::string looks_like;  // "5:1 split", "" = no small ratio
};

class CheckedBars {
 public:
  // BARS_INVALID, BARS_EMPTY, BARS_TOO_MANY, UNADJUSTED_JUMP.
  static trading::Result<CheckedBars> check(trading::BarSeries bars, const BarRules& rules = {});

  [[nodiscard]] const trading::BarSeries& series() const { return bars_; }
  [[nodiscard]] std::size_t size() const { return bars_.size(); }
  [[nodiscard]] trading::Timeframe timeframe() const { return bars_.timeframe; }
  [[nodiscard]] bool is_intraday() const {
    return bars_.timeframe != trading::Timeframe::kOneDay;
  }
  [[nodiscard]] std::int64_t highest_e4() const { return highest_e4_; }
  [[nodiscard]] const std::vector<Jump>& jumps() const { return jumps_; }
  // Index of the last bar of each day, ascending; the last one is size() - 1.
  [[nodiscard]] const std::vector<std::uint32_t>& day_ends() const { return day_ends_; }

 private:
  CheckedBars() = default;

  trading::BarSeries bars_;
  std::int64_t highest_e4_ = 0;
  std::vector<Jump> jumps_;
  std::vector<std::uint32_t> day_ends_;
};

}  // namespace research
