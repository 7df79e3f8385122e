// Months, droughts and growth of an equity curve.

#include "mcp_gateway/research/statistics/equity.h"

#include <algorithm>
#include <cmath>

namespace research {

std::vector<MonthReturn> months_of(const DayMarks& marks) {
  std::vector<MonthReturn> months;
  std::int64_t before = marks.initial_e4;
  for (std::size_t i = 0; i < marks.dates.size(); ++i) {
    const int year = marks.dates[i].year();
    const int month = marks.dates[i].month();
    const bool is_last = i + 1 == marks.dates.size() || marks.dates[i + 1].month() != month ||
                         marks.dates[i + 1].year() != year;
    if (!is_last) continue;
    const std::int64_t now = marks.equity_e4[i];
    const double change =
        before > 0 ? static_cast<double>(now) / static_cast<double>(before) - 1.0 : 0.0;
    months.push_back({year, month, change * 100.0});
    before = now;
  }
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
