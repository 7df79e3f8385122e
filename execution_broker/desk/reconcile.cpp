#include "execution_broker/desk/reconcile.h"

#include <algorithm>

#include "execution_broker/desk/facts_of_book.h"
#include "execution_broker/desk/operator_state.h"
#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::OrderState;
using trading::Origin;
using trading::Quantity;
using trading::Status;

namespace {

const Requester kBroker{Role::kBroker, 0};

}  // namespace

Status Reconcile::look() {
  const auto reading = book_.exchange.newest_reading(last_reading_);
  if (!reading) return {};
  last_reading_ = reading->number;
  std::vector<OrderRecord> open;
  for (const auto& [seq, order] : book_.ledger.working())
    if (order.state == OrderState::kUnknown || order.state == OrderState::kAbsent) open.push_back(order);
  std::erase_if(doubts_, [&](const auto& doubt) {
    return std::none_of(open.begin(), open.end(), [&](const OrderRecord& order) { return order.order_seq == doubt.first; });
  });
  for (const OrderRecord& order : open) RETURN_IF_ERROR(look_for(order, *reading));
  return compare_positions(*reading);
}

Status Reconcile::look_for(const OrderRecord& order, const BookReading& reading) {
  const auto row = std::find_if(reading.order_book.begin(), reading.order_book.end(),
                                [&](const ExchangeBookRow& r) { return r.ordertag == order.ordertag; });
  OrderRecord moved = order;
  if (row != reading.order_book.end()) {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.move_order(unit, moved, OrderState::kFound, Origin::kExchangeFact, market_.now(), "in the exchange's book"));
    moved.exchange_order_id = row->exchange_order_id;
    book_.ledger.update_order(unit, moved);
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "reconcile.found", order.order_id,
                                   CanonicalJson::object({{"order_seq", order.order_seq}, {"ordertag", order.ordertag}}), market_.now()));
    return unit.commit();
  }
  if (order.state == OrderState::kAbsent) return {};
  const std::int64_t now = market_.clock.steady_us();
  const auto [doubt, is_new] = doubts_.try_emplace(order.order_seq, Doubt{now, 0});
  if (is_new || reading.begun_steady_us < doubt->second.since_steady_us) return {};
  ++doubt->second.good_reads;
  const AbsencePolicy policy = book_.exchange.absence_policy();
  if (doubt->second.good_reads < policy.good_reads || now - doubt->second.since_steady_us < policy.over.us) return {};
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(book_.ledger.move_order(unit, moved, OrderState::kAbsent, Origin::kExchangeFact, market_.now(), "in no good read of the exchange's book"));
  RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "reconcile.absent", order.order_id,
                                 CanonicalJson::object({{"order_seq", order.order_seq},
                                                        {"ordertag", order.ordertag},
                                                        {"good_reads", doubt->second.good_reads},
                                                        {"over_us", now - doubt->second.since_steady_us}}),
                                 market_.now()));
  return unit.commit();
}

Status Reconcile::compare_positions(const BookReading& reading) {
  for (const auto& [key, record] : book_.ledger.positions()) {
    // A delivery of an earlier day stands in the holdings, which nobody reads here.
    if (key.second != trading::Product::kIntraday) continue;
    Quantity there;
    for (const NetPosition& position : reading.positions)
      if (position.symbol == key.first && position.product == key.second) there += position.quantity;
    const Quantity held = record.position.quantity;
    const bool is_less = held.is_positive() ? there < held : there > held;
    int& in_a_row = short_of_[key.first];
    in_a_row = is_less ? in_a_row + 1 : 0;
    if (in_a_row < 2) continue;
    const std::string what = key.first + ": the account holds " + std::to_string(there.value()) + " and the ledger " + std::to_string(held.value());
    RETURN_IF_ERROR(set_latch(book_, kBroker, Latch{kLatchIncident, "reduce-only", what, market_.now(), std::nullopt}, market_.now()));
  }
  return {};
}

Status Reconcile::settle(const Requester& who, const OrderRecord& order) {
  if (order.state != OrderState::kAbsent)
    return trading::make_error("NOT_ABSENT", order.order_id + " is " + std::string(name_of(order.state)) + ", not ABSENT",
                               "only an order that good reads of the exchange's book do not show can be settled",
                               trading::Retry::kNo, "order_id");
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  RETURN_IF_ERROR(book_.ledger.set_counter(unit, settled_counter(order.order_seq), 1));
  RETURN_IF_ERROR(audit_decision(book_, unit, who, "settle.settled", order.order_id,
                                 CanonicalJson::object({{"order_seq", order.order_seq}, {"ordertag", order.ordertag}}), market_.now()));
  return unit.commit();
}

}  // namespace broker
