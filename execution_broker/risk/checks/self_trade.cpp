#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

// Against any order of the account that stands in the book; a stop stands there only once it is
// triggered.
CheckResult check_self_trade(const Facts& facts) {
  const auto price = reference_price(facts.order, facts.quote);
  if (!price || !facts.tagged.open_orders || !facts.account.open_orders)
    return unknown("open orders or price");
  const bool is_buy = facts.order.side == trading::Side::kBuy;
  for (const auto* orders : {&*facts.tagged.open_orders, &*facts.account.open_orders})
    for (const OpenOrderFact& other : *orders) {
      if (other.symbol != facts.order.symbol || other.side == facts.order.side ||
          replaces(facts, other))
        continue;
      if (needs_trigger_price(other.type) && !other.is_triggered) continue;
      if (is_buy ? other.price > *price : other.price < *price) continue;
      return refuse(DenialCode::kSelfTrade, {.value = price->value(),
                                             .limit = other.price.value(),
                                             .subject = "order " + other.order_id});
    }
  return pass();
}

}  // namespace broker::risk
