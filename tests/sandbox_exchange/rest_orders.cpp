// placeOrder, modifyOrder, cancelOrder. They note the wish and answer "received".

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/order_request.h"
#include "tests/sandbox_exchange/rest_functions.h"

namespace sandbox {

using namespace trading;

namespace {

constexpr std::string_view kLimitProtection =
    "Order price is beyond the Limit Price Protection range defined by the exchange. Kindly place order within the "
    "specified range.";
constexpr std::string_view kTriggerGapProtection =
    "Difference between limit price and trigger price for SL Limit Order is beyond the exchange's Permissible range. "
    "Kindly place order within the specified range.";

std::string protection_text(const ArmedFault& fault) {
  return std::string(fault.text("kind", "price") == "gap" ? kTriggerGapProtection : kLimitProtection);
}

Fate fate_by_fault(Call& call) {
  Fate fate;
  for (const auto& [fault, words] :
       {std::pair("Q14", "Your order has been rejected due to Insufficient Funds. Available funds - Rs. 937.00 . You "
                         "require Rs. 2298.25 funds to execute this order."),
        std::pair("Q15", "Adapter is Logged Off")})
    if (const auto hit = call.strike(fault)) {
      fate.reject_text = hit->text("text", words);
      fate.extra_latency_us = hit->number("ms", 0) * 1'000;
    }
  if (const auto hit = call.strike("Q22")) fate.fill_percent = hit->number("percent", 50);
  return fate;
}

Answer received(const Order& order) {
  Answer answer = answer_with({{"orderid", order.order_id}, {"uniqueorderid", order.unique_id}});
  answer.order_ids = order.order_id;
  return answer;
}

// The order of a modify or cancel body; a refusal where it cannot be had.
Order* order_of(Call& call, Answer& answer) {
  const std::string variety = text_at(call.body, "variety");
  Order* order = call.account->find_order(text_at(call.body, "orderid"));
  if (variety != "NORMAL" && variety != "STOPLOSS") answer = refuse("AB1008", "Invalid Order Variety");
  else if (order == nullptr) answer = refuse("AB1013", "Order not found");
  else return order;
  return nullptr;
}

}  // namespace

Answer place_order(Call& call) {
  if (const auto fault = call.strike("Q19")) return refuse("AB1007", fault->text("text", "Invalid parameters"));
  if (call.strike("Q20"))
    return refuse("AB4036", "The symbol token is categorised under cautionary listings by the exchange");
  if (const auto fault = call.strike("Q21")) return refuse("", protection_text(*fault));
  if (call.account->is_blocked) return refuse("AB1006", "Client Is Block For Trading");
  OrderRequest request = read_order(call.world, call.body);
  if (!request.refusal.message.empty()) return refuse(request.refusal.code, request.refusal.message);
  const Fate fate = fate_by_fault(call);
  Order& order = call.world.engine->place(*call.account, request.terms, call.now, call.steady, fate);
  if (const auto fault = call.strike("Q16")) {
    order.hidden_until = call.steady + fault->number("ms", 5'000) * 1'000;
    order.hidden_reads = static_cast<int>(fault->number("reads", 0));
  }
  Answer answer = answer_with(
      {{"script", order.terms.listing->symbol}, {"orderid", order.order_id}, {"uniqueorderid", order.unique_id}});
  answer.order_ids = order.order_id;
  if (call.strike("Q17"))
    answer.order_ids += " " + call.world.engine->place(*call.account, request.terms, call.now, call.steady, fate).order_id;
  if (const auto fault = call.strike("Q46")) answer.delay_ms = fault->number("ms", 300);
  return answer;
}

Answer modify_order(Call& call) {
  if (const auto fault = call.strike("Q21")) return refuse("", protection_text(*fault));
  Answer answer;
  Order* order = order_of(call, answer);
  if (order == nullptr) return answer;
  Engine::Change change{order->terms.price, order->terms.trigger, order->terms.quantity, order->terms.type};
  const bool is_read = read_price(call.body, "price", change.price) && read_price(call.body, "triggerprice", change.trigger) &&
                       read_quantity(call.body, "quantity", change.quantity);
  if (!is_read || change.quantity == 0 || !read_order_type(text_at(call.body, "ordertype"), change.type))
    return refuse("AB1007", "Invalid parameters");
  // Symbol and token must be sent, and be those of the order.
  if (text_at(call.body, "symboltoken") != order->terms.listing->token) return refuse("AB4006", "Invalid symboltoken");
  const bool is_stop = change.type == OrderType::kStopLimit || change.type == OrderType::kStopMarket;
  if (is_stop != (text_at(call.body, "variety") == "STOPLOSS")) return refuse("AB1008", "Invalid Order Variety");
  if (!is_stop) change.trigger = Price();
  if (is_stop && change.trigger.is_zero()) return refuse("AB1007", "Invalid parameters");
  call.world.engine->modify(*call.account, *order, change, call.steady);
  return received(*order);
}

Answer cancel_order(Call& call) {
  Answer answer;
  Order* order = order_of(call, answer);
  if (order == nullptr) return answer;
  Engine& engine = *call.world.engine;
  const Price at = order->terms.price.is_zero() ? call.world.market->tape(*order->terms.listing).last : order->terms.price;
  if (order->is_alive() && order->open_quantity() > 0) {
    if (call.strike("Q23")) engine.fill_by_hand(*call.account, *order, order->open_quantity(), at, call.now);
    if (order->open_quantity() > 1 && call.strike("Q24"))
      engine.fill_by_hand(*call.account, *order, order->open_quantity() / 2, at, call.now);
  }
  engine.cancel(*call.account, *order, call.steady);
  return received(*order);
}

}  // namespace sandbox
