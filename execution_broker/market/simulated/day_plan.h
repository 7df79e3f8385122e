#pragma once

// Which name has what on which day: the corporate actions and the circuit locks of the simulated
// years, all chosen by the seed. Four dividends a month, one split a quarter, and one name a day
// that meets its circuit.

#include <cstdint>
#include <vector>

#include "execution_broker/market/simulated/trading_days.h"

namespace broker::simulated {

struct PlannedAction {
  std::size_t day = 0;            // index into TradingDays
  std::int64_t split = 1;         // new shares for one old
  std::int64_t dividend_ppm = 0;  // of the price before
};

struct PlannedLock {
  std::size_t day = 0;
  bool is_upper = true;
  bool holds_to_close = false;  // otherwise the lock opens again within the day
};

// Of one instrument, ascending by day.
struct DayPlan {
  std::vector<PlannedAction> actions;  // at most one a day
  std::vector<PlannedLock> locks;      // at most one a day
};

// One plan an instrument.
std::vector<DayPlan> make_plans(std::uint64_t seed, const TradingDays& days,
                                std::size_t instruments);

}  // namespace broker::simulated
