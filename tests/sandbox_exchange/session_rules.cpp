#include "tests/sandbox_exchange/session_rules.h"

#include <algorithm>

#include "trading/time/exchange_calendar.h"

namespace sandbox {

using namespace trading;

namespace {

// Derivatives trade to 15:40 since the closing auction came; feeds of the exchange, medium sure.
constexpr TradingDate kAuctionsSince = TradingDate::from_civil(2026, 8, 3);

constexpr TradingDate kTablesBegin = TradingDate::from_civil(2023, 1, 1);

// How long before the end of continuous trading the broker squares off INTRADAY. Not published for
// the time since the closing auction: a choice of this exchange.
constexpr Duration kSquareOffBeforeEnd = minutes(1);

}  // namespace

Board board_of(const Listing& listing) {
  if (listing.segment == "NFO" || listing.segment == "BFO") return Board::kDerivatives;
  return listing.is_cas_enabled ? Board::kClosingAuction : Board::kPlain;
}

DayPlan plan_of(TradingDate date) {
  DayPlan plan;
  plan.date = date;
  auto day = ExchangeCalendar::nse().trading_day(date);
  // Bars older than the tables: this exchange has traded on every weekday of those years.
  const bool is_before_tables = date < kTablesBegin && date.weekday() != 0 && date.weekday() != 6;
  if (!day && is_before_tables) day = ExchangeCalendar::ordinary_day(date);
  if (!day) return plan;
  plan.is_trading = true;
  plan.open = day->open();
  plan.pre_open = day->pre_open ? day->pre_open->begin : plan.open;
  plan.close_auctioned = day->close(true);
  plan.close_plain = day->close(false);
  plan.uncross = day->closing_auction ? day->closing_auction->end - minutes(5) : plan.close_auctioned;
  plan.auction_end = day->closing_auction ? day->closing_auction->end : plan.close_auctioned;
  plan.close_derivatives =
      date >= kAuctionsSince && !day->is_special ? plan.close_plain + minutes(10) : plan.close_plain;
  plan.day_orders_end = std::max(plan.auction_end, plan.close_derivatives);
  plan.square_off = plan.close_auctioned - kSquareOffBeforeEnd;
  return plan;
}

Timestamp DayPlan::continuous_end(Board board) const {
  switch (board) {
    case Board::kClosingAuction: return close_auctioned;
    case Board::kPlain: return close_plain;
    case Board::kDerivatives: return close_derivatives;
  }
  return close_plain;
}

Phase DayPlan::phase(Board board, Timestamp t) const {
  if (!is_trading || t < pre_open) return Phase::kClosed;
  if (t < open) return Phase::kPreOpen;
  if (t < continuous_end(board)) return Phase::kContinuous;
  if (board == Board::kClosingAuction && t < uncross) return Phase::kClosingAuction;
  return Phase::kClosed;
}

std::optional<TradingDate> next_trading_date(TradingDate date) {
  const auto day = ExchangeCalendar::nse().next_trading_day(date);
  if (!day) return std::nullopt;
  return day->date;
}

}  // namespace sandbox
