#pragma once

// A position by the average-cost rule of Indian contract notes: fills in the direction of the
// position add to its cost; fills against it realise the difference; a fill larger than the
// position closes it and opens the other side.

#include <string>

#include "trading/base/money.h"
#include "trading/orders/order.h"

namespace trading {

struct Position {
  std::string symbol;
  Product product = Product::kDelivery;
  Quantity quantity;  // negative = short
  Accrual cost;       // of the open quantity: paid (long, positive) or received (short, negative)
  Accrual realized;   // before charges, since the position record began

  [[nodiscard]] bool is_flat() const { return quantity.is_zero(); }
  // Average price rounded half up to 1/10,000 rupee; zero when flat. `cost` is the exact figure.
  [[nodiscard]] Price average_price() const;
  [[nodiscard]] Accrual market_value(Price last) const { return value_of(last, quantity); }
  [[nodiscard]] Accrual unrealized(Price last) const { return market_value(last) - cost; }
};

// What one fill does to a position.
struct PositionChange {
  Position after;
  Accrual cost_removed;  // cost of the closed part, with the position's sign; zero if none closed
  Accrual realized;      // profit (+) or loss (-) of the closed part, before charges
  Quantity closed;       // how many shares closed, never negative
};

// quantity > 0, price > 0. Cost of a part is cost x part / whole rounded half up; the last part
// takes the rest, so a flat position always has cost exactly zero.
PositionChange apply_fill(const Position& before, Side side, Quantity quantity, Price price);

}  // namespace trading
