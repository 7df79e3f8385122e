#pragma once

// One instrument's days, made top-down: first the chain of closes, then each day's open, high, low
// and volume. Minutes are made later, inside these bounds (day_path.h), so a daily history costs no
// minutes.
//
//   return   beta x market + sector + own; own volatility clusters; capped inside the price band
//   level    walks from the known price on the last day before 23 November 2026, backwards and
//            forwards, through the planned splits and dividends (raw prices drop, adjusted
//            history is continuous)
//   open     gaps overnight with fat tails
//   lock     on a planned day the price meets its circuit

#include <cstdint>
#include <vector>

#include "execution_broker/market/adjustment.h"
#include "execution_broker/market/known_instruments.h"
#include "execution_broker/market/print_slice.h"
#include "execution_broker/market/simulated/day_plan.h"
#include "execution_broker/market/simulated/factors.h"

namespace broker::simulated {

enum class Lock : std::uint8_t { kNone, kUpper, kUpperToClose, kLower, kLowerToClose };

// Prices in 1/10,000 rupee; all but the base on the day's tick. 40 bytes: all days of all names
// stay in memory.
struct SimulatedDay {
  std::int32_t base = 0;  // previous raw close, divided by a split effective this day
  std::int32_t open = 0, high = 0, low = 0, close = 0;
  std::int32_t tick = 0;
  std::int64_t volume = 0;
  Lock lock = Lock::kNone;
};

struct DailyChain {
  std::vector<SimulatedDay> days;        // one for each of TradingDays
  std::vector<CorporateAction> actions;  // by ex_date
  std::vector<AdjustmentStep> steps;     // the same, as factors
};

struct ChainInputs {
  std::uint64_t seed = 0;
  const KnownInstrument& known;
  const trading::Instrument& instrument;
  const TradingDays& days;
  const Factors& factors;
  const DayPlan& plan;
};

DailyChain make_daily_chain(const ChainInputs& in);

// Stable number of a symbol for keys of draws.
std::uint64_t number_of(std::string_view symbol);

}  // namespace broker::simulated
