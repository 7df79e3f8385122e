#pragma once

// NSE cash market: holidays, special sessions and ordinary hours, as dated tables with the source
// of each row.
//
// To add a year: add its holidays array and name it in kYears, add its special days to
// kSpecialDays. Rows ascend by date. A date outside the years, and a special day whose hours are
// not known, does not trade.
//
// Rows marked "bars" were also checked against recorded NSE bars: daily bars until 19 Apr 2023 and
// five-minute bars from 3 Jul 2023 to 28 Jun 2024 (the test repeats it where the files are at
// hand).

#include <array>
#include <cstddef>
#include <string_view>

#include "trading/time/timestamp.h"

namespace trading::data {

constexpr TradingDate day(int year, int month, int day_of_month) {
  return TradingDate::from_civil(year, month, day_of_month);
}

struct HolidayRow {
  TradingDate date;
  std::string_view name;
  std::string_view source;
};

// clang-format off
// NSE circular NSE/CMTR/54757 of 8 Dec 2022 (BSE notice 20221208-31).
inline constexpr std::string_view kList2023 = "NSE CMTR54757, 8 Dec 2022";
inline constexpr std::array kHolidays2023{
    HolidayRow{day(2023, 1, 26), "Republic Day", kList2023},  // bars
    HolidayRow{day(2023, 2, 18), "Mahashivratri", kList2023},  // a Saturday
    HolidayRow{day(2023, 3, 7), "Holi", kList2023},  // bars
    HolidayRow{day(2023, 3, 30), "Ram Navami", kList2023},  // bars
    HolidayRow{day(2023, 4, 4), "Mahavir Jayanti", kList2023},  // bars
    HolidayRow{day(2023, 4, 7), "Good Friday", kList2023},  // bars
    HolidayRow{day(2023, 4, 14), "Dr. Baba Saheb Ambedkar Jayanti", kList2023},  // bars
    HolidayRow{day(2023, 4, 22), "Id-Ul-Fitr", kList2023},  // a Saturday
    HolidayRow{day(2023, 5, 1), "Maharashtra Day", kList2023},
    // First listed for 28 June; moved by NSE circular of 27 Jun 2023 after the state's order
    // (Business Standard, BQ Prime, Financial Express): 28 June traded. Confidence high; no bars at
    // hand for June 2023.
    HolidayRow{day(2023, 6, 29), "Bakri Id", "NSE circular of 27 Jun 2023 amending CMTR54757"},
    HolidayRow{day(2023, 7, 29), "Moharram", kList2023},  // a Saturday
    HolidayRow{day(2023, 8, 15), "Independence Day", kList2023},  // bars
    HolidayRow{day(2023, 9, 19), "Ganesh Chaturthi", kList2023},  // bars
    HolidayRow{day(2023, 10, 2), "Mahatma Gandhi Jayanti", kList2023},  // bars
    HolidayRow{day(2023, 10, 24), "Dussehra", kList2023},  // bars
    HolidayRow{day(2023, 11, 14), "Diwali Balipratipada", kList2023},  // bars
    HolidayRow{day(2023, 11, 27), "Gurunanak Jayanti", kList2023},  // bars
    HolidayRow{day(2023, 12, 25), "Christmas", kList2023},  // bars
};

// NSE circular 59917 of 26 Dec 2023 is the list in force in January 2024: the circular that amended
// it names it.
inline constexpr std::string_view kList2024 = "NSE list for 2024 (59917, 26 Dec 2023)";
inline constexpr std::array kHolidays2024{
    // Confidence high (Mint, Zee, 19-22 Jan 2024) and bars.
    HolidayRow{day(2024, 1, 22), "Public holiday (Ram temple consecration)",
               "NSE circular of 19 Jan 2024 amending 59917"},
    HolidayRow{day(2024, 1, 26), "Republic Day", kList2024},  // bars
    HolidayRow{day(2024, 3, 8), "Mahashivratri", kList2024},  // bars
    HolidayRow{day(2024, 3, 25), "Holi", kList2024},  // bars
    HolidayRow{day(2024, 3, 29), "Good Friday", kList2024},  // bars
    HolidayRow{day(2024, 4, 11), "Id-Ul-Fitr", kList2024},  // bars
    HolidayRow{day(2024, 4, 14), "Dr. Baba Saheb Ambedkar Jayanti", kList2024},  // a Sunday
    HolidayRow{day(2024, 4, 17), "Ram Navami", kList2024},  // bars
    HolidayRow{day(2024, 4, 21), "Mahavir Jayanti", kList2024},  // a Sunday
    HolidayRow{day(2024, 5, 1), "Maharashtra Day", kList2024},  // bars
    // Added in April 2024; in brokers' lists of the year. Confidence high; bars.
    HolidayRow{day(2024, 5, 20), "General parliamentary elections",
               "NSE circular amending the list for 2024"},
    HolidayRow{day(2024, 6, 17), "Bakri Id", kList2024},  // bars
    HolidayRow{day(2024, 7, 17), "Moharram", kList2024},
    HolidayRow{day(2024, 8, 15), "Independence Day", kList2024},
    HolidayRow{day(2024, 9, 7), "Ganesh Chaturthi", kList2024},  // a Saturday
    HolidayRow{day(2024, 10, 2), "Mahatma Gandhi Jayanti", kList2024},
    HolidayRow{day(2024, 10, 12), "Dussehra", kList2024},  // a Saturday
    HolidayRow{day(2024, 11, 2), "Diwali Balipratipada", kList2024},  // a Saturday
    HolidayRow{day(2024, 11, 15), "Gurunanak Jayanti", kList2024},
    // Confidence high (PTI, Capital Market, 8 Nov 2024).
    HolidayRow{day(2024, 11, 20), "Assembly elections in Maharashtra",
               "NSE circular of 8 Nov 2024"},
    HolidayRow{day(2024, 12, 25), "Christmas", kList2024},
};

inline constexpr std::string_view kList2025 = "NSE list for 2025";
inline constexpr std::array kHolidays2025{
    HolidayRow{day(2025, 1, 26), "Republic Day", kList2025},  // a Sunday
    HolidayRow{day(2025, 2, 26), "Mahashivratri", kList2025},
    HolidayRow{day(2025, 3, 14), "Holi", kList2025},
    HolidayRow{day(2025, 3, 31), "Id-Ul-Fitr", kList2025},
    HolidayRow{day(2025, 4, 6), "Ram Navami", kList2025},  // a Sunday
    HolidayRow{day(2025, 4, 10), "Mahavir Jayanti", kList2025},
    HolidayRow{day(2025, 4, 14), "Dr. Baba Saheb Ambedkar Jayanti", kList2025},
    HolidayRow{day(2025, 4, 18), "Good Friday", kList2025},
    HolidayRow{day(2025, 5, 1), "Maharashtra Day", kList2025},
    HolidayRow{day(2025, 6, 7), "Bakri Id", kList2025},  // a Saturday
    HolidayRow{day(2025, 7, 6), "Muharram", kList2025},  // a Sunday
    HolidayRow{day(2025, 8, 15), "Independence Day", kList2025},
    HolidayRow{day(2025, 8, 27), "Ganesh Chaturthi", kList2025},
    HolidayRow{day(2025, 10, 2), "Mahatma Gandhi Jayanti", kList2025},
    HolidayRow{day(2025, 10, 22), "Diwali Balipratipada", kList2025},
    HolidayRow{day(2025, 11, 5), "Gurunanak Jayanti", kList2025},
    HolidayRow{day(2025, 12, 25), "Christmas", kList2025},
};

inline constexpr std::string_view kList2026 = "NSE CMTR71775, 12 Dec 2025";
inline constexpr std::array kHolidays2026{
    HolidayRow{day(2026, 1, 15), "Municipal elections in Maharashtra",
               "NSE CMTR72260, 12 Jan 2026"},
    HolidayRow{day(2026, 1, 26), "Republic Day", kList2026},
    HolidayRow{day(2026, 2, 15), "Mahashivratri", kList2026},  // a Sunday
    HolidayRow{day(2026, 3, 3), "Holi", kList2026},
    HolidayRow{day(2026, 3, 21), "Id-Ul-Fitr", kList2026},  // a Saturday
    HolidayRow{day(2026, 3, 26), "Ram Navami", kList2026},
    HolidayRow{day(2026, 3, 31), "Mahavir Jayanti", kList2026},
    HolidayRow{day(2026, 4, 3), "Good Friday", kList2026},
    HolidayRow{day(2026, 4, 14), "Dr. Baba Saheb Ambedkar Jayanti", kList2026},
    HolidayRow{day(2026, 5, 1), "Maharashtra Day", kList2026},
    HolidayRow{day(2026, 5, 28), "Bakri Id", kList2026},
    HolidayRow{day(2026, 6, 26), "Muharram", kList2026},
    HolidayRow{day(2026, 8, 15), "Independence Day", kList2026},  // a Saturday
    HolidayRow{day(2026, 9, 14), "Ganesh Chaturthi", kList2026},
    HolidayRow{day(2026, 10, 2), "Mahatma Gandhi Jayanti", kList2026},
    HolidayRow{day(2026, 10, 20), "Dussehra", kList2026},
    HolidayRow{day(2026, 11, 10), "Diwali Balipratipada", kList2026},
    HolidayRow{day(2026, 11, 24), "Gurunanak Jayanti", kList2026},
    HolidayRow{day(2026, 12, 25), "Christmas", kList2026},
};
// clang-format on

struct YearRow {
  int year;
  const HolidayRow* holidays;
  std::size_t count;
  std::string_view source;
};
// Without gaps between the years.
inline constexpr std::array kYears{
    YearRow{2023, kHolidays2023.data(), kHolidays2023.size(), kList2023},
    YearRow{2024, kHolidays2024.data(), kHolidays2024.size(), kList2024},
    YearRow{2025, kHolidays2025.data(), kHolidays2025.size(), kList2025},
    YearRow{2026, kHolidays2026.data(), kHolidays2026.size(), kList2026},
};

// Begin is the first instant in, end the first out; begin == end: there is none.
struct HoursRow {
  TimeOfDay begin;
  TimeOfDay end;
};

// Days that trade although they are a weekend or a holiday, or at other hours than usual.
struct SpecialDayRow {
  enum class Hours { kOrdinary, kListed, kUnknown };
  TradingDate date;
  std::string_view note;
  Hours hours;
  HoursRow pre_open;
  std::array<HoursRow, 2> continuous;
  HoursRow post_close;
  std::string_view source;
};

inline constexpr std::array kSpecialDays{
    // Bars 18:15 to 19:10. Pre-open entry to 18:08.
    SpecialDayRow{day(2023, 11, 12),
                  "Muhurat trading",
                  SpecialDayRow::Hours::kListed,
                  {at(18, 0), at(18, 15)},
                  {{{at(18, 15), at(19, 15)}, {}}},
                  {at(19, 25), at(19, 35)},
                  "NSE circular as told by Angel One and Zerodha, Nov 2023; confidence high"},
    // Announced as two disaster-recovery sessions (28 Dec 2023), made a full day on 19 Jan 2024.
    // Bars 09:15 to 15:25.
    SpecialDayRow{day(2024, 1, 20),
                  "Saturday in place of 22 January",
                  SpecialDayRow::Hours::kOrdinary,
                  {},
                  {},
                  {},
                  "NSE circular of 19 Jan 2024; confidence high"},
    // Bars 09:15-10:00 and 11:30-12:30. The post-close session is that of 18 May, whose timetable
    // is otherwise the same: confidence medium.
    SpecialDayRow{day(2024, 3, 2),
                  "Disaster recovery sessions",
                  SpecialDayRow::Hours::kListed,
                  {at(9, 0), at(9, 15)},
                  {{{at(9, 15), at(10, 0)}, {at(11, 30), at(12, 30)}}},
                  {at(12, 40), at(12, 50)},
                  "NSE circular of 14 Feb 2024; confidence high"},
    // Press copies differ for the second session: 11:45-12:40 is the derivatives segment. Bars say
    // 11:30-12:30.
    SpecialDayRow{day(2024, 5, 18),
                  "Disaster recovery sessions",
                  SpecialDayRow::Hours::kListed,
                  {at(9, 0), at(9, 15)},
                  {{{at(9, 15), at(10, 0)}, {at(11, 30), at(12, 30)}}},
                  {at(12, 40), at(12, 50)},
                  "NSE circular of 7 May 2024; confidence high"},
    // Post-close by ET Now (19:10-19:20), BSE's differs: confidence medium.
    SpecialDayRow{day(2024, 11, 1),
                  "Muhurat trading (Diwali Laxmi Pujan)",
                  SpecialDayRow::Hours::kListed,
                  {at(17, 45), at(18, 0)},
                  {{{at(18, 0), at(19, 0)}, {}}},
                  {at(19, 10), at(19, 20)},
                  "NSE circular as told by NDTV Profit and PTI, 20 Oct 2024; confidence high"},
    SpecialDayRow{day(2025, 2, 1),
                  "Union Budget",
                  SpecialDayRow::Hours::kOrdinary,
                  {},
                  {},
                  {},
                  "NSE: Saturday at normal hours; confidence high"},
    SpecialDayRow{day(2025, 10, 21),
                  "Muhurat trading (Diwali Laxmi Pujan)",
                  SpecialDayRow::Hours::kListed,
                  {at(13, 30), at(13, 45)},
                  {{{at(13, 45), at(14, 45)}, {}}},
                  {at(14, 55), at(15, 5)},
                  "NSE circular of 22 Sep 2025 as told by the press; confidence high"},
    SpecialDayRow{day(2026, 2, 1),
                  "Union Budget",
                  SpecialDayRow::Hours::kOrdinary,
                  {},
                  {},
                  {},
                  "NSE CMTR72349: Sunday 09:15-15:30; confidence high"},
    // The list says hours follow by a later circular, which was not found. Until they stand here
    // the day is unknown.
    SpecialDayRow{day(2026, 11, 8),
                  "Muhurat trading (Diwali Laxmi Pujan)",
                  SpecialDayRow::Hours::kUnknown,
                  {},
                  {},
                  {},
                  "NSE CMTR71775, 12 Dec 2025"},
};

// Ordinary hours from a date on. Before 18 Oct 2010 only what daily bars need: the hours of
// continuous trading.
struct RegimeRow {
  TradingDate since;
  HoursRow pre_open;
  HoursRow continuous;
  HoursRow continuous_cas;   // stocks with derivatives
  HoursRow closing_auction;  // of those stocks
  HoursRow post_close;
  std::string_view source;
};
inline constexpr std::array kRegimes{
    RegimeRow{day(1999, 6, 9),
              {},
              {at(9, 55), at(15, 30)},
              {at(9, 55), at(15, 30)},
              {},
              {},
              "before 2010; confidence medium"},
    RegimeRow{day(2010, 1, 4),
              {},
              {at(9, 0), at(15, 30)},
              {at(9, 0), at(15, 30)},
              {},
              {},
              "NSE, Dec 2009; confidence high"},
    RegimeRow{day(2010, 10, 18),
              {at(9, 0), at(9, 15)},
              {at(9, 15), at(15, 30)},
              {at(9, 15), at(15, 30)},
              {},
              {at(15, 40), at(16, 0)},
              "NSE, Oct 2010 (pre-open session); confidence high"},
    RegimeRow{day(2026, 8, 3),
              {at(9, 0), at(9, 15)},
              {at(9, 15), at(15, 30)},
              {at(9, 15), at(15, 15)},
              {at(15, 15), at(15, 35)},
              {at(15, 50), at(16, 0)},
              "SEBI 16 Jan 2026 (MRD-POD2/I/2765/2026), NSE CMTR72394: closing auction; outline "
              "high, minutes medium"},
};

}  // namespace trading::data
