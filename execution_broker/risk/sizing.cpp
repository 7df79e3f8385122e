#include "execution_broker/risk/sizing.h"

#include <algorithm>
#include <string>

#include "execution_broker/risk/order_figures.h"
#include "trading/base/decimal.h"

namespace broker::risk {

using trading::Accrual;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Rounding;
using trading::Side;

namespace {

constexpr Accrual kLargestCapital{100'000'000'000 * trading::kRupeeE4};  // 10,000 crore
constexpr std::int64_t kLargestRatio = 1'000 * 10'000;

trading::Error invalid(std::string field, std::string what, std::string fix) {
  return trading::make_error("RISK_ARGUMENT_INVALID", field + " " + std::move(what), std::move(fix),
                             trading::Retry::kNo, field);
}

trading::Status check_price(std::string field, Price price) {
  if (price.is_positive() && price <= kLargestPrice) return {};
  return invalid(std::move(field), "is " + price.rupees(),
                 "give a price above 0 and at most " + kLargestPrice.rupees());
}

trading::Status check_ratio(std::string field, std::int64_t ratio_e4) {
  if (ratio_e4 > 0 && ratio_e4 <= kLargestRatio) return {};
  return invalid(std::move(field), "is " + trading::format_decimal(ratio_e4, 4),
                 "give a number above 0 and at most 1000");
}

Quantity whole_lots(std::int64_t shares, std::int64_t lot) {
  return Quantity(std::min(shares, kLargestQuantity.value()) / lot * lot);
}

// The largest number of lots for which `fits` holds; `fits` fails from some number on.
template <typename Fits>
Quantity largest_in_lots(Quantity at_most, std::int64_t lot, Fits fits) {
  std::int64_t good = 0;
  std::int64_t bad = at_most.value() / lot + 1;
  while (bad - good > 1) {
    const std::int64_t middle = good + (bad - good) / 2;
    (fits(Quantity(middle * lot)) ? good : bad) = middle;
  }
  return Quantity(good * lot);
}

}  // namespace

Result<PositionSize> position_size(const PositionSizeQuestion& question) {
  RETURN_IF_ERROR(check_price("entry_price", question.entry));
  RETURN_IF_ERROR(check_price("stop_loss", question.stop));
  if (question.stop == question.entry)
    return invalid("stop_loss", "equals the entry price", "put the stop where the idea is wrong");
  if (!question.capital.is_positive() || question.capital > kLargestCapital)
    return invalid("capital", "is " + question.capital.rupees(),
                   "give an amount above 0 and at most " + kLargestCapital.rupees());
  if (!question.risk.is_positive() || question.risk > trading::Bps(10'000))
    return invalid("risk_percent", "is " + trading::format_decimal(question.risk.value(), 2),
                   "give a percentage above 0 and at most 100");
  if (question.lot_size < 1)
    return invalid("lot_size", "is not positive", "give the instrument's lot");

  PositionSize size;
  size.side = question.stop < question.entry ? Side::kBuy : Side::kSell;
  size.risk_amount = part_of(question.capital, question.risk, Rounding::kFloor);
  size.risk_per_share = abs(question.entry - question.stop);
  size.quantity =
      whole_lots(size.risk_amount.value() / size.risk_per_share.value(), question.lot_size);
  size.affordable_quantity =
      whole_lots(question.capital.value() / question.entry.value(), question.lot_size);
  const auto loss = [&](Quantity quantity) {
    return loss_at(size.side, question.product, quantity, question.entry, question.stop,
                   question.date);
  };
  size.quantity_with_charges =
      largest_in_lots(size.quantity, question.lot_size,
                      [&](Quantity quantity) { return loss(quantity) <= size.risk_amount; });
  size.position_value = value_of(question.entry, size.quantity);
  if (size.quantity.is_positive()) size.loss_at_stop = loss(size.quantity);
  return size;
}

Result<Price> target_price(Price entry, Price stop, std::int64_t ratio_e4, Price tick) {
  RETURN_IF_ERROR(check_price("entry_price", entry));
  RETURN_IF_ERROR(check_price("stop_loss", stop));
  RETURN_IF_ERROR(check_price("tick", tick));
  RETURN_IF_ERROR(check_ratio("risk_reward_ratio", ratio_e4));
  if (stop == entry)
    return invalid("stop_loss", "equals the entry price", "put the stop where the idea is wrong");
  const Price reward(trading::mul_div(abs(entry - stop).value(), ratio_e4, 10'000, Rounding::kUp));
  const Price target =
      stop < entry ? (entry + reward).ceil_to(tick) : (entry - reward).floor_to(tick);
  if (!target.is_positive())
    return invalid("risk_reward_ratio", "puts the target at or below zero",
                   "use a smaller ratio or a nearer stop");
  return target;
}

Result<Price> stop_from_atr(Price entry, Side side, Price atr, std::int64_t multiplier_e4,
                            Price tick) {
  RETURN_IF_ERROR(check_price("entry_price", entry));
  RETURN_IF_ERROR(check_price("atr", atr));
  RETURN_IF_ERROR(check_price("tick", tick));
  RETURN_IF_ERROR(check_ratio("atr_multiplier", multiplier_e4));
  const Price distance(trading::mul_div(atr.value(), multiplier_e4, 10'000, Rounding::kUp));
  const Price stop =
      side == Side::kBuy ? (entry - distance).floor_to(tick) : (entry + distance).ceil_to(tick);
  if (!stop.is_positive())
    return invalid("atr_multiplier", "puts the stop at or below zero", "use a smaller multiplier");
  return stop;
}

Result<Price> break_even_price(Side side, trading::Product product, Quantity quantity, Price entry,
                               Price tick, trading::TradingDate date) {
  RETURN_IF_ERROR(check_price("entry_price", entry));
  RETURN_IF_ERROR(check_price("tick", tick));
  if (!quantity.is_positive() || quantity > kLargestQuantity)
    return invalid("quantity", "is " + std::to_string(quantity.value()),
                   "give a quantity a market has");
  // In ticks from the entry; a gain in price outgrows the charges on it, so the first tick that
  // pays is the only edge.
  const bool is_buy = side == Side::kBuy;
  const Price first = is_buy ? entry.ceil_to(tick) : entry.floor_to(tick);
  const auto price_at = [&](std::int64_t ticks) {
    return is_buy ? first + Price(ticks * tick.value()) : first - Price(ticks * tick.value());
  };
  const auto pays = [&](std::int64_t ticks) {
    return !loss_at(side, product, quantity, entry, price_at(ticks), date).is_positive();
  };
  // As far as a price may lie: to the largest one, or down to the last tick above zero.
  std::int64_t bad = -1;
  std::int64_t good =
      is_buy ? (kLargestPrice - first).value() / tick.value() : first.value() / tick.value() - 1;
  if (good < 0 || !pays(good))
    return invalid("quantity", "is too small: charges eat every possible gain",
                   "use a larger quantity");
  while (good - bad > 1) {
    const std::int64_t middle = bad + (good - bad) / 2;
    (pays(middle) ? good : bad) = middle;
  }
  return price_at(good);
}

std::vector<GapLoss> gap_losses(Side side, trading::Product product, Quantity quantity, Price entry,
                                const std::vector<trading::Bps>& gaps, trading::TradingDate date) {
  std::vector<GapLoss> out;
  for (const trading::Bps gap : gaps) {
    const Price moved = part_of(entry, gap, Rounding::kUp);
    // Charges need a price; a stock that lost everything still counts as one tick of the smallest
    // price.
    const Price price = side == Side::kBuy ? std::max(entry - moved, Price(1)) : entry + moved;
    out.push_back({gap, price, loss_at(side, product, quantity, entry, price, date)});
  }
  return out;
}

}  // namespace broker::risk
