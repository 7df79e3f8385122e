#pragma once

// What the curve of an account's marked equity says: how deep it fell, how long, and month by
// month. Equity is in 1/10,000 rupee.

#include <cstdint>
#include <optional>
#include <vector>

#include "trading/time/timestamp.h"

namespace research {

// The deepest fall from a peak, as a part of the peak. Starts at the initial capital.
class Drawdown {
 public:
  explicit Drawdown(std::int64_t initial_e4) : peak_(initial_e4) {}

  void update(std::int64_t equity_e4) {
    if (equity_e4 > peak_) peak_ = equity_e4;
    const double fall =
        static_cast<double>(peak_ - equity_e4) / static_cast<double>(peak_);
    if (fall > deepest_) deepest_ = fall;
  }
  [[nodiscard]] std::int64_t peak_e4() const { return peak_; }
  [[nodiscard]] double percent() const { return deepest_ * 100.0; }

 private:
  std::int64_t peak_;
  double deepest_ = 0;
};

// Equity at the end of each day that has bars.
struct DayMarks {
  std::int64_t initial_e4 = 0;
  std::vector<trading::TradingDate> dates;
  std::vector<std::int64_t> equity_e4;

  void push_back(trading::TradingDate date, std::int64_t e4) {
    dates.push_back(date);
    equity_e4.push_back(e4);
  }
};

struct MonthReturn {
  int year = 0;
  int month = 0;
  double return_pct = 0;  // end of the month against the end of the month before
  friend bool operator==(const MonthReturn&, const MonthReturn&) = default;
};
std::vector<MonthReturn> months_of(const DayMarks& marks);

// Longest run of days below an earlier day's end, in bars of a day.
std::size_t longest_drawdown_days(const DayMarks& marks);

// (last / initial)^(365.25 / days between the first and the last) - 1, in percent; absent under
// 30 days.
std::optional<double> annual_growth_pct(const DayMarks& marks);

}  // namespace research
