#pragma once

// One client of the broker: cash, what was bought before (holdings), the day's orders, and the
// positions that follow from their trades.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox_exchange/order.h"

namespace sandbox {

struct Holding {
  const Listing* listing = nullptr;
  std::int64_t settled = 0;  // may be sold
  std::int64_t t1 = 0;       // bought yesterday, on its way
  trading::Price average;
};

struct Position {
  const Listing* listing = nullptr;
  std::string product;
  std::int64_t buy_quantity = 0;
  std::int64_t sell_quantity = 0;
  std::int64_t buy_value_e4 = 0;
  std::int64_t sell_value_e4 = 0;
  std::int64_t carried_buy_quantity = 0;
  std::int64_t carried_sell_quantity = 0;
  std::int64_t carried_buy_value_e4 = 0;
  std::int64_t carried_sell_value_e4 = 0;

  [[nodiscard]] std::int64_t net() const {
    return buy_quantity + carried_buy_quantity - sell_quantity - carried_sell_quantity;
  }
  // Cash that came in less cash that went out.
  [[nodiscard]] std::int64_t flow_e4() const {
    return sell_value_e4 + carried_sell_value_e4 - buy_value_e4 - carried_buy_value_e4;
  }
  // P&L of what is closed, at the averages of both sides.
  [[nodiscard]] std::int64_t realised_e4() const;
};

struct Account {
  std::string client_code;
  std::string name = "SANDBOX TRADER";
  std::string pin;
  std::string totp_secret;
  std::string api_key;
  std::int64_t cash_paise = 0;
  bool is_blocked = false;
  std::vector<std::unique_ptr<Order>> orders;        // today's, in order of arrival
  std::vector<std::unique_ptr<Order>> earlier;       // of the days before
  std::map<std::pair<const Listing*, std::string>, Position> positions;
  std::map<const Listing*, Holding> holdings;
  std::string last_login;

  [[nodiscard]] Order* find_order(std::string_view order_id);
  [[nodiscard]] Order* find_unique(std::string_view unique_id);
  Position& position(const Listing& listing, const std::string& product);
};

}  // namespace sandbox
