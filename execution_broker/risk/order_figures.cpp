#include "execution_broker/risk/order_figures.h"

#include <algorithm>

#include "trading/charges/charges.h"

namespace broker::risk {

using trading::Accrual;
using trading::OrderType;
using trading::Price;
using trading::Quantity;
using trading::Rounding;
using trading::Side;

namespace {

bool is_price_in_bounds(const std::optional<Price>& price) {
  return !price || (price->is_positive() && *price <= kLargestPrice);
}

bool is_on_losing_side(Side side, Price entry, Price stop) {
  return side == Side::kBuy ? stop < entry : stop > entry;
}

trading::ChargeLines charges_of_leg(Side side, trading::Product product, Quantity quantity,
                                    Price price, trading::TradingDate date) {
  trading::FillForCharges fill;
  fill.date = date;
  fill.side = side;
  fill.product = product;
  fill.quantity = quantity;
  fill.price = price;
  fill.is_first_delivery_sell = side == Side::kSell && product == trading::Product::kDelivery;
  return trading::charges_of(fill);
}

}  // namespace

bool are_numbers_in_bounds(const trading::OrderRequest& order) {
  return order.quantity.is_positive() && order.quantity <= kLargestQuantity &&
         is_price_in_bounds(order.limit_price) && is_price_in_bounds(order.trigger_price) &&
         is_price_in_bounds(order.stop_loss) && is_price_in_bounds(order.target);
}

std::optional<Price> reference_price(const trading::OrderRequest& order,
                                     const std::optional<trading::Quote>& quote) {
  switch (order.type) {
    case OrderType::kLimit:
    case OrderType::kStopLimit:
      return order.limit_price;
    case OrderType::kStopMarket:
      return order.trigger_price;
    case OrderType::kMarket:
      if (!quote) return std::nullopt;
      return order.side == Side::kBuy ? quote->slice.ask() : quote->slice.bid();
  }
  return std::nullopt;
}

std::optional<Accrual> order_value(const Facts& facts) {
  const auto price = reference_price(facts.order, facts.quote);
  if (!price) return std::nullopt;
  return value_of(*price, facts.order.quantity);
}

std::optional<bool> takes_liquidity(const Facts& facts) {
  if (facts.order.type != OrderType::kLimit) return true;
  if (!facts.order.limit_price || !facts.quote) return std::nullopt;
  const bool is_buy = facts.order.side == Side::kBuy;
  const auto other_side = is_buy ? facts.quote->slice.ask() : facts.quote->slice.bid();
  if (!other_side) return std::nullopt;
  return is_buy ? *facts.order.limit_price >= *other_side : *facts.order.limit_price <= *other_side;
}

std::optional<Accrual> purse_of(const Facts& facts) {
  if (!facts.tagged.equity_at_open) return std::nullopt;
  const Accrual equity = *facts.tagged.equity_at_open;
  const Accrual live_capital = facts.limits.amount(Limit::kLiveCapital);
  switch (facts.mode.book) {
    case trading::TradingMode::kPaper:
      return equity;
    case trading::TradingMode::kRehearsal:
      return live_capital.is_positive() ? std::min(equity, live_capital) : equity;
    case trading::TradingMode::kLive:
      return std::min(equity, live_capital);
  }
  return std::nullopt;
}

std::optional<Accrual> share_of_purse(const Facts& facts, Limit limit) {
  const auto purse = purse_of(facts);
  if (!purse) return std::nullopt;
  return part_of(*purse, facts.limits.bps(limit), Rounding::kFloor);
}

Accrual round_trip_charges(Side side, trading::Product product, Quantity quantity, Price entry,
                           Price exit, trading::TradingDate date) {
  const trading::ChargeLines lines = charges_of_leg(side, product, quantity, entry, date) +
                                     charges_of_leg(opposite(side), product, quantity, exit, date);
  const auto note = trading::contract_note(lines);
  Accrual total;
  for (std::size_t i = 0; i < trading::kChargeKinds; ++i)
    total += std::max(lines.lines[i], note[i].accrual());
  return total;
}

Accrual loss_at(Side side, trading::Product product, Quantity quantity, Price entry, Price stop,
                trading::TradingDate date) {
  const Price against = side == Side::kBuy ? entry - stop : stop - entry;
  return value_of(against, quantity) +
         round_trip_charges(side, product, quantity, entry, stop, date);
}

std::optional<Accrual> worst_loss(const Facts& facts) {
  const auto entry = reference_price(facts.order, facts.quote);
  const auto& stop = facts.order.stop_loss;
  if (!entry || !stop || !is_on_losing_side(facts.order.side, *entry, *stop)) return std::nullopt;
  return loss_at(facts.order.side, facts.order.product, facts.order.quantity, *entry, *stop,
                 trading::date_of(facts.market_now));
}

std::optional<RewardRisk> reward_risk(const Facts& facts) {
  const auto entry = reference_price(facts.order, facts.quote);
  const auto risk = worst_loss(facts);
  const auto& target = facts.order.target;
  if (!entry || !risk || !target || is_on_losing_side(facts.order.side, *entry, *target) ||
      *target == *entry)
    return std::nullopt;
  const Accrual reward = -loss_at(facts.order.side, facts.order.product, facts.order.quantity,
                                  *entry, *target, trading::date_of(facts.market_now));
  // The risk is at least one tick a share and therefore positive.
  return RewardRisk{reward, *risk,
                    trading::mul_div(reward.value(), 10'000, risk->value(), Rounding::kFloor)};
}

}  // namespace broker::risk
