// Days known from data.

#include "execution_broker/market/csv/calendar_from_data.h"

#include <algorithm>

namespace broker {

namespace {

using trading::at;
using trading::SessionHours;
using trading::TradingDate;
using trading::TradingDay;

constexpr trading::Duration kPause = trading::minutes(30);

bool holds(const std::vector<SessionHours>& sessions, const SessionHours& span) {
  return std::any_of(sessions.begin(), sessions.end(), [&](const SessionHours& session) {
    return span.begin >= session.begin && span.end <= session.end;
  });
}

bool table_explains(const trading::DayStatus& status, const std::vector<SessionHours>& spans) {
  if (status.kind != trading::DayStatus::Kind::kTrading || !status.day) return false;
  return std::all_of(spans.begin(), spans.end(),
                     [&](const SessionHours& span) { return holds(status.day->continuous, span); });
}

bool is_weekend(TradingDate date) {
  return date.weekday() == 0 || date.weekday() == 6;
}

TradingDay day_from(TradingDate date, const std::vector<SessionHours>& spans) {
  const SessionHours usual = {timestamp_of(date, at(9, 15)), timestamp_of(date, at(15, 30))};
  TradingDay day;
  day.date = date;
  day.source = "calendar: from data";
  // A thinly traded stock has no bar in some minutes: hours inside the usual ones, with trades
  // early and late, are usual.
  const bool is_usual =
      spans.empty() || (spans.size() == 1 && spans[0].begin >= usual.begin &&
                        spans[0].begin <= usual.begin + kPause && spans[0].end <= usual.end &&
                        spans[0].end >= usual.end - kPause);
  day.continuous = is_usual ? std::vector<SessionHours>{usual} : spans;
  day.continuous_cas = day.continuous;
  day.is_special = !is_usual || is_weekend(date);
  if (is_usual) {
    day.pre_open = SessionHours{timestamp_of(date, at(9, 0)), usual.begin};
    day.post_close = SessionHours{timestamp_of(date, at(15, 40)), timestamp_of(date, at(16, 0))};
  }
  if (day.is_special)
    day.note = spans.empty()
                   ? "weekend session; daily bars do not tell its hours, the usual ones stand in"
                   : "odd session, hours from the first and last bars of the data";
  return day;
}

}  // namespace

void CalendarEvidence::add_bar(trading::Timestamp start, trading::Duration length) {
  std::vector<SessionHours>& spans = days_[trading::date_of(start).days];
  const SessionHours bar = {start, start + length};
  if (!spans.empty() && bar.begin >= spans.back().begin && bar.begin < spans.back().end + kPause) {
    spans.back().end = std::max(spans.back().end, bar.end);  // the usual case: bars come in order
    return;
  }
  spans.push_back(bar);
  std::sort(spans.begin(), spans.end(),
            [](const SessionHours& a, const SessionHours& b) { return a.begin < b.begin; });
  std::vector<SessionHours> joined;
  for (const SessionHours& span : spans) {
    if (!joined.empty() && span.begin < joined.back().end + kPause)
      joined.back().end = std::max(joined.back().end, span.end);
    else
      joined.push_back(span);
  }
  spans = std::move(joined);
}

void CalendarEvidence::add_day(TradingDate date) {
  days_[date.days];
}

trading::ExchangeCalendar CalendarEvidence::calendar(
    const trading::ExchangeCalendar& tables) const {
  std::vector<TradingDay> days;
  for (const auto& [number, spans] : days_) {
    const TradingDate date{number};
    if (!table_explains(tables.status(date), spans)) days.push_back(day_from(date, spans));
  }
  return tables.with_days_from_data(std::move(days));
}

}  // namespace broker
