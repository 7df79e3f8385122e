#pragma once

// When NSE's cash market trades, from dated tables with their sources (trading/data/holidays.h). A
// day outside the tables is unknown, and unknown does not trade: weekday = open is never assumed,
// because holidays are amended at three days' notice and weekends can trade.
//
// A day has one or more continuous sessions (two on disaster-recovery test Saturdays). Since 3
// August 2026 stocks with derivatives end continuous trading at 15:15 and go to a closing auction;
// all others end at 15:30.

#include <optional>
#include <string>
#include <vector>

#include "trading/base/result.h"
#include "trading/time/timestamp.h"

namespace trading {

enum class SessionPhase {
  kUnknown,     // the day, or a special session's hours, are not in the tables
  kHoliday,     // a listed holiday or an ordinary weekend day
  kBeforeOpen,  // before the first phase of a trading day
  kPreOpen,     // 09:00-09:08 order entry, to 09:15 matching and buffer
  kContinuous,
  kBreak,            // between two continuous sessions of a special day
  kClosingAuction,   // 15:15-15:35, only stocks with derivatives, from 3 Aug 2026
  kBeforePostClose,  // between the end of trading and the post-close session
  kPostClose,
  kClosed,  // after the last phase
};
std::string_view name_of(SessionPhase phase);  // "continuous", "closing_auction", ...

struct SessionHours {
  Timestamp begin;  // first instant in
  Timestamp end;    // first instant out
};

struct TradingDay {
  TradingDate date;
  bool is_special = false;  // muhurat, budget weekend, disaster-recovery Saturday
  std::string note;         // "Muhurat trading", "Union Budget", empty on normal days
  std::optional<SessionHours> pre_open;
  std::vector<SessionHours> continuous;      // stocks without a closing auction
  std::vector<SessionHours> continuous_cas;  // stocks with derivatives (shorter from 3 Aug 2026)
  std::optional<SessionHours> closing_auction;
  std::optional<SessionHours> post_close;
  std::string source;  // circular or "calendar: from data"

  [[nodiscard]] const std::vector<SessionHours>& sessions(bool has_closing_auction) const {
    return has_closing_auction ? continuous_cas : continuous;
  }
  // End of the day's last continuous session.
  [[nodiscard]] Timestamp close(bool has_closing_auction) const {
    return sessions(has_closing_auction).back().end;
  }
  [[nodiscard]] Timestamp open() const { return continuous.front().begin; }
};

// One day as the calendar knows it.
struct DayStatus {
  enum class Kind { kTrading, kHoliday, kUnknown } kind = Kind::kUnknown;
  std::optional<TradingDay> day;  // kTrading only
  std::string reason;  // holiday's name, "weekend", or what is missing and which file to add it to
};

class ExchangeCalendar {
 public:
  // NSE's embedded tables, 2023-2026.
  static const ExchangeCalendar& nse();
  // The hours of an ordinary trading day under the rules in force on `date`, whether or not that
  // date trades. For sources that know from their data that a day traded, but not at what hours.
  static TradingDay ordinary_day(TradingDate date);
  // NSE's tables, with the given days known to have traded between these hours (a data file's own
  // evidence). Where table and data disagree the data win for that day and `source` says "calendar:
  // from data". Where the tables do not reach, the days between two data days at most a week apart
  // are holidays: the data's evidence too.
  [[nodiscard]] ExchangeCalendar with_days_from_data(std::vector<TradingDay> days) const;

  [[nodiscard]] DayStatus status(TradingDate date) const;
  [[nodiscard]] SessionPhase phase(Timestamp t, bool has_closing_auction) const;
  // The trading day of `date`; CALENDAR_UNKNOWN or MARKET_HOLIDAY otherwise.
  [[nodiscard]] Result<TradingDay> trading_day(TradingDate date) const;
  // First trading day after / before `date`. CALENDAR_UNKNOWN when an unknown day stands between.
  [[nodiscard]] Result<TradingDay> next_trading_day(TradingDate date) const;
  [[nodiscard]] Result<TradingDay> previous_trading_day(TradingDate date) const;
  // First instant >= t of continuous trading. CALENDAR_UNKNOWN when the tables end first.
  [[nodiscard]] Result<Timestamp> next_open(Timestamp t, bool has_closing_auction = false) const;
  // Last date the tables cover; days from data may lie beyond it.
  [[nodiscard]] TradingDate valid_through() const;

 private:
  [[nodiscard]] const TradingDay* day_from_data(TradingDate date) const;  // null when there is none
  [[nodiscard]] bool is_closed_by_data(TradingDate date) const;
  [[nodiscard]] Result<TradingDay> neighbour(TradingDate date, std::int32_t step) const;

  std::vector<TradingDay> from_data_;  // sorted by date
};

}  // namespace trading
