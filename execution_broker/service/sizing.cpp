#include "execution_broker/service/sizing.h"

#include <algorithm>

namespace broker {

using trading::Accrual;
using trading::Price;
using trading::Quantity;
using trading::Rounding;

PositionSize position_size(Accrual capital, trading::Bps risk, Price entry, Price stop) {
  PositionSize size;
  size.risk_per_share = trading::abs(entry - stop);
  size.risk_budget = trading::part_of(capital, risk, Rounding::kDown);
  const std::int64_t by_risk = size.risk_budget.value() / size.risk_per_share.value();
  const std::int64_t by_capital = capital.value() / entry.value();
  if (by_capital < by_risk) size.capped_by = "capital";
  size.quantity = Quantity(std::min(by_risk, by_capital));
  size.risk_amount = trading::value_of(size.risk_per_share, size.quantity);
  size.position_value = trading::value_of(entry, size.quantity);
  return size;
}

trading::Result<StopLoss> stop_loss(trading::Side side, Price reference, Price atr,
                                    std::int64_t multiplier_e2, Price tick) {
  const Price distance(trading::mul_div(atr.value(), multiplier_e2, 100, Rounding::kUp));
  const Price price = side == trading::Side::kBuy ? (reference - distance).floor_to(tick)
                                                  : (reference + distance).ceil_to(tick);
  if (!price.is_positive()) {
    return trading::make_error(
        "INVALID_ARGUMENT",
        "a stop " + distance.rupees() + " below " + reference.rupees() + " would not be above 0",
        "use a smaller atr_multiplier or a shorter timeframe", trading::Retry::kNo,
        "atr_multiplier");
  }
  return StopLoss{price, trading::abs(reference - price)};
}

trading::Result<TargetPrice> target_price(Price entry, Price stop, std::int64_t ratio_e2) {
  TargetPrice target;
  target.side = stop < entry ? trading::Side::kBuy : trading::Side::kSell;
  target.risk_per_share = trading::abs(entry - stop);
  target.reward_per_share =
      Price(trading::mul_div(target.risk_per_share.value(), ratio_e2, 100, Rounding::kUp));
  target.price = target.side == trading::Side::kBuy ? entry + target.reward_per_share
                                                    : entry - target.reward_per_share;
  if (!target.price.is_positive()) {
    return trading::make_error("INVALID_ARGUMENT",
                               "a target " + target.reward_per_share.rupees() + " below " +
                                   entry.rupees() + " would not be above 0",
                               "use a smaller risk_reward_ratio or a nearer stop",
                               trading::Retry::kNo, "risk_reward_ratio");
  }
  return target;
}

}  // namespace broker
