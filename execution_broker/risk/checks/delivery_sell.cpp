#include "execution_broker/risk/checks/checks.h"

namespace broker::risk {

// Never outside paper, whatever the class: a human places it by hand. On paper it may close what is
// held.
CheckResult check_delivery_sell(const Facts& facts) {
  const trading::OrderRequest& order = facts.order;
  if (order.product != trading::Product::kDelivery || order.side != trading::Side::kSell)
    return not_applicable("not a delivery sale");
  if (facts.mode.book == trading::TradingMode::kPaper && facts.cls != trading::OrderClass::kEntry)
    return pass();
  return refuse(DenialCode::kDeliverySellBlocked,
                {.subject = order.symbol, .detail = std::string(name_of(facts.mode.book))});
}

}  // namespace broker::risk
