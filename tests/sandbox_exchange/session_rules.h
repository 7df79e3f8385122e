#pragma once

// The hours of this exchange, by day and board. Days come from the calendar's tables; a day that
// they do not know does not trade.

#include <optional>

#include "tests/sandbox_exchange/listing.h"
#include "trading/time/timestamp.h"

namespace sandbox {

enum class Board {
  kClosingAuction,  // stocks with derivatives: continuous 09:15-15:15, auction to 15:35
  kPlain,           // all other stocks: continuous to 15:30
  kDerivatives,     // to 15:40
};
Board board_of(const Listing& listing);

enum class Phase {
  kClosed,
  kPreOpen,         // orders are taken and wait for 09:15
  kContinuous,
  kClosingAuction,  // limit orders are taken and wait for the uncrossing
};

struct DayPlan {
  trading::TradingDate date;
  bool is_trading = false;
  trading::Timestamp pre_open;
  trading::Timestamp open;
  trading::Timestamp close_auctioned;  // end of continuous trading of stocks with an auction
  trading::Timestamp uncross;          // the auction's own price is made here
  trading::Timestamp auction_end;
  trading::Timestamp close_plain;
  trading::Timestamp close_derivatives;
  trading::Timestamp day_orders_end;   // what still rests is cancelled by the exchange
  trading::Timestamp square_off;       // the broker closes what is left of INTRADAY

  [[nodiscard]] Phase phase(Board board, trading::Timestamp t) const;
  [[nodiscard]] trading::Timestamp continuous_end(Board board) const;
};

DayPlan plan_of(trading::TradingDate date);
// The next day that trades after `date`; none where the tables end first.
std::optional<trading::TradingDate> next_trading_date(trading::TradingDate date);

}  // namespace sandbox
