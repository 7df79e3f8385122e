#include "execution_broker/desk/fills_to_ledger.h"

#include <algorithm>

#include "execution_broker/desk/decision_bodies.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"
#include "trading/charges/charges.h"

namespace broker {

using trading::Accrual;
using trading::CanonicalJson;
using trading::ChargeKind;
using trading::ChargeLines;
using trading::Price;
using trading::Product;
using trading::Quantity;
using trading::Result;
using trading::Side;
using trading::Status;

namespace {

constexpr std::array kKinds = {ChargeKind::kBrokerage, ChargeKind::kStt,   ChargeKind::kTransaction, ChargeKind::kSebi,
                               ChargeKind::kIpft,      ChargeKind::kStamp, ChargeKind::kDp,          ChargeKind::kGst};

// DP is charged once for a scrip and day: is this the first delivery sale?
Result<bool> is_first_delivery_sell(Ledger& ledger, const OrderRecord& order, trading::Timestamp market_ts) {
  if (order.request.product != Product::kDelivery || order.request.side != Side::kSell) return false;
  auto row = ledger.database().statement(
      "SELECT 1 FROM fill WHERE epoch = ?1 AND symbol = ?2 AND market_us >= ?3 AND product = 'DELIVERY' AND side = 'SELL' "
      "LIMIT 1");
  ASSIGN_OR_RETURN(const bool has_row,
                   row.bind_all(ledger.epoch(), order.request.symbol,
                                timestamp_of(trading::date_of(market_ts), trading::at(0, 0)).us)
                       .step());
  return !has_row;
}

// The tighter of two stops of a long (the higher) or of a short (the lower).
std::optional<Price> tighter_stop(const std::optional<Price>& a, const std::optional<Price>& b, bool is_long) {
  if (!a || !b) return a ? a : b;
  return is_long ? std::max(*a, *b) : std::min(*a, *b);
}

PositionRecord position_after(const PositionRecord* before, const trading::PositionChange& change,
                              const OrderRecord& order, const ExchangeEvent& event) {
  PositionRecord after = before != nullptr ? *before : PositionRecord{};
  const Quantity was = before != nullptr ? before->position.quantity : Quantity();
  after.position = change.after;
  const bool was_flat = was.is_zero();
  const bool turned = !was_flat && (was.is_negative() != change.after.quantity.is_negative()) && !change.after.is_flat();
  if (was_flat || turned) {
    after.opened = event.market_ts;
    after.strategy = order.request.strategy;
    after.settled = Quantity();
    after.stop_loss = order.request.stop_loss;
    after.target = order.request.target;
    after.entry_seq = order.order_seq;
  } else if (change.closed.is_zero()) {  // more of the same
    after.stop_loss = tighter_stop(after.stop_loss, order.request.stop_loss, change.after.quantity.is_positive());
    if (order.request.target) after.target = order.request.target;
    after.entry_seq = order.order_seq;
  } else {  // delivered shares leave first
    after.settled -= std::min(after.settled, change.closed);
  }
  return after;
}

CanonicalJson fill_body(const OrderRecord& order, const FillRecord& fill, const ExchangeEvent& event, std::int64_t txn) {
  CanonicalJson charges = CanonicalJson::object();
  for (const ChargeKind kind : kKinds)
    if (!fill.charges[kind].is_zero()) charges.set(name_of(kind), fill.charges[kind].value());
  CanonicalJson body = CanonicalJson::object({{"order_seq", order.order_seq},
                                {"order_id", order.order_id},
                                {"exchange_seq", event.seq},
                                {"txn", txn},
                                {"symbol", fill.symbol},
                                {"side", name_of(fill.side)},
                                {"product", name_of(fill.product)},
                                {"quantity", fill.quantity.value()},
                                {"price_e4", fill.price.value()},
                                {"bar_ts", fill.bar_ts.us},
                                {"purpose", name_of(fill.purpose)},
                                {"charges_e4", charges},
                                {"realized_e4", fill.realized.value()},
                                {"position_after", fill.position_after.value()}});
  // What the price rested on: anyone can hold it against the exchange's own record.
  if (event.print_ts.us != 0) body.set("print", print_body(event.print_ts, event.heard, event.market_ts));
  return body;
}

}  // namespace

std::string securities_account(const std::string& symbol, Product product) {
  return "securities:" + symbol + ":" + std::string(name_of(product));
}
std::string holdings_account(const std::string& symbol) { return "holdings:" + symbol; }

Accrual holdings_cost(const PositionRecord& record) {
  if (record.settled.is_zero() || record.position.is_flat()) return Accrual();
  return Accrual(trading::mul_div(record.position.cost.value(), record.settled.value(), record.position.quantity.value(),
                                  trading::Rounding::kDown));
}

std::vector<JournalLine> cost_lines(const PositionRecord& before, const PositionRecord& after) {
  const std::string& symbol = after.position.symbol;
  const Accrual held_before = holdings_cost(before);
  const Accrual held_after = holdings_cost(after);
  return {{securities_account(symbol, after.position.product),
           (after.position.cost - held_after) - (before.position.cost - held_before)},
          {holdings_account(symbol), held_after - held_before}};
}

Status apply_fill_event(Book& book, Ledger::Unit& unit, OrderRecord& order, const ExchangeEvent& event) {
  Ledger& ledger = book.ledger;
  const trading::OrderRequest& request = order.request;
  const PositionRecord* found = ledger.position(request.symbol, request.product);
  PositionRecord before = found != nullptr ? *found : PositionRecord{};
  before.position.symbol = request.symbol;
  before.position.product = request.product;
  const trading::PositionChange change = apply_fill(before.position, request.side, event.quantity, event.price);
  const PositionRecord after = position_after(found, change, order, event);

  ASSIGN_OR_RETURN(const bool is_first_sell, is_first_delivery_sell(ledger, order, event.market_ts));
  const ChargeLines charges = trading::charges_of({.date = trading::date_of(event.market_ts),
                                          .side = request.side,
                                          .product = request.product,
                                          .quantity = event.quantity,
                                          .price = event.price,
                                          .executed_before = order.filled_value,
                                          .is_first_delivery_sell = is_first_sell});

  Posting posting;
  posting.kind = "fill";
  posting.market_ts = event.market_ts;
  posting.epoch = ledger.epoch();
  posting.order_seq = order.order_seq;
  posting.symbol = request.symbol;
  posting.side = request.side;
  posting.quantity = event.quantity;
  posting.price = event.price;
  posting.lines = cost_lines(before, after);
  posting.lines.push_back({"cash", -value_of(event.price, signed_quantity(request.side, event.quantity))});
  posting.lines.push_back({"realized", -change.realized});
  for (const ChargeKind kind : kKinds) {
    posting.lines.push_back({"charges:" + std::string(name_of(kind)), charges[kind]});
    posting.lines.push_back({"charges_payable:" + std::string(name_of(kind)), -charges[kind]});
  }
  ASSIGN_OR_RETURN(const std::int64_t txn, ledger.journal().post(unit.transaction(), posting));

  FillRecord fill;
  fill.order_seq = order.order_seq;
  fill.order_id = order.order_id;
  fill.symbol = request.symbol;
  fill.side = request.side;
  fill.product = request.product;
  fill.quantity = event.quantity;
  fill.price = event.price;
  fill.market_ts = event.market_ts;
  fill.bar_ts = event.bar_ts;
  fill.charges = charges;
  fill.realized = change.realized;
  fill.closed = change.closed;
  fill.position_after = change.after.quantity;
  fill.cost_before = before.position.cost;
  fill.purpose = order.purpose;
  fill.strategy = before.position.is_flat() ? request.strategy : before.strategy;
  RETURN_IF_ERROR(ledger.insert_fill(unit, fill, event.seq, txn));
  RETURN_IF_ERROR(ledger.put_position(unit, after));

  order.filled += event.quantity;
  order.filled_value += value_of(event.price, event.quantity);
  order.charges = order.charges + charges;
  order.realized += change.realized;
  ledger.update_order(unit, order);
  return audit_decision(book, unit, Requester{Role::kBroker, 0}, "fill", order.order_id,
                        fill_body(order, fill, event, txn), event.market_ts);
}

}  // namespace broker
