#include "trading/time/exchange_calendar.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "tests/trading/support/seeded.h"
#include "trading/data/holidays.h"

namespace trading {
namespace {

TradingDate date(const char* text) {
  return parse_date(text).value();
}
Timestamp ist(const char* text) {
  return parse_timestamp(text).value();
}
const ExchangeCalendar& nse() {
  return ExchangeCalendar::nse();
}

const char* kind_of(TradingDate d) {
  switch (nse().status(d).kind) {
    case DayStatus::Kind::kTrading:
      return "trading";
    case DayStatus::Kind::kHoliday:
      return "holiday";
    case DayStatus::Kind::kUnknown:
      return "unknown";
  }
  return "";
}

TEST(ExchangeCalendar, TablesAreInOrder) {
  int expected_year = data::kYears.front().year;
  for (const data::YearRow& year : data::kYears) {
    EXPECT_EQ(year.year, expected_year++);
    for (std::size_t i = 0; i < year.count; ++i) {
      EXPECT_EQ(year.holidays[i].date.year(), year.year) << year.holidays[i].date.iso();
      if (i > 0) {
        EXPECT_LT(year.holidays[i - 1].date, year.holidays[i].date);
      }
      EXPECT_FALSE(year.holidays[i].source.empty());
    }
  }
  for (std::size_t i = 1; i < data::kSpecialDays.size(); ++i)
    EXPECT_LT(data::kSpecialDays[i - 1].date, data::kSpecialDays[i].date);
  for (std::size_t i = 1; i < data::kRegimes.size(); ++i)
    EXPECT_LT(data::kRegimes[i - 1].since, data::kRegimes[i].since);
}

// The exchange's lists name this many weekday holidays; Muhurat days are counted apart.
TEST(ExchangeCalendar, CountsTheListedHolidays) {
  const std::map<int, int> weekday_holidays{{2023, 15}, {2024, 16}, {2025, 13}, {2026, 16}};
  for (const auto& [year, count] : weekday_holidays) {
    int found = 0;
    for (TradingDate d = TradingDate::from_civil(year, 1, 1); d.year() == year; d = d + 1)
      if (d.weekday() != 0 && d.weekday() != 6 && nse().status(d).kind == DayStatus::Kind::kHoliday)
        ++found;
    EXPECT_EQ(found, count) << year;
  }
}

TEST(ExchangeCalendar, KnowsTheOddDays) {
  struct Row {
    const char* day;
    const char* kind;
  };
  const Row rows[] = {
      {"2022-12-30", "unknown"}, {"2023-01-01", "holiday"}, {"2023-06-28", "trading"},
      {"2023-06-29", "holiday"}, {"2023-11-12", "trading"}, {"2024-01-20", "trading"},
      {"2024-01-22", "holiday"}, {"2024-03-02", "trading"}, {"2024-05-18", "trading"},
      {"2024-05-20", "holiday"}, {"2024-11-01", "trading"}, {"2024-11-20", "holiday"},
      {"2025-02-01", "trading"}, {"2025-02-02", "holiday"}, {"2025-10-21", "trading"},
      {"2025-10-22", "holiday"}, {"2026-01-15", "holiday"}, {"2026-02-01", "trading"},
      {"2026-11-08", "unknown"}, {"2026-11-23", "trading"}, {"2026-11-24", "holiday"},
      {"2026-12-31", "trading"}, {"2027-01-01", "unknown"},
  };
  for (const Row& row : rows) EXPECT_STREQ(kind_of(date(row.day)), row.kind) << row.day;
}

TEST(ExchangeCalendar, UnknownDaysNameTheFileToAddTo) {
  const auto next_year = nse().trading_day(date("2027-01-04"));
  ASSERT_FALSE(next_year);
  EXPECT_EQ(next_year.error().code, "CALENDAR_UNKNOWN");
  EXPECT_NE(next_year.error().text().find("trading/data/holidays.h"), std::string::npos);
  EXPECT_EQ(nse().phase(ist("2027-01-04T10:00"), false), SessionPhase::kUnknown);

  const auto muhurat = nse().trading_day(date("2026-11-08"));
  ASSERT_FALSE(muhurat);
  EXPECT_EQ(muhurat.error().code, "CALENDAR_UNKNOWN");
  EXPECT_EQ(nse().phase(ist("2026-11-08T18:30"), true), SessionPhase::kUnknown);
  EXPECT_EQ(nse().next_trading_day(date("2026-11-06")).error().code, "CALENDAR_UNKNOWN");
  EXPECT_EQ(nse().next_open(ist("2026-11-07T10:00")).error().code, "CALENDAR_UNKNOWN");
  EXPECT_EQ(nse().next_open(ist("2026-12-31T15:30")).error().code, "CALENDAR_UNKNOWN");
}

TEST(ExchangeCalendar, HolidayErrorNamesTheNextTradingDay) {
  const auto holiday = nse().trading_day(date("2026-11-24"));
  ASSERT_FALSE(holiday);
  EXPECT_EQ(holiday.error().code, "MARKET_HOLIDAY");
  EXPECT_NE(holiday.error().what.find("Gurunanak Jayanti"), std::string::npos);
  EXPECT_NE(holiday.error().fix.find("2026-11-25"), std::string::npos);
}

TEST(ExchangeCalendar, PhasesOfADayWithClosingAuction) {
  struct Row {
    const char* time;
    const char* with_auction;
    const char* without;
  };
  const Row rows[] = {
      {"00:00", "before_open", "before_open"},
      {"08:59:59", "before_open", "before_open"},
      {"09:00", "pre_open", "pre_open"},
      {"09:14:59", "pre_open", "pre_open"},
      {"09:15", "continuous", "continuous"},
      {"15:14:59", "continuous", "continuous"},
      {"15:15", "closing_auction", "continuous"},
      {"15:29:59", "closing_auction", "continuous"},
      {"15:30", "closing_auction", "before_post_close"},
      {"15:35", "before_post_close", "before_post_close"},
      {"15:50", "post_close", "post_close"},
      {"16:00", "closed", "closed"},
      {"23:59:59", "closed", "closed"},
  };
  for (const Row& row : rows) {
    const Timestamp t = ist(("2026-11-23T" + std::string(row.time)).c_str());
    EXPECT_EQ(name_of(nse().phase(t, true)), row.with_auction) << row.time;
    EXPECT_EQ(name_of(nse().phase(t, false)), row.without) << row.time;
  }
}

TEST(ExchangeCalendar, BeforeAugust2026AllStocksTradeUntilHalfPastThree) {
  const Timestamp t = ist("2026-07-31T15:29:59");
  EXPECT_EQ(nse().phase(t, true), SessionPhase::kContinuous);
  EXPECT_EQ(nse().phase(t, false), SessionPhase::kContinuous);
  EXPECT_EQ(nse().phase(ist("2026-07-31T15:40"), true), SessionPhase::kPostClose);
  EXPECT_EQ(nse().trading_day(date("2026-08-03"))->close(true), ist("2026-08-03T15:15"));
}

TEST(ExchangeCalendar, SpecialDaysHaveTheirOwnHours) {
  EXPECT_EQ(nse().phase(ist("2023-11-12T18:10"), false), SessionPhase::kPreOpen);
  EXPECT_EQ(nse().phase(ist("2023-11-12T19:14:59"), true), SessionPhase::kContinuous);
  EXPECT_EQ(nse().phase(ist("2023-11-12T10:00"), false), SessionPhase::kBeforeOpen);
  EXPECT_EQ(nse().phase(ist("2024-03-02T10:30"), false), SessionPhase::kBreak);
  EXPECT_EQ(nse().phase(ist("2024-05-18T11:30"), false), SessionPhase::kContinuous);
  EXPECT_EQ(nse().phase(ist("2024-05-18T12:30"), false), SessionPhase::kBeforePostClose);
  EXPECT_EQ(nse().phase(ist("2025-10-21T14:00"), true), SessionPhase::kContinuous);
  const TradingDay recovery = nse().trading_day(date("2024-03-02")).value();
  EXPECT_TRUE(recovery.is_special);
  EXPECT_EQ(recovery.continuous.size(), 2U);
  EXPECT_EQ(recovery.close(false), ist("2024-03-02T12:30"));
}

TEST(ExchangeCalendar, NextOpenIsNowWhileTrading) {
  EXPECT_EQ(nse().next_open(ist("2026-11-23T11:00")).value(), ist("2026-11-23T11:00"));
  EXPECT_EQ(nse().next_open(ist("2026-11-23T08:00")).value(), ist("2026-11-23T09:15"));
  EXPECT_EQ(nse().next_open(ist("2026-11-23T15:30")).value(), ist("2026-11-25T09:15"));
  EXPECT_EQ(nse().next_open(ist("2026-11-23T15:20"), true).value(), ist("2026-11-25T09:15"));
  EXPECT_EQ(nse().next_open(ist("2024-03-02T10:15")).value(), ist("2024-03-02T11:30"));
}

// Every day of the tables: phases cover it without a gap, in the order of a day, and continuous
// time is exactly the sessions.
TEST(ExchangeCalendar, PhasesTileEachDay) {
  for (TradingDate d = date("2023-01-01"); d <= nse().valid_through(); d = d + 1) {
    const DayStatus status = nse().status(d);
    for (const bool has_auction : {false, true}) {
      int continuous_minutes = 0;
      SessionPhase last = SessionPhase::kBeforeOpen;
      for (int minute = 0; minute < 24 * 60; ++minute) {
        const SessionPhase phase = nse().phase(timestamp_of(d, at(0, minute)), has_auction);
        if (status.kind != DayStatus::Kind::kTrading) {
          ASSERT_EQ(phase, status.kind == DayStatus::Kind::kHoliday ? SessionPhase::kHoliday
                                                                    : SessionPhase::kUnknown);
          continue;
        }
        ASSERT_NE(phase, SessionPhase::kUnknown) << d.iso();
        ASSERT_NE(phase, SessionPhase::kHoliday) << d.iso();
        const bool is_second_session =
            last == SessionPhase::kBreak && phase == SessionPhase::kContinuous;
        ASSERT_TRUE(phase >= last || is_second_session) << d.iso() << " " << at(0, minute).hh_mm();
        if (phase == SessionPhase::kContinuous) ++continuous_minutes;
        last = phase;
      }
      if (!status.day) continue;
      ASSERT_EQ(last, SessionPhase::kClosed) << d.iso();
      std::int64_t expected_us = 0;
      for (const SessionHours& s : status.day->sessions(has_auction))
        expected_us += (s.end - s.begin).us;
      ASSERT_EQ(minutes(continuous_minutes).us, expected_us) << d.iso();
    }
  }
}

TEST(ExchangeCalendar, NextOpenIsTheFirstContinuousInstant) {
  SEEDED_RANDOM(random, 31);
  const std::int64_t begin = ist("2023-01-01").us;
  const std::int64_t end = ist("2026-12-31T23:59").us;
  for (int i = 0; i < 20'000; ++i) {
    const Timestamp t{random.between(begin, end)};
    const bool has_auction = random.chance(50);
    const auto open = nse().next_open(t, has_auction);
    if (!open) {
      ASSERT_EQ(open.error().code, "CALENDAR_UNKNOWN");
      continue;
    }
    ASSERT_GE(*open, t);
    ASSERT_EQ(nse().phase(*open, has_auction), SessionPhase::kContinuous) << format_ist(t);
    if (*open > t) {
      ASSERT_NE(nse().phase(t, has_auction), SessionPhase::kContinuous) << format_ist(t);
      ASSERT_NE(nse().phase(*open - microseconds(1), has_auction), SessionPhase::kContinuous)
          << format_ist(t);
      const Timestamp between{random.between(t.us, open->us - 1)};
      ASSERT_NE(nse().phase(between, has_auction), SessionPhase::kContinuous)
          << format_ist(between);
    }
  }
}

TEST(ExchangeCalendar, NextAndPreviousAreInverse) {
  for (TradingDate d = date("2023-01-03"); d < date("2026-11-01"); d = d + 1) {
    const auto next = nse().next_trading_day(d);
    ASSERT_TRUE(next) << d.iso();
    if (nse().trading_day(d)) {
      ASSERT_EQ(nse().previous_trading_day(next->date)->date, d);
    }
  }
}

TradingDay traded(const char* text) {
  return ExchangeCalendar::ordinary_day(date(text));
}

TEST(ExchangeCalendar, DataWinOverTheTable) {
  TradingDay muhurat;
  muhurat.date = date("2026-11-08");
  muhurat.continuous = {{ist("2026-11-08T18:00"), ist("2026-11-08T19:00")}};
  const ExchangeCalendar calendar =
      nse().with_days_from_data({muhurat, traded("2026-11-24"), traded("2026-11-25")});
  EXPECT_EQ(calendar.trading_day(date("2026-11-08"))->source, "calendar: from data");
  EXPECT_EQ(calendar.phase(ist("2026-11-08T18:30"), true), SessionPhase::kContinuous);
  EXPECT_EQ(calendar.next_trading_day(date("2026-11-06"))->date, date("2026-11-08"));
  EXPECT_EQ(calendar.trading_day(date("2026-11-24"))->source, "calendar: from data");
  EXPECT_EQ(calendar.trading_day(date("2026-11-25"))->source, "NSE CMTR71775, 12 Dec 2025")
      << "table and data agree";
  EXPECT_EQ(nse().status(date("2026-11-24")).kind, DayStatus::Kind::kHoliday)
      << "the embedded calendar stays";
}

TEST(ExchangeCalendar, DataReachBeyondTheTables) {
  const ExchangeCalendar calendar = nse().with_days_from_data(
      {traded("2013-04-26"), traded("2013-04-22"), traded("2013-04-29"), traded("2013-06-03")});
  EXPECT_EQ(calendar.status(date("2013-04-26")).kind, DayStatus::Kind::kTrading);
  EXPECT_EQ(calendar.status(date("2013-04-27")).kind, DayStatus::Kind::kHoliday);
  EXPECT_EQ(calendar.status(date("2013-04-24")).kind, DayStatus::Kind::kHoliday);
  EXPECT_EQ(calendar.next_trading_day(date("2013-04-26"))->date, date("2013-04-29"));
  EXPECT_EQ(calendar.status(date("2013-05-15")).kind, DayStatus::Kind::kUnknown)
      << "a hole, not a holiday";
  EXPECT_EQ(calendar.status(date("2013-04-21")).kind, DayStatus::Kind::kUnknown);
  EXPECT_EQ(calendar.status(date("2013-06-04")).kind, DayStatus::Kind::kUnknown);
}

// ---- against recorded bars
// -------------------------------------------------------------------------------------------

// Date -> times of its bars ("09:15") in file order; empty when the file is not at hand.
std::map<std::string, std::vector<std::string>> bars_by_day(const std::string& name) {
  std::map<std::string, std::vector<std::string>> days;
  std::ifstream file(std::filesystem::path(TRADING_SHARED_DATA) / name);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line))
    if (line.size() > 16) days[line.substr(0, 10)].push_back(line.substr(11, 5));
  return days;
}

