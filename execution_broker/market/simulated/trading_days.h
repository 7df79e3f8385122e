#pragma once

// The days the simulated exchange trades, listed once from the calendar: every day that the
// calendar knows to trade, with known hours, from 1 January 2024 on. Unknown days do not trade.

#include <cstdint>
#include <optional>
#include <vector>

#include "trading/time/exchange_calendar.h"

namespace broker::simulated {

inline constexpr trading::TradingDate kHistoryBegins = trading::TradingDate::from_civil(2024, 1, 1);

class TradingDays {
 public:
  explicit TradingDays(const trading::ExchangeCalendar& calendar);
  [[nodiscard]] std::size_t size() const { return days_.size(); }
  [[nodiscard]] const trading::TradingDay& operator[](std::size_t i) const { return days_[i]; }
  // Index of the newest trading day not after `date`; empty before the first.
  [[nodiscard]] std::optional<std::size_t> at_or_before(trading::TradingDate date) const;

 private:
  std::vector<trading::TradingDay> days_;
  std::vector<std::int32_t> index_by_date_;  // from kHistoryBegins; -1 = none yet
};

// Minutes of continuous trading, counted through the sessions of a day.
std::size_t minutes_in(const std::vector<trading::SessionHours>& sessions);
// Start of minute `i` of the day, i < minutes_in.
trading::Timestamp start_of_minute(const std::vector<trading::SessionHours>& sessions,
                                   std::size_t i);
// The newest minute that began at or before `t`; empty before the first.
std::optional<std::size_t> minute_at_or_before(const std::vector<trading::SessionHours>& sessions,
                                               trading::Timestamp t);

}  // namespace broker::simulated
