// The two gates an order passes after its reply: the broker's (funds, holdings, products) and the
// exchange's (session, tick, band, freeze quantity). What they refuse shows in the order book only.

#include <algorithm>

#include "tests/sandbox_exchange/engine.h"
#include "tests/sandbox_exchange/funds.h"

namespace sandbox {

using namespace trading;

namespace {

// A stop-limit whose limit is further than this from its trigger is refused (16448).
constexpr std::int64_t kTriggerGapBps = 500;

std::int64_t sellable(const Account& account, const Order& order) {
  const auto held = account.holdings.find(order.terms.listing);
  std::int64_t quantity = held == account.holdings.end() ? 0 : held->second.settled + held->second.t1;
  if (const auto position = account.positions.find({order.terms.listing, "DELIVERY"});
      position != account.positions.end())
    quantity += position->second.net();
  for (const auto& other : account.orders)
    if (other.get() != &order && other->is_alive() && !other->terms.is_buy &&
        other->terms.listing == order.terms.listing && other->terms.product == "DELIVERY")
      quantity -= other->open_quantity();
  return quantity;
}

}  // namespace

std::string Engine::broker_refusal(const Account& account, const Order& order) const {
  const OrderTerms& terms = order.terms;
  if (account.is_blocked) return "RMS:Blocked for trading, client code " + account.client_code;
  const std::string series = terms.listing->series();
  if (terms.product == "INTRADAY" && (series == "BE" || series == "BZ" || series == "BL"))
    return "RMS:Rule: Intraday product is not allowed for scrips in Trade to Trade segment";
  if (terms.product == "DELIVERY" && !terms.is_buy && sellable(account, order) < terms.quantity)
    return "RMS:Rule: Check holdings including BTST stocks, available quantity - " +
           std::to_string(std::max<std::int64_t>(0, sellable(account, order)));
  // Its own need is not in what is blocked yet: it still counts as received.
  return funds_refusal(account, needed_e4(account, order));
}

std::string Engine::exchange_refusal(const Order& order, Timestamp now) const {
  const OrderTerms& terms = order.terms;
  const Listing& listing = *terms.listing;
  const Tape& tape = market_.tape(listing);
  const Phase phase = plan_of(date_of(now)).phase(board_of(listing), now);
  if (phase == Phase::kClosed) return "Adapter is Logged Off";
  if (phase == Phase::kClosingAuction && (terms.is_stop() || order.asked_type == OrderType::kMarket))
    return "Order type not allowed in the closing auction session";
  if (listing.is_index()) return "16012 : Security is not eligible to trade in this market";
  if (listing.freeze_quantity > 0 && terms.quantity > listing.freeze_quantity)
    return "17070 : The quantity " + std::to_string(terms.quantity) + " is above the freeze quantity " +
           std::to_string(listing.freeze_quantity);
  if (terms.quantity % listing.lot_size != 0) return "16125 : The quantity is not a multiple of the board lot";
  for (const Price price : {terms.price, terms.trigger}) {
    if (price.is_zero()) continue;
    if (!price.is_on_tick(listing.tick)) return "16283 : The price is not a multiple of the tick size";
    if (price < tape.lower_circuit || price > tape.upper_circuit)
      return "Order price is out of the day's price range, circuit limits " + two_decimals(tape.lower_circuit) +
             " - " + two_decimals(tape.upper_circuit);
  }
  if (terms.type == OrderType::kStopLimit) {
    const std::int64_t gap = std::abs(terms.price.value() - terms.trigger.value());
    if (gap > mul_div(terms.trigger.value(), kTriggerGapBps, 10'000, Rounding::kDown))
      return "16448 : Difference between limit price and trigger price is beyond permissible range";
    const bool is_wrong_side = terms.is_buy ? terms.price < terms.trigger : terms.price > terms.trigger;
    if (is_wrong_side) return "16387 : Trigger price and limit price are on the wrong sides of each other";
  }
  if (terms.is_stop() && !order.is_triggered && !tape.last.is_zero() && phase == Phase::kContinuous) {
    const bool is_past = terms.is_buy ? terms.trigger < tape.last : terms.trigger > tape.last;
    if (is_past)
      return std::string("Trigger price for ") + (terms.is_buy ? "buy order should be above" : "sell order should be below") +
             " the last traded price";
  }
  return "";
}

}  // namespace sandbox
