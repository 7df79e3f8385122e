#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/exposure.h"
#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_open_entries(const Facts& facts) {
  if (facts.order.type == trading::OrderType::kMarket)
    return not_applicable("a market order does not wait");
  const auto value = order_value(facts);
  const auto waiting = open_entry_value(facts.tagged, facts.modifies_order_id);
  const auto limit = share_of_purse(facts, Limit::kMaxOpenEntries);
  if (!value || !waiting || !limit) return unknown("open orders, price or purse");
  return at_most((*waiting + *value).value(), limit->value(), DenialCode::kOpenEntriesAboveLimit);
}

}  // namespace broker::risk
