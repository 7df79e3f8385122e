#include "execution_broker/risk/checks/checks.h"

#include "execution_broker/risk/order_figures.h"

namespace broker::risk {

CheckResult check_depth_share(const Facts& facts) {
  const auto takes = takes_liquidity(facts);
  if (!takes || !facts.quote) return unknown("depth of " + facts.order.symbol);
  if (!*takes) return not_applicable("the order rests in the book and takes nothing");
  const bool is_buy = facts.order.side == trading::Side::kBuy;
  trading::Quantity visible;
  for (const trading::DepthLevel& level :
       is_buy ? facts.quote->slice.asks : facts.quote->slice.bids)
    visible += level.quantity;
  const std::int64_t allowed =
      trading::mul_div(visible.value(), facts.limits.value(Limit::kMaxDepthShare), 10'000,
                       trading::Rounding::kFloor);
  return at_most(facts.order.quantity.value(), allowed, DenialCode::kDepthShareAboveLimit,
                 {.detail = is_buy ? "offered" : "bid for"});
}

}  // namespace broker::risk
