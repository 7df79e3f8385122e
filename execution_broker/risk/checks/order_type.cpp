#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// Every order is of validity DAY: there is no other in an order request. Since April 2026 the
// exchange member bars market orders by program, so outside paper there are LIMIT and SL alone.
CheckResult check_order_type(const Facts& facts) {
  if (facts.mode.book == trading::TradingMode::kPaper) return pass();
  switch (facts.order.type) {
    case trading::OrderType::kLimit:
    case trading::OrderType::kStopLimit:
      return pass();
    case trading::OrderType::kMarket:
    case trading::OrderType::kStopMarket:
      break;
  }
  return refuse(DenialCode::kOrderTypeNotAllowed,
                {.subject = std::string(name_of(facts.order.type)),
                 .detail = std::string(name_of(facts.mode.book))});
}

}  // namespace broker::risk
