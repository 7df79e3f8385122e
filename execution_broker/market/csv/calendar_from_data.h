#pragma once

// The calendar with what the files prove: a day with bars traded, between its first and its last
// bar. Where NSE's tables know the day and hold all its bars, the tables stay (they also know
// pre-open and post-close); otherwise the data win, with source "calendar: from data". A pause of
// half an hour or more between bars parts two sessions.

#include <map>
#include <utility>
#include <vector>

#include "trading/time/exchange_calendar.h"

namespace broker {

// Collects the evidence of all files.
class CalendarEvidence {
 public:
  void add_bar(trading::Timestamp start, trading::Duration length);
  void add_day(trading::TradingDate date);  // a daily bar: traded, hours unknown
  [[nodiscard]] trading::ExchangeCalendar calendar(const trading::ExchangeCalendar& tables) const;

 private:
  // Spans in which bars followed each other, by date (days since 1970); empty = a daily bar alone.
  std::map<std::int32_t, std::vector<trading::SessionHours>> days_;
};

}  // namespace broker
