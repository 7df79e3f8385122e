// The calendar's days, made once from the tables of trading/data/holidays.h.

#include "trading/time/exchange_calendar.h"

#include <algorithm>
#include <array>
#include <utility>

#include "trading/base/names.h"
#include "trading/data/holidays.h"

namespace trading {

namespace {

constexpr std::array<NameRow<SessionPhase>, 10> kPhaseNames{{
    {SessionPhase::kUnknown, "unknown"},
    {SessionPhase::kHoliday, "holiday"},
    {SessionPhase::kBeforeOpen, "before_open"},
    {SessionPhase::kPreOpen, "pre_open"},
    {SessionPhase::kContinuous, "continuous"},
    {SessionPhase::kBreak, "break"},
    {SessionPhase::kClosingAuction, "closing_auction"},
    {SessionPhase::kBeforePostClose, "before_post_close"},
    {SessionPhase::kPostClose, "post_close"},
    {SessionPhase::kClosed, "closed"},
}};

constexpr std::string_view kTableFile = "trading/data/holidays.h";
constexpr std::string_view kFromData = "calendar: from data";
// NSE has never been closed for a week between two trading days of its electronic age; a longer
// hole in data is a hole.
constexpr std::int32_t kLongestClosureDays = 7;

TradingDate first_covered() {
  return TradingDate::from_civil(data::kYears.front().year, 1, 1);
}
TradingDate last_covered() {
  return TradingDate::from_civil(data::kYears.back().year, 12, 31);
}

bool is_weekend(TradingDate date) {
  return date.weekday() == 0 || date.weekday() == 6;
}

std::optional<SessionHours> hours_on(TradingDate date, const data::HoursRow& row) {
  if (row.begin == row.end) return std::nullopt;
  return SessionHours{timestamp_of(date, row.begin), timestamp_of(date, row.end)};
}

const data::RegimeRow& regime_of(TradingDate date) {
  const data::RegimeRow* regime = &data::kRegimes.front();
  for (const data::RegimeRow& row : data::kRegimes)
    if (row.since <= date) regime = &row;
  return *regime;
}

DayStatus trading(TradingDay day) {
  return {DayStatus::Kind::kTrading, std::move(day), ""};
}
DayStatus holiday(std::string reason) {
  return {DayStatus::Kind::kHoliday, std::nullopt, std::move(reason)};
}
DayStatus unknown(std::string reason) {
  return {DayStatus::Kind::kUnknown, std::nullopt, std::move(reason)};
}

DayStatus special(const data::SpecialDayRow& row) {
  if (row.hours == data::SpecialDayRow::Hours::kUnknown)
    return unknown(row.date.iso() + ": the hours of \"" + std::string(row.note) +
                   "\" are not known; add them to " + std::string(kTableFile));
  TradingDay day;
  if (row.hours == data::SpecialDayRow::Hours::kOrdinary) {
    day = ExchangeCalendar::ordinary_day(row.date);
  } else {
    day.date = row.date;
    day.pre_open = hours_on(row.date, row.pre_open);
    for (const data::HoursRow& hours : row.continuous)
      if (const auto session = hours_on(row.date, hours)) day.continuous.push_back(*session);
    day.continuous_cas = day.continuous;
    day.post_close = hours_on(row.date, row.post_close);
  }
  day.is_special = true;
  day.note = row.note;
  day.source = row.source;
  return trading(std::move(day));
}

const data::HolidayRow* holiday_row(const data::YearRow& year, TradingDate date) {
  const data::HolidayRow* end = year.holidays + year.count;
  const data::HolidayRow* row =
      std::find_if(year.holidays, end, [&](const auto& r) { return r.date == date; });
  return row == end ? nullptr : row;
}

DayStatus from_tables(const data::YearRow& year, TradingDate date) {
  for (const data::SpecialDayRow& row : data::kSpecialDays)
    if (row.date == date) return special(row);
  if (const data::HolidayRow* row = holiday_row(year, date)) return holiday(std::string(row->name));
  if (is_weekend(date)) return holiday("weekend");
  TradingDay day = ExchangeCalendar::ordinary_day(date);
  day.source = year.source;
  return trading(std::move(day));
}

// Every day of the tables, from first_covered() on.
const std::vector<DayStatus>& table_days() {
  static const std::vector<DayStatus> days = [] {
    std::vector<DayStatus> out;
    for (const data::YearRow& year : data::kYears) {
      const TradingDate end = TradingDate::from_civil(year.year + 1, 1, 1);
      for (TradingDate date = TradingDate::from_civil(year.year, 1, 1); date < end; date = date + 1)
        out.push_back(from_tables(year, date));
    }
    return out;
  }();
  return days;
}

// Null when the tables do not cover the date.
const DayStatus* table_day(TradingDate date) {
  if (date < first_covered() || date > last_covered()) return nullptr;
  return &table_days()[static_cast<std::size_t>(date.days - first_covered().days)];
}

bool is_same(const std::vector<SessionHours>& a, const std::vector<SessionHours>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const SessionHours& x, const SessionHours& y) {
                      return x.begin == y.begin && x.end == y.end;
                    });
}

