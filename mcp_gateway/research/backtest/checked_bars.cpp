// One pass over the bars for what every backtest relies on, and one over the days for jumps.

#include "mcp_gateway/research/backtest/checked_bars.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace research {

namespace {

using trading::BarSeries;
using trading::Error;
using trading::Price;
using trading::Timestamp;
using trading::TradingDate;

constexpr std::int64_t kEarliestUs = timestamp_of(TradingDate::from_civil(1990, 1, 1), {}).us;
constexpr std::int64_t kLatestUs = timestamp_of(TradingDate::from_civil(2100, 1, 1), {}).us;
constexpr std::int64_t kJumpPercent = 20;

Error invalid(const BarSeries& bars, std::size_t i, const std::string& what) {
  return trading::make_error(
      "BARS_INVALID",
      "bar " + std::to_string(i) + " (" + trading::format_ist({bars.ts_us[i]}) + "): " + what,
      "mend or leave out the bar and ask again");
}

// Why bar i is unfit.
Error fault_of(const BarSeries& bars, std::size_t i) {
  const auto price = [](std::int64_t e4) { return Price(e4).rupees(); };
  if (bars.ts_us[i] < kEarliestUs || bars.ts_us[i] >= kLatestUs)
    return trading::make_error("BARS_INVALID",
                               "bar " + std::to_string(i) + " is not between 1990 and 2100",
                               "times are microseconds since 1970 in UTC");
  if (i > 0 && bars.ts_us[i] == bars.ts_us[i - 1])
    return invalid(bars, i, "the same time as the bar before it");
  if (i > 0 && bars.ts_us[i] < bars.ts_us[i - 1])
    return invalid(bars, i, "earlier than the bar before it; bars ascend by time");
  for (const std::int64_t e4 :
       {bars.open_e4[i], bars.high_e4[i], bars.low_e4[i], bars.close_e4[i]}) {
    if (e4 <= 0) return invalid(bars, i, price(e4) + " is not a price above 0");
    if (e4 > kMostPriceE4)
      return invalid(bars, i, price(e4) + " is above one crore rupees a share");
  }
  if (bars.high_e4[i] < bars.low_e4[i])
    return invalid(bars, i,
                   "high " + price(bars.high_e4[i]) + " is below low " + price(bars.low_e4[i]));
  if (bars.volume[i] < 0 || bars.volume[i] > kMostVolume)
    return invalid(bars, i, "volume " + std::to_string(bars.volume[i]) + " is not possible");
  return invalid(bars, i,
                 "open " + price(bars.open_e4[i]) + " or close " + price(bars.close_e4[i]) +
                     " is outside " + price(bars.low_e4[i]) + " to " + price(bars.high_e4[i]));
}

bool is_sound(const BarSeries& bars, std::size_t i) {
  const std::int64_t low = bars.low_e4[i];
  const std::int64_t high = bars.high_e4[i];
  return low > 0 && high <= kMostPriceE4 && bars.open_e4[i] >= low && bars.open_e4[i] <= high &&
         bars.close_e4[i] >= low && bars.close_e4[i] <= high && bars.volume[i] >= 0 &&
         bars.volume[i] <= kMostVolume;
}

struct Ratio {
  std::int64_t after;   // shares after ...
  std::int64_t before;  // ... for so many before
};
// Splits, bonus issues and consolidations as Indian companies make them.
constexpr std::array<Ratio, 13> kSplitRatios{{{2, 1},
                                              {3, 1},
                                              {4, 1},
                                              {5, 1},
                                              {6, 1},
                                              {10, 1},
                                              {15, 1},
                                              {20, 1},
                                              {3, 2},
                                              {5, 2},
                                              {1, 2},
                                              {1, 5},
                                              {1, 10}}};
constexpr std::int64_t kTolerancePercent = 6;  // the market also moves on that day

std::string split_like(std::int64_t before_e4, std::int64_t after_e4) {
  for (const Ratio& ratio : kSplitRatios) {
    const std::int64_t wanted = before_e4 * ratio.before / ratio.after;
    if (std::abs(after_e4 - wanted) * 100 <= wanted * kTolerancePercent)
      return std::to_string(ratio.after) + ":" + std::to_string(ratio.before) + " split";
  }
  return "";
}

Error unadjusted(const Jump& jump) {
  return trading::make_error(
      "UNADJUSTED_JUMP",
      "from " + jump.before.rupees() + " to " + jump.after.rupees() + " on " + jump.date.iso() +
          " looks like a " + jump.looks_like + " that the bars are not adjusted for",
      "ask for adjusted bars, begin after " + jump.date.iso() +
          ", or allow jumps if the price really moved so");
}

}  // namespace

trading::Result<CheckedBars> CheckedBars::check(BarSeries bars, const BarRules& rules) {
  const std::size_t n = bars.size();
  for (const std::vector<std::int64_t>* column :
       {&bars.open_e4, &bars.high_e4, &bars.low_e4, &bars.close_e4, &bars.volume})
    if (column->size() != n)
      return trading::make_error("BARS_INVALID", "the columns differ in length",
                                 "give every bar all six values");
  if (n == 0)
    return trading::make_error("BARS_EMPTY", "there are no bars",
                               "choose a period in which the symbol traded");
  if (n > kMostBacktestBars)
    return trading::make_error(
        "BARS_TOO_MANY", std::to_string(n) + " bars, at most " + std::to_string(kMostBacktestBars),
        "choose a shorter period or longer bars");

  CheckedBars out;
  out.day_ends_.reserve(bars.timeframe == trading::Timeframe::kOneDay ? n : n / 60 + 1);
  std::int64_t previous_us = kEarliestUs - 1;
  std::int64_t day_end_us = 0;  // first instant of the next day
  std::int64_t highest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t ts = bars.ts_us[i];
    if (ts <= previous_us || ts >= kLatestUs || !is_sound(bars, i)) return fault_of(bars, i);
    previous_us = ts;
    highest = std::max(highest, bars.high_e4[i]);
    if (ts >= day_end_us) {
      if (i > 0) out.day_ends_.push_back(static_cast<std::uint32_t>(i - 1));
      day_end_us = timestamp_of(trading::date_of({ts}) + 1, {}).us;
    }
  }
  out.day_ends_.push_back(static_cast<std::uint32_t>(n - 1));
  out.highest_e4_ = highest;

  for (std::size_t d = 0; d + 1 < out.day_ends_.size(); ++d) {
    const std::size_t i = out.day_ends_[d] + 1U;
    const std::int64_t before = bars.close_e4[i - 1];
    const std::int64_t after = bars.open_e4[i];
    if (std::abs(after - before) * 100 <= before * kJumpPercent) continue;
    const TradingDate last = trading::date_of({bars.ts_us[i - 1]});
    const TradingDate date = trading::date_of({bars.ts_us[i]});
    const auto explains = [&](TradingDate ex_date) { return ex_date > last && ex_date <= date; };
    if (std::any_of(rules.known_actions.begin(), rules.known_actions.end(), explains)) continue;
    Jump jump{i, date, Price(before), Price(after), split_like(before, after)};
    if (!jump.looks_like.empty() && !rules.allows_jumps) return unadjusted(jump);
    out.jumps_.push_back(std::move(jump));
  }
  out.bars_ = std::move(bars);
  return out;
}

}  // namespace research
