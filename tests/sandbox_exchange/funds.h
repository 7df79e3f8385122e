#pragma once

// What an account can still spend. Intraday blocks a fifth of the value, delivery and everything
// else of the cash market all of it, derivatives a fifth. Selling what is held blocks nothing.

#include <cstdint>
#include <string>

#include "tests/sandbox_exchange/account.h"
#include "tests/sandbox_exchange/market.h"

namespace sandbox {

// Margin of an opening trade of this value.
std::int64_t margin_e4(const Listing& listing, std::string_view product, std::int64_t value_e4);
// By open positions and alive orders, in 1/10,000 rupee.
std::int64_t blocked_e4(const Account& account);
std::int64_t available_paise(const Account& account);
// What `order` would need on top: nothing where it only reduces a position.
std::int64_t needed_e4(const Account& account, const Order& order);

// The broker's words where an account cannot pay for what `needed_e4` adds; empty where it can.
std::string funds_refusal(const Account& account, std::int64_t needed_e4);

}  // namespace sandbox
