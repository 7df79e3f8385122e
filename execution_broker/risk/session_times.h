#pragma once

// When intraday entries end and the own square-off begins, counted back from the end of the day's
// last continuous session: on an ordinary day 15:00 and 15:05 for stocks with a closing auction
// (continuous trading ends 15:15), 15:10 and 15:15 for the others. On special days the same minutes
// before an earlier end.

#include <cstdint>

#include "execution_broker/risk/limits.h"
#include "trading/time/exchange_calendar.h"
#include "trading/time/timestamp.h"

namespace broker::risk {

std::int64_t square_off_minutes(const EffectiveLimits& limits, bool has_closing_auction);
// Never later than the square-off, also when only that was moved.
std::int64_t entry_cutoff_minutes(const EffectiveLimits& limits, bool has_closing_auction);

trading::Timestamp intraday_entries_end(const trading::TradingDay& day, bool has_closing_auction,
                                        const EffectiveLimits& limits);
trading::Timestamp square_off_begins(const trading::TradingDay& day, bool has_closing_auction,
                                     const EffectiveLimits& limits);

}  // namespace broker::risk
