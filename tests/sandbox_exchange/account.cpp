#include "tests/sandbox_exchange/account.h"

#include <algorithm>

namespace sandbox {

using namespace trading;

std::int64_t Position::realised_e4() const {
  const std::int64_t bought = buy_quantity + carried_buy_quantity;
  const std::int64_t sold = sell_quantity + carried_sell_quantity;
  const std::int64_t closed = std::min(bought, sold);
  if (closed == 0) return 0;
  return mul_div(sell_value_e4 + carried_sell_value_e4, closed, sold, Rounding::kHalfUp) -
         mul_div(buy_value_e4 + carried_buy_value_e4, closed, bought, Rounding::kHalfUp);
}

Order* Account::find_order(std::string_view order_id) {
  for (const auto& order : orders)
    if (order->order_id == order_id) return order.get();
  return nullptr;
}

Order* Account::find_unique(std::string_view unique_id) {
  for (const auto& order : orders)
    if (order->unique_id == unique_id) return order.get();
  return nullptr;
}

Position& Account::position(const Listing& listing, const std::string& product) {
  Position& position = positions[{&listing, product}];
  position.listing = &listing;
  position.product = product;
  return position;
}

}  // namespace sandbox
