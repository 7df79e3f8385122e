#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// A slip of a digit in a limit price would take everything that is offered on the way.
CheckResult check_collar(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (order.type != trading::OrderType::kLimit) return not_applicable("not a LIMIT order");
  if (!facts.quote) return unknown("quote of " + order.symbol);
  const bool is_buy = order.side == trading::Side::kBuy;
  const auto other_side = is_buy ? facts.quote->slice.ask() : facts.quote->slice.bid();
  if (!other_side) return not_applicable("nothing on the other side");
  const trading::Price room =
      part_of(*other_side, facts.limits.bps(Limit::kMaxPriceCollar), trading::Rounding::kFloor);
  const trading::Price bound = is_buy ? *other_side + room : *other_side - room;
  const auto within = is_buy ? at_most : at_least;
  return within(order.limit_price->value(), bound.value(), DenialCode::kPriceOutsideCollar, {});
}

}  // namespace broker::risk
