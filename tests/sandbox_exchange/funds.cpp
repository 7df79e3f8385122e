#include "tests/sandbox_exchange/funds.h"

#include <algorithm>

#include "tests/sandbox_exchange/json.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::int64_t kLeverage = 5;

std::int64_t order_price_e4(const Order& order) {
  if (!order.terms.price.is_zero()) return order.terms.price.value();
  return std::max(order.terms.trigger.value(), order.terms.listing->anchor.value());
}

// How much of an order of this side reduces the position that stands.
std::int64_t reducing(const Account& account, const Order& order) {
  const auto found = account.positions.find({order.terms.listing, order.terms.product});
  const std::int64_t net = found == account.positions.end() ? 0 : found->second.net();
  const std::int64_t against = order.terms.is_buy ? -net : net;
  return std::clamp<std::int64_t>(against, 0, order.open_quantity());
}

}  // namespace

std::int64_t margin_e4(const Listing& listing, std::string_view product, std::int64_t value_e4) {
  const bool is_leveraged = product == "INTRADAY" || product == "MARGIN" || !listing.is_cash();
  return is_leveraged ? divide(value_e4, kLeverage, Rounding::kUp) : value_e4;
}

std::int64_t needed_e4(const Account& account, const Order& order) {
  const std::int64_t opening = order.open_quantity() - reducing(account, order);
  if (opening <= 0) return 0;
  if (order.terms.product == "DELIVERY" && !order.terms.is_buy) return 0;  // against holdings
  return margin_e4(*order.terms.listing, order.terms.product, order_price_e4(order) * opening);
}

std::int64_t blocked_e4(const Account& account) {
  std::int64_t sum = 0;
  for (const auto& [key, position] : account.positions) {
    const std::int64_t bought = position.buy_quantity + position.carried_buy_quantity;
    const std::int64_t sold = position.sell_quantity + position.carried_sell_quantity;
    const std::int64_t net = position.net();
    if (net == 0 || (position.product == "DELIVERY" && net < 0)) continue;
    const std::int64_t value =
        net > 0 ? mul_div(position.buy_value_e4 + position.carried_buy_value_e4, net, bought, Rounding::kUp)
                : mul_div(position.sell_value_e4 + position.carried_sell_value_e4, -net, sold, Rounding::kUp);
    sum += margin_e4(*position.listing, position.product, value);
  }
  for (const auto& order : account.orders)
    if (order->is_alive() && order->state != OrderState::kReceived) sum += needed_e4(account, *order);
  return sum;
}

std::string funds_refusal(const Account& account, std::int64_t needed_e4) {
  const std::int64_t available = available_paise(account);
  if (needed_e4 <= 0 || needed_e4 <= available * 100) return "";
  return "Your order has been rejected due to Insufficient Funds. Available funds - Rs. " + paise_text(available) +
         " . You require Rs. " + two_decimals(needed_e4) + " funds to execute this order.";
}

std::int64_t available_paise(const Account& account) {
  std::int64_t realised = 0;
  for (const auto& [key, position] : account.positions) realised += position.realised_e4();
  return account.cash_paise + divide(realised - blocked_e4(account), 100, Rounding::kFloor);
}

}  // namespace sandbox
