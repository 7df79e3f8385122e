// Days and minutes of the simulated exchange.

#include "execution_broker/market/simulated/trading_days.h"

#include <algorithm>
#include <utility>

#include "trading/base/invariant.h"

namespace broker::simulated {

namespace {

using trading::SessionHours;
using trading::Timestamp;

constexpr trading::Duration kMinute = trading::minutes(1);

std::size_t minutes_of(const SessionHours& session) {
  return static_cast<std::size_t>((session.end - session.begin).us / kMinute.us);
}

}  // namespace

TradingDays::TradingDays(const trading::ExchangeCalendar& calendar) {
  const trading::TradingDate last = calendar.valid_through();
  for (trading::TradingDate date = kHistoryBegins; date <= last; date = date + 1) {
    trading::DayStatus status = calendar.status(date);
    if (status.kind == trading::DayStatus::Kind::kTrading && status.day &&
        minutes_in(status.day->continuous) > 0 && minutes_in(status.day->continuous_cas) > 0)
      days_.push_back(std::move(*status.day));
    index_by_date_.push_back(static_cast<std::int32_t>(days_.size()) - 1);
  }
  INVARIANT(!days_.empty(), "the calendar knows no trading day since 2024");
}

std::optional<std::size_t> TradingDays::at_or_before(trading::TradingDate date) const {
  if (date < kHistoryBegins) return std::nullopt;
  const auto offset = std::min(static_cast<std::size_t>(date.days - kHistoryBegins.days),
                               index_by_date_.size() - 1);
  const std::int32_t index = index_by_date_[offset];
  if (index < 0) return std::nullopt;
  return static_cast<std::size_t>(index);
}

std::size_t minutes_in(const std::vector<SessionHours>& sessions) {
  std::size_t count = 0;
  for (const SessionHours& session : sessions) count += minutes_of(session);
  return count;
}

Timestamp start_of_minute(const std::vector<SessionHours>& sessions, std::size_t i) {
  for (const SessionHours& session : sessions) {
    const std::size_t count = minutes_of(session);
    if (i < count) return session.begin + kMinute * static_cast<std::int64_t>(i);
    i -= count;
  }
  INVARIANT(false, "a minute outside the day");
}

std::optional<std::size_t> minute_at_or_before(const std::vector<SessionHours>& sessions,
                                               Timestamp t) {
  std::optional<std::size_t> found;
  std::size_t before = 0;
  for (const SessionHours& session : sessions) {
    if (t < session.begin) break;
    const std::size_t count = minutes_of(session);
    const auto into = static_cast<std::size_t>((t - session.begin).us / kMinute.us);
    found = before + std::min(into, count - 1);
    before += count;
  }
  return found;
}

}  // namespace broker::simulated
