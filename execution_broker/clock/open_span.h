#pragma once

// The part of a trading day in which virtual time walks when SIM_SKIP_CLOSED is on: from the
// pre-open (09:00) to the day's last phase (16:00, the end of the post-close session). Everything
// else is a closed span.

#include <optional>

#include "trading/time/exchange_calendar.h"

namespace broker {

trading::SessionHours open_span_of(const trading::TradingDay& day);

// The span that holds `t`, else the next one; empty when the calendar ends first. Days that the
// calendar does not know are closed: unknown does not trade.
std::optional<trading::SessionHours> open_span_from(const trading::ExchangeCalendar& calendar,
                                                    trading::Timestamp t);

// `t` after `elapsed` of walking: with closed spans skipped, only time inside open spans counts,
// and a `t` inside a closed span first jumps to the next pre-open. Past the end of the calendar
// time runs on without skipping.
trading::Timestamp walk_market_time(const trading::ExchangeCalendar& calendar, trading::Timestamp t,
                                    trading::Duration elapsed, bool skips_closed);

}  // namespace broker
