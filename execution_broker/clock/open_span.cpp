// Open spans of trading days.

#include "execution_broker/clock/open_span.h"

#include <algorithm>

#include "trading/base/checked.h"

namespace broker {

using trading::SessionHours;
using trading::Timestamp;

SessionHours open_span_of(const trading::TradingDay& day) {
  SessionHours span{day.open(), std::max(day.close(false), day.close(true))};
  if (day.pre_open) span.begin = std::min(span.begin, day.pre_open->begin);
  if (day.closing_auction) span.end = std::max(span.end, day.closing_auction->end);
  if (day.post_close) span.end = std::max(span.end, day.post_close->end);
  return span;
}

std::optional<SessionHours> open_span_from(const trading::ExchangeCalendar& calendar, Timestamp t) {
  const trading::TradingDate last = calendar.valid_through();
  for (trading::TradingDate date = trading::date_of(t); date <= last; date = date + 1) {
    const trading::DayStatus status = calendar.status(date);
    if (status.kind != trading::DayStatus::Kind::kTrading || !status.day) continue;
    if (status.day->continuous.empty() || status.day->continuous_cas.empty()) continue;
    const SessionHours span = open_span_of(*status.day);
    if (t < span.end) return span;
  }
  return std::nullopt;
}

Timestamp walk_market_time(const trading::ExchangeCalendar& calendar, Timestamp t,
                           trading::Duration elapsed, bool skips_closed) {
  if (elapsed.us <= 0) return t;
  while (skips_closed) {
    const std::optional<SessionHours> span = open_span_from(calendar, t);
    if (!span) break;
    t = std::max(t, span->begin);
    if (elapsed <= span->end - t) return t + elapsed;
    elapsed = elapsed - (span->end - t);
    t = span->end;
  }
  return {trading::checked_add(t.us, elapsed.us)};
}

}  // namespace broker
