// Cash, positions and round trips.

#include "mcp_gateway/research/backtest/account.h"

#include <algorithm>

#include "trading/base/invariant.h"

namespace research {

using trading::Accrual;
using trading::Price;
using trading::Product;
using trading::Quantity;
using trading::Side;

Account::Account(const AccountTerms& terms)
    : terms_(terms), cash_(terms.capital.accrual()), lanes_(terms.symbols) {
  for (Lane& lane : lanes_) lane.position.product = terms.product;
}

void Account::begin_day(trading::TradingDate date) {
  today_ = date;
  for (Lane& lane : lanes_) lane.settled = lane.position.quantity;
}

void Account::end_day() {
  if (!terms_.has_costs) return;
  const Accrual accrued = today_lines_.total();
  if (accrued.is_zero()) return;
  Accrual noted;
  for (const trading::Money line : contract_note(today_lines_)) noted += line.accrual();
  const Accrual difference = noted - accrued;
  cash_ -= difference;
  rounding_ += difference;
  trades_[last_traded_].charges += difference;
  today_lines_ = {};
}

Accrual Account::charges_for(std::size_t symbol, const AccountFill& fill,
                             trading::ChargeLines* lines) const {
  if (!terms_.has_costs) return {};
  const trading::ChargeLines of_fill = trading::charges_of(
      {.date = today_,
       .side = fill.side,
       .product = terms_.product,
       .quantity = fill.quantity,
       .price = fill.price,
       .executed_before = fill.executed_before,
       .is_first_delivery_sell = terms_.product == Product::kDelivery &&
                                 fill.side == Side::kSell &&
                                 lanes_[symbol].last_delivery_sell != today_});
  if (lines != nullptr) *lines = of_fill;
  return of_fill.total();
}

void Account::apply(const AccountFill& fill) {
  Lane& lane = lanes_[fill.symbol];
  trading::ChargeLines lines;
  const Accrual charges = charges_for(fill.symbol, fill, &lines);
  if (lane.position.is_flat()) {
    lane.open_trade = trades_.size();
    Trade trade;
    trade.symbol = fill.symbol;
    trade.side = fill.side;
    trade.entry_bar = fill.bar;
    trade.entry_ts = fill.bar_ts;
    trades_.push_back(trade);
  }
  Trade& trade = trades_[lane.open_trade];
  const Accrual value = value_of(fill.price, fill.quantity);
  const trading::PositionChange change =
      apply_fill(lane.position, fill.side, fill.quantity, fill.price);
  INVARIANT(change.closed.is_zero() || change.closed == fill.quantity,
            "an order of a backtest either opens or closes");
  lane.position = change.after;
  cash_ -= value_of(fill.price, signed_quantity(fill.side, fill.quantity)) + charges;
  trade.charges += charges;
  today_lines_ = today_lines_ + lines;
  charges_ = charges_ + lines;
  last_traded_ = lane.open_trade;
  if (change.closed.is_zero()) {
    trade.entry_value += value;
    trade.quantity += fill.quantity;
    return;
  }
  trade.exit_value += value;
  trade.exit_bar = fill.bar;
  trade.exit_ts = fill.bar_ts;
  trade.reason = fill.reason;
  if (terms_.product == Product::kDelivery && fill.side == Side::kSell) {
    lane.last_delivery_sell = today_;
    if (fill.quantity > lane.settled) ++sold_unsettled_;
    lane.settled -= std::min(lane.settled, fill.quantity);
  }
  trade.is_closed = lane.position.is_flat();
}

void Account::set_ambiguous(std::size_t symbol) {
  trades_[lanes_[symbol].open_trade].is_ambiguous = true;
}

std::int64_t Account::equity_e4() const {
  std::int64_t equity = cash_.value();
  for (const Lane& lane : lanes_) equity += lane.position.quantity.value() * lane.last_e4;
  return equity;
}

// A short's proceeds are in the cash and stay there, with as much again, until it is closed.
Accrual Account::free_cash() const {
  Accrual free = cash_;
  for (const Lane& lane : lanes_)
    if (lane.position.quantity.is_negative()) free += lane.position.cost + lane.position.cost;
  return free;
}

Quantity Account::affordable(std::size_t symbol, Side side, Price price, Quantity wanted,
                             Accrual executed_before) const {
  const std::int64_t free = free_cash().value();
  if (free <= 0) return {};
  std::int64_t quantity = std::min(wanted.value(), free / price.value());
  if (!terms_.has_costs) return Quantity(quantity);
  while (quantity > 0) {
    AccountFill fill;
    fill.side = side;
    fill.quantity = Quantity(quantity);
    fill.price = price;
    fill.executed_before = executed_before;
    const std::int64_t needed =
        quantity * price.value() + charges_for(symbol, fill, nullptr).value();
    if (needed <= free) break;
    quantity -= std::max<std::int64_t>(1, (needed - free + price.value() - 1) / price.value());
  }
  return Quantity(std::max<std::int64_t>(quantity, 0));
}

}  // namespace research
