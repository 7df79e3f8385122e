#pragma once

// placeOrder and modifyOrder bodies, read and checked for form as the broker's front does: what it
// refuses comes back in the reply, everything else only shows in the order book.

#include <string>

#include "tests/sandbox_exchange/json.h"
#include "tests/sandbox_exchange/order.h"
#include "tests/sandbox_exchange/sessions.h"
#include "tests/sandbox_exchange/world.h"

namespace sandbox {

struct OrderRequest {
  OrderTerms terms;
  Refusal refusal;  // message empty: none
};
OrderRequest read_order(const World& world, const Json& body);

// A price, trigger or quantity, sent as text or number. False where it is neither.
bool read_price(const Json& body, std::string_view key, trading::Price& out);
bool read_quantity(const Json& body, std::string_view key, std::int64_t& out);
bool read_order_type(const std::string& word, OrderType& out);

}  // namespace sandbox
