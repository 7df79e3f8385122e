#include "execution_broker/risk/checks/checks.h"

#include <algorithm>

namespace broker::risk {

// Entries wait for every open outcome; an exit or a protection only for one in its own symbol.
CheckResult check_unknown_orders(const Facts& facts) {
  const auto& symbols = facts.state.unknown_symbols;
  const bool is_here =
      std::find(symbols.begin(), symbols.end(), facts.order.symbol) != symbols.end();
  if (is_here) return refuse(DenialCode::kOrderInDoubt, {.subject = facts.order.symbol});
  if (facts.cls == trading::OrderClass::kEntry && !symbols.empty())
    return refuse(DenialCode::kOrderInDoubt, {.subject = symbols.front()});
  return pass();
}

}  // namespace broker::risk
