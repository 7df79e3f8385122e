#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

CheckResult check_pending_entry(const Facts& facts) {
  if (!facts.tagged.open_orders) return unknown("open orders");
  for (const OpenOrderFact& order : *facts.tagged.open_orders)
    if (order.cls == trading::OrderClass::kEntry && order.symbol == facts.order.symbol &&
        !replaces(facts, order))
      return refuse(DenialCode::kEntryAlreadyPending,
                    {.subject = order.symbol, .detail = "order " + order.order_id});
  return pass();
}

}  // namespace broker::risk
