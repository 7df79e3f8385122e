#pragma once

// The money of a backtest: cash, positions in several symbols, charges and their contract notes,
// T+1. Integers in 1/10,000 rupee throughout; positions by trading/positions, charges by
// trading/charges, as the paper account's.
//
//   equity   cash + quantity x last close of each symbol; charges are taken as they accrue
//   note     at each day's end the accrued lines are rounded as a contract note rounds them; the
//            difference goes to the day's last trade, so that trades always sum to the equity
//   T+1      shares bought for delivery are settled with the next day that has bars
//   funds    nothing is lent: a buy needs its value, a short its value again beside the proceeds

#include <cstdint>
#include <vector>

#include "mcp_gateway/research/backtest/trade.h"
#include "trading/charges/charges.h"
#include "trading/positions/position.h"

namespace research {

struct AccountTerms {
  trading::Money capital;
  bool has_costs = true;
  trading::Product product = trading::Product::kDelivery;
  std::size_t symbols = 1;
};

struct AccountFill {
  std::size_t symbol = 0;
  trading::Side side = trading::Side::kBuy;
  trading::Quantity quantity;
  trading::Price price;
  trading::Timestamp bar_ts;
  std::uint32_t bar = 0;
  trading::Accrual executed_before;  // by the same order
  ExitReason reason = ExitReason::kSignal;
};

class Account {
 public:
  explicit Account(const AccountTerms& terms);

  // Days ascend. The first instant of a day settles what was bought before it.
  void begin_day(trading::TradingDate date);
  // The day's contract note.
  void end_day();
  void apply(const AccountFill& fill);
  void mark(std::size_t symbol, std::int64_t close_e4) { lanes_[symbol].last_e4 = close_e4; }
  void set_ambiguous(std::size_t symbol);

  [[nodiscard]] std::int64_t equity_e4() const;
  [[nodiscard]] trading::Accrual cash() const { return cash_; }
  [[nodiscard]] trading::Accrual free_cash() const;
  [[nodiscard]] trading::Quantity quantity(std::size_t symbol) const {
    return lanes_[symbol].position.quantity;
  }
  [[nodiscard]] const trading::Position& position(std::size_t symbol) const {
    return lanes_[symbol].position;
  }
  // Of a delivery position: how many shares have arrived.
  [[nodiscard]] trading::Quantity settled(std::size_t symbol) const {
    return lanes_[symbol].settled;
  }
  // The most shares, up to `wanted`, that the free cash pays for, charges included.
  [[nodiscard]] trading::Quantity affordable(std::size_t symbol, trading::Side side,
                                             trading::Price price, trading::Quantity wanted,
                                             trading::Accrual executed_before) const;

  [[nodiscard]] const std::vector<Trade>& trades() const { return trades_; }
  std::vector<Trade> take_trades() { return std::move(trades_); }
  [[nodiscard]] const trading::ChargeLines& charges() const { return charges_; }
  [[nodiscard]] trading::Accrual charges_rounding() const { return rounding_; }
  [[nodiscard]] std::uint64_t sold_unsettled() const { return sold_unsettled_; }

 private:
  struct Lane {
    trading::Position position;
    trading::Quantity settled;
    std::int64_t last_e4 = 0;
    std::size_t open_trade = 0;
    trading::TradingDate last_delivery_sell{-1};
  };
  [[nodiscard]] trading::Accrual charges_for(std::size_t symbol, const AccountFill& fill,
                                             trading::ChargeLines* lines) const;

  AccountTerms terms_;
  trading::TradingDate today_{-1};
  trading::Accrual cash_;
  std::vector<Lane> lanes_;
  std::vector<Trade> trades_;
  std::size_t last_traded_ = 0;        // of today: takes the note's rounding
  trading::ChargeLines today_lines_;   // accrued since the last note
  trading::ChargeLines charges_;
  trading::Accrual rounding_;
  std::uint64_t sold_unsettled_ = 0;
};

}  // namespace research
