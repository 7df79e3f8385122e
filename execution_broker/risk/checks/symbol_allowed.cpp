#include "execution_broker/risk/checks/checks.h"

#include <algorithm>

namespace broker::risk {

CheckResult check_symbol_allowed(const Facts& facts) {
  const auto contains = [&](const std::vector<std::string>& symbols) {
    return std::find(symbols.begin(), symbols.end(), facts.order.symbol) != symbols.end();
  };
  if (contains(facts.permissions.denied_symbols))
    return refuse(DenialCode::kSymbolDenied,
                  {.subject = facts.order.symbol, .key = "DENIED_SYMBOLS"});
  if (!facts.permissions.allowed_symbols.empty() && !contains(facts.permissions.allowed_symbols))
    return refuse(DenialCode::kSymbolNotAllowed,
                  {.subject = facts.order.symbol, .key = "ALLOWED_SYMBOLS"});
  return pass();
}

}  // namespace broker::risk
