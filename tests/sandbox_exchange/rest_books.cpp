// Order book, trade book, one order.

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/order_rows.h"
#include "tests/sandbox_exchange/rest_functions.h"

namespace sandbox {

using namespace trading;

namespace {

void retype_row(Json& row, const ArmedFault& fault) {
  const std::string only = fault.text("only", "");
  if (only.empty() || only == "orderid") row["orderid"] = std::stoll(row["orderid"].get<std::string>());
  if (only.empty() || only == "symboltoken") row["symboltoken"] = nullptr;
  if (only.empty() || only == "ordertag") row["ordertag"] = nullptr;
}

// Q31: rows missing from the front, or the book as it was shown before.
Json aged(Call& call, Json rows) {
  std::string& shown_before = call.world.last_books[std::string(call.endpoint.name) + call.account->client_code];
  const std::string fresh = rows.dump();
  const auto has_effect = [&](const ArmedFault& fault) {
    return fault.text("kind", "missing") == "stale" ? fresh != shown_before : !rows.empty();
  };
  if (const auto fault = call.strike("Q31", has_effect)) {
    if (fault->text("kind", "missing") == "stale") return shown_before.empty() ? Json::array() : Json::parse(shown_before);
    const auto missing = std::min(rows.size(), static_cast<std::size_t>(fault->number("rows", 1)));
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(missing));
    return rows;
  }
  shown_before = fresh;
  return rows;
}

}  // namespace

Answer order_book(Call& call) {
  Json rows = Json::array();
  for (const auto& order : call.account->orders) {
    if (order->hidden_until > call.steady) continue;
    if (order->hidden_reads > 0) {
      --order->hidden_reads;
      continue;
    }
    rows.push_back(order_row(*order));
  }
  const auto has_rows = [&](const ArmedFault&) { return !rows.empty(); };
  if (call.strike("Q25", has_rows))
    for (Json& row : rows) row["status"] = "modified";
  if (const auto retype = call.strike("Q26", has_rows))
    for (Json& row : rows) retype_row(row, *retype);
  return answer_rows(call, aged(call, std::move(rows)), nullptr, "AB1013", "Order not found");
}

Answer trade_book(Call& call) {
  Json rows = Json::array();
  for (const auto& order : call.account->orders)
    for (const Trade& trade : order->trades) rows.push_back(trade_row(*order, trade));
  return answer_rows(call, aged(call, std::move(rows)), nullptr, "AB1014", "Trade not found");
}

Answer order_details(Call& call) {
  const Order* order = call.account->find_unique(call.tail);
  if (order == nullptr) return refuse("AB1007", "Order not found");
  Json row = order_row(*order);
  if (call.strike("Q25")) row["status"] = "modified";
  if (const auto fault = call.strike("Q26")) retype_row(row, *fault);
  return answer_with(row);
}

}  // namespace sandbox