bool is_in(const SessionHours& hours, Timestamp t) {
  return t >= hours.begin && t < hours.end;
}

SessionPhase phase_in(const TradingDay& day, Timestamp t, bool has_closing_auction) {
  const std::vector<SessionHours>& sessions = day.sessions(has_closing_auction);
  if (day.pre_open && is_in(*day.pre_open, t)) return SessionPhase::kPreOpen;
  if (t < sessions.front().begin) return SessionPhase::kBeforeOpen;
  for (const SessionHours& session : sessions)
    if (is_in(session, t)) return SessionPhase::kContinuous;
  if (t < sessions.back().end) return SessionPhase::kBreak;
  if (has_closing_auction && day.closing_auction && is_in(*day.closing_auction, t))
    return SessionPhase::kClosingAuction;
  if (day.post_close && t < day.post_close->begin) return SessionPhase::kBeforePostClose;
  if (day.post_close && is_in(*day.post_close, t)) return SessionPhase::kPostClose;
  return SessionPhase::kClosed;
}

std::string outside_tables(TradingDate date) {
  return date.iso() + " is outside the exchange calendar, " + first_covered().iso() + " to " +
         last_covered().iso();
}

Error calendar_unknown(const std::string& why) {
  return make_error("CALENDAR_UNKNOWN", why,
                    "add the exchange's circular to " + std::string(kTableFile));
}

}  // namespace

std::string_view name_of(SessionPhase phase) {
  return name_in(kPhaseNames, phase);
}

TradingDay ExchangeCalendar::ordinary_day(TradingDate date) {
  const data::RegimeRow& regime = regime_of(date);
  TradingDay day;
  day.date = date;
  day.pre_open = hours_on(date, regime.pre_open);
  day.continuous.push_back(*hours_on(date, regime.continuous));
  day.continuous_cas.push_back(*hours_on(date, regime.continuous_cas));
  day.closing_auction = hours_on(date, regime.closing_auction);
  day.post_close = hours_on(date, regime.post_close);
  day.source = regime.source;
  return day;
}

const ExchangeCalendar& ExchangeCalendar::nse() {
  static const ExchangeCalendar calendar;
  return calendar;
}

ExchangeCalendar ExchangeCalendar::with_days_from_data(std::vector<TradingDay> days) const {
  ExchangeCalendar out = *this;
  for (TradingDay& day : days) {
    INVARIANT(!day.continuous.empty(), "a day from data has at least one session");
    if (day.continuous_cas.empty()) day.continuous_cas = day.continuous;
    const DayStatus* table = table_day(day.date);
    const bool agrees = table != nullptr && table->day &&
                        is_same(table->day->continuous, day.continuous) &&
                        is_same(table->day->continuous_cas, day.continuous_cas);
    if (agrees)
      day = *table->day;
    else
      day.source = kFromData;
    const auto place =
        std::lower_bound(out.from_data_.begin(), out.from_data_.end(), day.date,
                         [](const TradingDay& d, TradingDate date) { return d.date < date; });
    if (place != out.from_data_.end() && place->date == day.date)
      *place = std::move(day);
    else
      out.from_data_.insert(place, std::move(day));
  }
  return out;
}

