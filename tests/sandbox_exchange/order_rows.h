#pragma once

// Rows of orders, trades, positions and holdings as REST and the order stream spell them.

#include "tests/sandbox_exchange/account.h"
#include "tests/sandbox_exchange/json.h"
#include "tests/sandbox_exchange/market.h"

namespace sandbox {

// With uniqueorderid and exchangeorderid; the order stream's has neither.
Json order_row(const Order& order);
Json streamed_order_row(const Order& order);
Json blank_streamed_row();
Json trade_row(const Order& order, const Trade& trade);
Json position_row(const Position& position, const Tape& tape);
Json holding_row(const Holding& holding, std::int64_t sold_today, const Tape& tape);

}  // namespace sandbox
