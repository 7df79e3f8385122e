// Findings about readable files.

#include "execution_broker/market/csv/checks.h"

#include <algorithm>
#include <cstdlib>

namespace broker {

namespace {

using trading::Price;
using trading::Timeframe;
using trading::TradingDate;

constexpr std::size_t kMostNamed = 20;
constexpr std::int64_t kJumpPercent = 20;

std::string at_row(const CheckInputs& in, std::size_t i) {
  return std::string(in.name) + " row " + std::to_string(in.file.rows[i]) + ": ";
}

// A list that stays readable: the first findings of a kind by name, the rest as a count.
class Named {
 public:
  void add(std::string text) {
    if (++count_ <= kMostNamed) texts_.push_back(std::move(text));
  }
  void give(std::string_view file, std::string_view kind, std::vector<std::string>& out) {
    out.insert(out.end(), texts_.begin(), texts_.end());
    if (count_ > kMostNamed)
      out.push_back(std::string(file) + ": " + std::to_string(count_) + " " + std::string(kind) +
                    " in all");
  }

 private:
  std::vector<std::string> texts_;
  std::size_t count_ = 0;
};

void check_sessions(const CheckInputs& in, std::vector<std::string>& out) {
  Named odd;
  TradingDate last{-1};
  for (std::size_t i = 0; i < in.file.bars.size(); ++i) {
    const TradingDate date = trading::date_of({in.file.bars.ts_us[i]});
    if (date == last) continue;
    last = date;
    const trading::DayStatus status = in.calendar.status(date);
    if (!status.day || !status.day->is_special) continue;
    std::string hours;
    for (const trading::SessionHours& session : status.day->continuous)
      hours += (hours.empty() ? " " : " and ") + trading::time_of(session.begin).hh_mm() + "-" +
               trading::time_of(session.end).hh_mm();
    odd.add(at_row(in, i) + "odd session on " + date.iso() + hours +
            (status.day->note.empty() ? "" : " (" + status.day->note + ")"));
  }
  odd.give(in.name, "odd sessions", out);
}

void check_grid(const CheckInputs& in, std::vector<std::string>& out) {
  if (in.file.bars.timeframe == Timeframe::kOneDay) return;
  Named off;
  const std::int64_t length_us = trading::length_of(in.file.bars.timeframe).us;
  for (std::size_t i = 0; i < in.file.bars.size(); ++i)
    if (in.file.bars.ts_us[i] % length_us !=
        0)  // 09:15 IST is a multiple of five minutes in UTC too
      off.add(at_row(in, i) + "the bar starts at " + trading::format_ist({in.file.bars.ts_us[i]}) +
              ", off the grid of " + std::to_string(length_us / 60'000'000) + " minutes");
  off.give(in.name, "bars off the grid", out);
}

void check_jumps(const CheckInputs& in, std::vector<std::string>& out) {
  Named jumps;
  const trading::BarSeries& bars = in.file.bars;
  for (std::size_t i = 1; i < bars.size(); ++i) {
    const TradingDate before = trading::date_of({bars.ts_us[i - 1]});
    const TradingDate date = trading::date_of({bars.ts_us[i]});
    if (before == date) continue;
    const std::int64_t jump = std::abs(bars.open_e4[i] - bars.close_e4[i - 1]);
    if (jump * 100 <= bars.close_e4[i - 1] * kJumpPercent) continue;
    const bool is_explained =
        std::any_of(in.actions.begin(), in.actions.end(), [&](const CorporateAction& action) {
          return action.ex_date > before && action.ex_date <= date;
        });
    if (is_explained) continue;
    jumps.add(at_row(in, i) + "the price jumps overnight from " +
              Price(bars.close_e4[i - 1]).rupees() + " to " + Price(bars.open_e4[i]).rupees() +
              " on " + date.iso() + " and no corporate action says why");
  }
  jumps.give(in.name, "overnight jumps", out);
}

void check_ticks(const CheckInputs& in, std::vector<std::string>& out) {
  const trading::BarSeries& bars = in.file.bars;
  std::size_t count = 0;
  std::size_t first = 0;
  TradingDate day{-1};
  std::int64_t tick = 1;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const TradingDate date = trading::date_of({bars.ts_us[i]});
    if (date != day) {
      day = date;
      const std::int64_t reference = i == 0 ? bars.open_e4[i] : bars.close_e4[i - 1];
      tick = trading::tick_of(in.instrument, date, Price(reference)).value();
    }
    if (bars.open_e4[i] % tick == 0 && bars.high_e4[i] % tick == 0 && bars.low_e4[i] % tick == 0 &&
        bars.close_e4[i] % tick == 0)
      continue;
    if (count++ == 0) first = i;
  }
  if (count > 0)
    out.push_back(at_row(in, first) + "a price off the tick, first of " + std::to_string(count) +
                  " such rows of " + std::to_string(bars.size()) +
                  ": these are not the exchange's raw prices");
}

}  // namespace

std::vector<std::string> check_file(const CheckInputs& in) {
  std::vector<std::string> out;
  check_sessions(in, out);
  check_grid(in, out);
  check_jumps(in, out);
  check_ticks(in, out);
  return out;
}

}  // namespace broker
