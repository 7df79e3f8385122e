// Months, droughts and growth of an equity curve.

#include "mcp_gateway/research/statistics/equity.h"

#include <algorithm>
#include <cmath>

namespace research {

namespace {

trading::TradingDate first_of_next_month(trading::TradingDate date) {
  const int year = date.year();
  const int month = date.month();
  return month == 12 ? trading::TradingDate::from_civil(year + 1, 1, 1)
                     : trading::TradingDate::from_civil(year, month + 1, 1);
}

}  // namespace

std::vector<MonthReturn> months_of(const DayMarks& marks) {
  std::vector<MonthReturn> months;
  if (marks.dates.empty()) return months;
  std::int64_t before = marks.initial_e4;
  const auto end_month = [&](trading::TradingDate in, std::int64_t now) {
    const double change =
        before > 0 ? static_cast<double>(now) / static_cast<double>(before) - 1.0 : 0.0;
    months.push_back({in.year(), in.month(), change * 100.0});
    before = now;
  };
  trading::TradingDate next_month = first_of_next_month(marks.dates.front());
  for (std::size_t i = 1; i < marks.dates.size(); ++i) {
    if (marks.dates[i] < next_month) continue;
    end_month(marks.dates[i - 1], marks.equity_e4[i - 1]);
    next_month = first_of_next_month(marks.dates[i]);
  }
  end_month(marks.dates.back(), marks.equity_e4.back());
  return months;
}

std::size_t longest_drawdown_days(const DayMarks& marks) {
  std::int64_t peak = marks.initial_e4;
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const std::int64_t e4 : marks.equity_e4) {
    run = e4 < peak ? run + 1 : 0;
    peak = std::max(peak, e4);
    longest = std::max(longest, run);
  }
  return longest;
}

std::optional<double> annual_growth_pct(const DayMarks& marks) {
  if (marks.dates.empty()) return std::nullopt;
  const int days = marks.dates.back().days - marks.dates.front().days;
  if (days < 30 || marks.initial_e4 <= 0 || marks.equity_e4.back() <= 0) return std::nullopt;
  const double ratio =
      static_cast<double>(marks.equity_e4.back()) / static_cast<double>(marks.initial_e4);
  return (std::pow(ratio, 365.25 / static_cast<double>(days)) - 1.0) * 100.0;
}

}  // namespace research
