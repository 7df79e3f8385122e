#pragma once

// The account of the SMA-cross kernel: all of the cash into one position at an open, out of it at
// another. Looks at the bars between only for what the marked equity needs.

#include <cstdint>

#include "mcp_gateway/research/backtest/checked_bars.h"
#include "mcp_gateway/research/backtest/close_range.h"
#include "mcp_gateway/research/backtest/sma_cross_kernel.h"

namespace research {

class CrossAccount {
 public:
  CrossAccount(const CheckedBars& bars, std::int64_t capital_e4)
      : bars_(bars), opens_(bars.series().open_e4.data()), closes_(bars.series().close_e4.data()),
        cash_(capital_e4), peak_(capital_e4) {
    outcome_.days.initial_e4 = capital_e4;
    outcome_.days.equity_e4.reserve(bars.day_ends().size());
    outcome_.trades.reserve(bars.size() / 64);
  }

  [[nodiscard]] bool is_open() const { return quantity_ != 0; }

  // False when the position could come to be worth more than kMostValueE4. Nothing is bought, and
  // the account stays flat, when the cash is not enough for a share.
  bool buy_at_open(std::size_t bar) {
    const std::int64_t price = opens_[bar];
    const std::int64_t quantity = cash_ / price;
    if (quantity == 0) return true;
    if (quantity > kMostValueE4 / bars_.highest_e4()) return false;
    mark_days_before(bar);
    quantity_ = quantity;
    entry_ = bar;
    cash_ -= quantity * price;
    return true;
  }

  void sell_at_open(std::size_t bar) {
    mark_position_until(bar);
    close(bar, opens_[bar], false);
  }

  // What is open is closed at the last close; the days up to the end get their marks.
  void finish() {
    const std::size_t n = bars_.size();
    if (is_open()) {
      mark_position_until(n);
      close(n - 1, closes_[n - 1], true);
    }
    mark_days_before(n);
    outcome_.final_e4 = cash_;
  }

  CrossOutcome take() {
    outcome_.max_drawdown_pct = deepest_ * 100.0;
    outcome_.days.dates.reserve(bars_.day_ends().size());
    for (const std::uint32_t end : bars_.day_ends())
      outcome_.days.dates.push_back(trading::date_of({bars_.series().ts_us[end]}));
    return std::move(outcome_);
  }

 private:
  void fall_to(std::int64_t equity) {
    const double fall = static_cast<double>(peak_ - equity) / static_cast<double>(peak_);
    if (fall > deepest_) deepest_ = fall;
  }

  // Marks of days that end before `bar`, at the equity of now.
  void mark_days_before(std::size_t bar) {
    const std::vector<std::uint32_t>& ends = bars_.day_ends();
    for (; next_day_ < ends.size() && ends[next_day_] < bar; ++next_day_)
      outcome_.days.equity_e4.push_back(cash_ + quantity_ * closes_[ends[next_day_]]);
  }

  // The closes from the entry up to before `end`: peak, deepest fall, day marks. Equity rises with
  // the close, so without a new peak only the lowest close counts.
  void mark_position_until(std::size_t end) {
    mark_days_before(end);
    const std::int64_t at_peak = (peak_ - cash_) / quantity_;  // a close above it is a new peak
    const CloseRange<std::int64_t> range = range_of(closes_ + entry_, end - entry_);
    if (range.highest <= at_peak)
      fall_to(cash_ + quantity_ * range.lowest);
    else
      mark_with_new_peaks(end);
    outcome_.bars_in_position += end - entry_;
  }

  void mark_with_new_peaks(std::size_t end) {
    std::int64_t at_peak = (peak_ - cash_) / quantity_;
    std::int64_t lowest = closes_[entry_];  // since the peak
    for (std::size_t i = entry_; i < end; ++i) {
      const std::int64_t close = closes_[i];
      lowest = close < lowest ? close : lowest;
      if (close <= at_peak) continue;
      if (i > entry_) fall_to(cash_ + quantity_ * lowest);
      peak_ = cash_ + quantity_ * close;
      at_peak = lowest = close;
    }
    fall_to(cash_ + quantity_ * lowest);
  }

  void close(std::size_t bar, std::int64_t price, bool is_end) {
    cash_ += quantity_ * price;
    outcome_.trades.push_back({static_cast<std::uint32_t>(entry_), static_cast<std::uint32_t>(bar),
                               is_end, quantity_});
    quantity_ = 0;
    if (cash_ > peak_)
      peak_ = cash_;
    else
      fall_to(cash_);
  }

  const CheckedBars& bars_;
  const std::int64_t* opens_;
  const std::int64_t* closes_;
  std::int64_t cash_;
  std::int64_t peak_;
  double deepest_ = 0;
  std::int64_t quantity_ = 0;
  std::size_t entry_ = 0;
  std::size_t next_day_ = 0;
  CrossOutcome outcome_;
};

}  // namespace research