TEST(ExchangeCalendar, AgreesWithRecordedFiveMinuteBars) {
  const auto days = bars_by_day("TCS_nse_5m.csv");
  if (days.empty())
    GTEST_SKIP() << "TCS_nse_5m.csv is not in " TRADING_SHARED_DATA
                    ": recorded bars are not public";
  EXPECT_EQ(days.size(), 247U);
  const TradingDate first = parse_date(days.begin()->first).value();
  const TradingDate last = parse_date(days.rbegin()->first).value();
  for (TradingDate d = first; d <= last; d = d + 1) {
    const DayStatus status = nse().status(d);
    const auto found = days.find(d.iso());
    ASSERT_EQ(status.kind == DayStatus::Kind::kTrading, found != days.end())
        << d.iso() << " " << status.reason;
    if (found == days.end()) continue;
    std::vector<std::string> expected;
    for (const SessionHours& session : status.day->sessions(true))
      for (Timestamp t = session.begin; t < session.end; t = t + minutes(5))
        expected.push_back(time_of(t).hh_mm());
    EXPECT_EQ(found->second, expected) << d.iso();
  }
}

TEST(ExchangeCalendar, AgreesWithRecordedDailyBars) {
  const auto days = bars_by_day("HDFCBANK_nse_1d.csv");
  if (days.empty())
    GTEST_SKIP() << "HDFCBANK_nse_1d.csv is not in " TRADING_SHARED_DATA
                    ": recorded bars are not public";
  int checked = 0;
  for (TradingDate d = date("2023-01-01"); d.iso() <= days.rbegin()->first; d = d + 1, ++checked)
    ASSERT_EQ(nse().status(d).kind == DayStatus::Kind::kTrading, days.count(d.iso()) == 1)
        << d.iso();
  EXPECT_EQ(checked, 109);
}

}  // namespace
}  // namespace trading
