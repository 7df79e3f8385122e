#include "execution_broker/risk/checks/checks.h"

#include <algorithm>

#include "execution_broker/risk/exposure.h"

namespace broker::risk {

// An exit may close what is held less what other exits already close; the resting stop or target
// does not count, it is cut first. Protection may cover the whole position.
CheckResult check_held(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  const auto held = held_quantity(facts.tagged, order.symbol, order.product);
  if (!held || !facts.tagged.open_orders) return unknown("position in " + order.symbol);
  const bool is_closing =
      order.side == trading::Side::kSell ? held->is_positive() : held->is_negative();
  if (!is_closing)
    return refuse(DenialCode::kNotHeld,
                  {.value = order.quantity.value(), .limit = 0, .subject = order.symbol});
  trading::Quantity free = abs(*held);
  if (facts.cls == trading::OrderClass::kExit)
    for (const OpenOrderFact& other : *facts.tagged.open_orders)
      if (other.cls == trading::OrderClass::kExit && other.symbol == order.symbol &&
          other.product == order.product && other.side == order.side && !replaces(facts, other))
        free -= other.open_quantity;
  return at_most(order.quantity.value(), std::max<std::int64_t>(free.value(), 0),
                 DenialCode::kQuantityAboveHeld, {.subject = order.symbol});
}

}  // namespace broker::risk