const TradingDay* ExchangeCalendar::day_from_data(TradingDate date) const {
  const auto place =
      std::lower_bound(from_data_.begin(), from_data_.end(), date,
                       [](const TradingDay& d, TradingDate wanted) { return d.date < wanted; });
  return place != from_data_.end() && place->date == date ? &*place : nullptr;
}

bool ExchangeCalendar::is_closed_by_data(TradingDate date) const {
  const auto after =
      std::lower_bound(from_data_.begin(), from_data_.end(), date,
                       [](const TradingDay& d, TradingDate wanted) { return d.date < wanted; });
  if (after == from_data_.begin() || after == from_data_.end()) return false;
  return after->date.days - std::prev(after)->date.days <= kLongestClosureDays;
}

DayStatus ExchangeCalendar::status(TradingDate date) const {
  if (const TradingDay* day = day_from_data(date)) return trading(*day);
  if (const DayStatus* known = table_day(date)) return *known;
  if (is_closed_by_data(date)) return holiday("no trading (" + std::string(kFromData) + ")");
  return unknown(outside_tables(date) + "; add its year to " + std::string(kTableFile));
}

SessionPhase ExchangeCalendar::phase(Timestamp t, bool has_closing_auction) const {
  const TradingDate date = date_of(t);
  if (const TradingDay* day = day_from_data(date)) return phase_in(*day, t, has_closing_auction);
  if (const DayStatus* known = table_day(date)) {
    if (known->day) return phase_in(*known->day, t, has_closing_auction);
    return known->kind == DayStatus::Kind::kHoliday ? SessionPhase::kHoliday
                                                    : SessionPhase::kUnknown;
  }
  return is_closed_by_data(date) ? SessionPhase::kHoliday : SessionPhase::kUnknown;
}

Result<TradingDay> ExchangeCalendar::trading_day(TradingDate date) const {
  DayStatus found = status(date);
  switch (found.kind) {
    case DayStatus::Kind::kTrading:
      return std::move(*found.day);
    case DayStatus::Kind::kUnknown:
      return calendar_unknown(found.reason);
    case DayStatus::Kind::kHoliday:
      break;
  }
  const Result<TradingDay> next = next_trading_day(date);
  return make_error(
      "MARKET_HOLIDAY", date.iso() + " is a market holiday (" + found.reason + ")",
      next ? "the next trading day is " + next->date.iso() : "see " + std::string(kTableFile));
}

Result<TradingDay> ExchangeCalendar::neighbour(TradingDate date, std::int32_t step) const {
  // Holidays are finite and unknown days stop the walk, so it ends.
  for (TradingDate day = date + step;; day = day + step) {
    DayStatus found = status(day);
    if (found.kind == DayStatus::Kind::kTrading) return std::move(*found.day);
    if (found.kind == DayStatus::Kind::kUnknown) return calendar_unknown(found.reason);
  }
}

Result<TradingDay> ExchangeCalendar::next_trading_day(TradingDate date) const {
  return neighbour(date, 1);
}
Result<TradingDay> ExchangeCalendar::previous_trading_day(TradingDate date) const {
  return neighbour(date, -1);
}

Result<Timestamp> ExchangeCalendar::next_open(Timestamp t, bool has_closing_auction) const {
  const DayStatus today = status(date_of(t));
  if (today.kind == DayStatus::Kind::kUnknown) return calendar_unknown(today.reason);
  if (today.day) {
    for (const SessionHours& session : today.day->sessions(has_closing_auction))
      if (t < session.end) return std::max(t, session.begin);
  }
  ASSIGN_OR_RETURN(const TradingDay next, next_trading_day(date_of(t)));
  return next.sessions(has_closing_auction).front().begin;
}

TradingDate ExchangeCalendar::valid_through() const {
  return last_covered();
}

}  // namespace trading
