#include "execution_broker/risk/checks/checks.h"

#include <set>
#include <utility>

namespace broker::risk {

// Waiting entries count as the positions they may become; adding to what is held opens none.
CheckResult check_open_positions(const Facts& facts) {
  if (!facts.tagged.positions || !facts.tagged.open_orders) return unknown("open positions");
  using Key = std::pair<std::string, trading::Product>;
  std::set<Key> taken;
  for (const PositionFact& position : *facts.tagged.positions)
    if (!position.quantity.is_zero()) taken.emplace(position.symbol, position.product);
  for (const OpenOrderFact& order : *facts.tagged.open_orders)
    if (order.cls == trading::OrderClass::kEntry && !replaces(facts, order))
      taken.emplace(order.symbol, order.product);
  const auto before = static_cast<std::int64_t>(taken.size());
  const bool is_new = taken.insert({facts.order.symbol, facts.order.product}).second;
  const std::int64_t limit = facts.limits.value(Limit::kMaxOpenPositions);
  // Adding to what is held passes, also where the limit has been tightened below what is held.
  if (!is_new) return bounded(false, before, limit, Bound::kMost, DenialCode::kOpenPositionsAtLimit, {});
  return at_most(before + 1, limit, DenialCode::kOpenPositionsAtLimit);
}

}  // namespace broker::risk
