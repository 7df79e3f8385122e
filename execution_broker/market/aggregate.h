#pragma once

// Coarser bars from finer ones. Buckets are anchored at the session's first instant (09:15 on a
// normal day), and a bucket ends with its session: the last hour bar of a normal day is
// 15:15-15:30.

#include <vector>

#include "trading/bars/bar.h"

namespace broker {

// Start of the bucket of `length` that holds `t`, within a session beginning at `session_begin` <=
// t.
inline trading::Timestamp bucket_of(trading::Timestamp t, trading::Timestamp session_begin,
                                    trading::Duration length) {
  return {session_begin.us + (t.us - session_begin.us) / length.us * length.us};
}

// Number of buckets of `length` in the sessions.
std::size_t count_buckets(const std::vector<trading::SessionHours>& sessions,
                          trading::Duration length);

// End of the bar that starts at `start`: its length, cut at the end of the session that holds it.
trading::Timestamp end_of_bar(trading::Timestamp start, trading::Duration length,
                              const std::vector<trading::SessionHours>& sessions);

// Appends to `out` the bars of `timeframe` made of one day's finer bars (ascending; every one
// inside a session; the timeframe is a multiple of theirs). kOneDay gives one bar, stamped with the
// first instant of the date in IST.
void aggregate_day(const std::vector<trading::Bar>& finer,
                   const std::vector<trading::SessionHours>& sessions, trading::Timeframe timeframe,
                   trading::BarSeries& out);

}  // namespace broker
