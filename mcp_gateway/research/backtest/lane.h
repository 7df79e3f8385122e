#pragma once

// One symbol in a backtest: its place in its bars, the orders that lie in wait, and what they do
// with the prints of a bar. Fills go to the account.

#include <cstdint>
#include <optional>
#include <utility>

#include "mcp_gateway/research/backtest/account.h"
#include "mcp_gateway/research/backtest/bar_prints.h"
#include "mcp_gateway/research/backtest/engine.h"
#include "mcp_gateway/research/indicators/atr.h"
#include "trading/fills/fill_model.h"

namespace research {

class Lane {
 public:
  Lane(std::size_t index, const SymbolBars& symbol, const EngineTerms& terms, std::size_t symbols,
       Account& account, EngineOutcome& outcome);

  [[nodiscard]] bool is_done() const { return next_ >= bars_.size(); }
  [[nodiscard]] std::int64_t next_ts_us() const { return bars_.series().ts_us[next_]; }

  // Takes the next bar: what was ordered before it meets its prints. BACKTEST_VALUE_TOO_LARGE.
  trading::Status trade_next_bar();
  // A new day began without this symbol having squared off: it leaves at its last price.
  void square_off_at_last_price();

  // After its close.
  [[nodiscard]] const ClosedBar& bar() const { return bar_; }
  [[nodiscard]] Held held() const;
  [[nodiscard]] bool is_at_last_bar() const { return next_ == bars_.size(); }
  trading::Status decide(const Decision& decision);
  void end_day_if_due();  // orders the square-off when its time comes
  void close_at_end();    // at the last close

 private:
  struct Level {
    trading::Price price;
    bool is_triggered = false;
  };
  struct Entry {
    trading::RestingOrder order;
    bool is_sized = false;
    Decision decision;
    trading::Accrual executed;
  };

  [[nodiscard]] bool is_flat() const { return account_.quantity(index_).is_zero(); }
  [[nodiscard]] bool is_long() const { return account_.quantity(index_).is_positive(); }
  [[nodiscard]] bool may_sell() const;
  [[nodiscard]] bool can_anything_happen() const;
  [[nodiscard]] bool is_low_first(const trading::Bar& bar) const;
  [[nodiscard]] bool is_in_walked(const std::optional<Level>& level) const {
    return level && level->price >= walked_.low && level->price <= walked_.high;
  }
  void open_day();
  trading::Status walk_bar();
  std::pair<std::size_t, std::size_t> finer_inside();
  trading::Status walk_prints(const trading::Bar& bar, trading::Duration length, bool is_first);
  trading::Status meet(bool is_first_print);
  void leave(trading::Liquidity& liquidity, bool is_fresh);
  void protect(const trading::MarketSlice& slice, trading::Liquidity& liquidity, bool is_gap);
  trading::Status enter(trading::Liquidity& liquidity, bool is_first_print);
  trading::Result<bool> take_entry(const trading::FillOutcome& outcome);
  void size_entry();
  [[nodiscard]] bool fill_stop(const trading::MarketSlice& slice, trading::Liquidity& liquidity,
                               bool is_gap);
  void doubt();
  void take_all(trading::Price price, ExitReason reason);
  void set_protection(trading::Price entry_price);
  void trail(trading::Price last);
  void take_exit(const trading::Execution& execution, ExitReason reason);
  [[nodiscard]] trading::Side exit_side() const {
    return is_long() ? trading::Side::kSell : trading::Side::kBuy;
  }
  [[nodiscard]] trading::Timestamp bar_end() const { return bar_.ts + length_; }
  void after_exit();
  // A level on the grid: as a price, a distance from the entry, or a part of it; direction -1 is
  // below the entry.
  [[nodiscard]] std::optional<trading::Price> level_of(std::optional<double> price,
                                                       std::optional<double> distance,
                                                       trading::Bps part, trading::Price entry,
                                                       int direction) const;

  const std::size_t index_;
  const SymbolBars& symbol_;
  const CheckedBars& bars_;
  const EngineTerms& terms_;
  const std::int64_t most_shares_;  // more could come to be worth too much
  Account& account_;
  EngineOutcome& outcome_;
  const trading::Duration length_;  // of a bar; a day is its session
  const Book book_;

  std::size_t next_ = 0;  // bar to come; the current one is next_ - 1
  ClosedBar bar_;
  std::size_t next_finer_ = 0;
  trading::MarketSlice slice_;
  trading::Bar walked_;  // the bar or the finer one whose prints are met
  Atr range_{14};

  std::optional<Entry> entry_;
  std::optional<ExitReason> exit_;                // ordered, at the market
  trading::Accrual exit_executed_;                // turnover of the exit order under way ...
  ExitReason exit_reason_ = ExitReason::kSignal;  // ... and why it is
  std::optional<Level> stop_, target_;
  bool is_stop_trailing_ = false;
  std::optional<trading::Price> trail_distance_;
  Decision entered_by_;  // whose levels the position has
  trading::Price best_;  // since the entry
  bool has_trailed_in_bar_ = false;
  bool is_doubtful_bar_ = false;
  trading::TradingDate entry_date_{-1};
  std::uint32_t entry_bar_ = 0;
  std::uint32_t current_bar_ = 0;

  std::int64_t day_end_us_ = 0;  // first instant of the next day
  trading::TradingDate date_{-1};
  trading::Timestamp close_ts_, square_off_ts_, last_entry_ts_;
};

}  // namespace research
