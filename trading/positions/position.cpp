// The average-cost rule.

#include "trading/positions/position.h"

#include "trading/base/invariant.h"

namespace trading {

Price Position::average_price() const {
  if (is_flat()) return Price();
  return Price(divide(abs(cost).value(), abs(quantity).value(), Rounding::kHalfUp));
}

PositionChange apply_fill(const Position& before, Side side, Quantity quantity, Price price) {
  INVARIANT(quantity.is_positive() && price.is_positive(),
            "a fill has a positive quantity and price");
  PositionChange change;
  change.after = before;
  Position& after = change.after;
  Quantity opening = signed_quantity(side, quantity);

  const bool is_against =
      !before.is_flat() && before.quantity.is_negative() != opening.is_negative();
  if (is_against) {
    const Quantity held = abs(before.quantity);
    change.closed = quantity < held ? quantity : held;
    // The last part takes whatever cost is left, so no rounding remainder outlives the position.
    change.cost_removed = change.closed == held
                              ? before.cost
                              : Accrual(mul_div(before.cost.value(), change.closed.value(),
                                                held.value(), Rounding::kHalfUp));
    const Quantity closed_signed = before.quantity.is_negative() ? -change.closed : change.closed;
    change.realized = value_of(price, closed_signed) - change.cost_removed;
    after.quantity -= closed_signed;
    after.cost -= change.cost_removed;
    after.realized += change.realized;
    opening += closed_signed;  // what the close did not use
  }
  after.quantity += opening;
  after.cost += value_of(price, opening);
  return change;
}

}  // namespace trading
