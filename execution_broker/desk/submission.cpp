#include "execution_broker/desk/submission.h"

#include <sodium.h>

#include "execution_broker/desk/fills_to_ledger.h"
#include "execution_broker/desk/operator_state.h"
#include "execution_broker/desk/round_trips.h"
#include "execution_broker/storage/fail_stop.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::OrderClass;
using trading::OrderState;
using trading::OrderType;
using trading::Origin;
using trading::Result;
using trading::Retry;
using trading::Status;

namespace {

constexpr std::size_t kEventsAtOnce = 256;
constexpr std::int64_t kCancelPatienceUs = 5'000'000;  // the exchange tells of a cancellation within this
const Requester kBroker{Role::kBroker, 0};

// 20 characters of base32, unique for ever and within what exchanges echo: the order's number (so that a newer tag is the
// larger one and an index of tags grows at its end), then 65 random bits (so that no two ledgers share one).
std::string new_ordertag(std::int64_t order_seq) {
  static constexpr char kAlphabet[] = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ";  // ascending as bytes
  constexpr std::size_t kNumber = 7, kRandom = 13;
  std::string tag(kNumber, kAlphabet[0]);
  for (std::size_t i = kNumber; i-- > 0; order_seq >>= 5) tag[i] = kAlphabet[order_seq & 31];
  std::uint8_t bytes[kRandom];
  randombytes_buf(bytes, sizeof bytes);
  for (const std::uint8_t byte : bytes) tag.push_back(kAlphabet[byte & 31U]);
  return tag;
}

bool is_stop(OrderType type) { return type == OrderType::kStopLimit || type == OrderType::kStopMarket; }

CanonicalJson terms_body(const OrderRecord& order) {
  const trading::OrderRequest& request = order.request;
  CanonicalJson body = CanonicalJson::object({{"order_seq", order.order_seq},
                                              {"order_id", order.order_id},
                                              {"symbol", request.symbol},
                                              {"side", name_of(request.side)},
                                              {"quantity", request.quantity.value()},
                                              {"order_type", name_of(request.type)},
                                              {"product", name_of(request.product)},
                                              {"class", name_of(order.order_class)},
                                              {"purpose", name_of(order.purpose)}});
  const auto set = [&](const char* key, const std::optional<trading::Price>& price) {
    if (price) body.set(key, price->value());
  };
  set("limit_price_e4", request.limit_price);
  set("trigger_price_e4", request.trigger_price);
  set("stop_loss_e4", request.stop_loss);
  set("target_e4", request.target);
  return body;
}

const char* name_of(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::kAccepted: return "accepted";
    case Outcome::Kind::kRejected: return "rejected";
    case Outcome::Kind::kUnknown: return "unknown";
    case Outcome::Kind::kNotSent: return "not_sent";
  }
  INVARIANT(false, "an outcome has a name");
}

// A change of an order that was not accepted: refused, or nobody knows.
trading::Error not_taken(const Outcome& outcome, const std::string& refused, const std::string& fix) {
  if (outcome.kind == Outcome::Kind::kUnknown)
    return make_error("OUTCOME_UNKNOWN", "the exchange gave no answer that tells what became of it: " + outcome.reason,
                      "look at the order: the exchange's own books will show it within seconds", Retry::kVerifyFirst);
  return make_error("REFUSED_BY_EXCHANGE", refused + ": " + outcome.reason, fix, Retry::kVerifyFirst);
}

ExchangeOrder exchange_order_of(const OrderRecord& order) {
  const trading::OrderRequest& request = order.request;
  return {order.ordertag, request.symbol,      request.side,         request.quantity,     request.product,
          request.type,   request.limit_price, request.trigger_price, order.order_class,    {}};
}

}  // namespace

bool is_not_taken(const trading::Error& error) { return error.code == "REFUSED_BY_EXCHANGE" || error.code == "OUTCOME_UNKNOWN"; }

// --- commands -------------------------------------------------------------------------------------------------------

Status Submission::prepare(Ledger::Unit& unit, const Requester& who, OrderRecord& order, const std::string& verb) {
  order.ordertag = new_ordertag(order.order_seq);
  RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kSubmitting, Origin::kOwnStep, market_.now(), ""));
  book_.ledger.update_order(unit, order);
  CanonicalJson body = terms_body(order);
  body.set("ordertag", order.ordertag);
  return audit_decision(book_, unit, who, verb + ".submitting", order.order_id, body, market_.now());
}

Status Submission::send(const Requester& who, OrderRecord& order, const std::string& verb) {
  Outcome outcome;
  if (order.order_class == OrderClass::kEntry && halt_.is_raised()) {
    outcome = {Outcome::Kind::kNotSent, "", "HALTED: a halt was raised before the order left"};
  } else {
    // Protection has a reserve of its own: only what was asked for counts against the message rate.
    if (order.order_class == OrderClass::kEntry || order.order_class == OrderClass::kExit) count_message();
    make_intent_durable();
    ExchangeOrder leaving = exchange_order_of(order);
    // A way over the network takes its time: the halt is looked at once more when it stands.
    if (order.order_class == OrderClass::kEntry)
      leaving.may_leave = [this] { return !halt_.is_raised(); };
    outcome = book_.exchange.place(leaving);
  }
  OrderState to = OrderState::kUnknown;
  switch (outcome.kind) {
    case Outcome::Kind::kAccepted: to = OrderState::kAcked; break;
    case Outcome::Kind::kRejected: to = OrderState::kRejected; break;
    case Outcome::Kind::kNotSent: to = OrderState::kNotSent; break;
    case Outcome::Kind::kUnknown: to = OrderState::kUnknown; break;
  }
  if (outcome.kind == Outcome::Kind::kRejected) counters_.rejects.push_back(market_.now());
  order.exchange_order_id = outcome.exchange_order_id;
  order.reason = outcome.reason;
  const Status outcome_kept = keep_outcome(outcome, [&](Ledger::Unit& unit) -> Status {
    RETURN_IF_ERROR(book_.ledger.move_order(unit, order, to, Origin::kOwnStep, market_.now(), outcome.reason));
    book_.ledger.update_order(unit, order);
    return audit_decision(book_, unit, who, verb + "." + name_of(outcome.kind), order.order_id,
                          CanonicalJson::object({{"order_seq", order.order_seq},
                                                 {"exchange_order_id", outcome.exchange_order_id},
                                                 {"reason", outcome.reason}}),
                          market_.now());
  });
  RETURN_IF_ERROR(outcome_kept);
  ASSIGN_OR_RETURN(const auto kept, book_.ledger.find_order(order.order_seq));
  INVARIANT(kept.has_value(), "an order that was sent is in the ledger");
  order = *kept;
  return {};
}

Status Submission::place_own(OrderRecord& order, const std::string& why) {
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  order.role = name_of(Role::kBroker);
  order.created = market_.now();
  order.denials = "[]";
  RETURN_IF_ERROR(book_.ledger.insert_order(unit, order));
  RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kChecked, Origin::kOwnStep, market_.now(), why));
  RETURN_IF_ERROR(prepare(unit, kBroker, order, "protection"));
  RETURN_IF_ERROR(unit.commit());
  return send(kBroker, order, "protection");
}

Status Submission::modify(const Requester& who, const OrderRecord& before, const OrderRecord& wanted,
                          const std::string& why, const RequestNote& asked) {
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    CanonicalJson body = terms_body(wanted);
    body.set("before", terms_body(before));
    body.set("why", why);
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "modify_order.submitting", before.order_id, body, market_.now()));
    RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, before.order_seq));
    RETURN_IF_ERROR(book_.ledger.put_modification(unit, wanted, asked));
    if (before.order_class == OrderClass::kEntry) {
      const std::string counter = modifications_counter(before.order_seq);
      RETURN_IF_ERROR(book_.ledger.set_counter(unit, counter, book_.ledger.counter(counter) + 1));
    }
    RETURN_IF_ERROR(unit.commit());
  }
  if (who.role == Role::kAgent) count_message();
  make_intent_durable();
  const Outcome outcome =
      book_.exchange.modify({before.ordertag, wanted.request.quantity, wanted.request.type, wanted.request.limit_price,
                             wanted.request.trigger_price});
  // The new terms become the order's with the exchange's own event, in this transaction or after a restart.
  const Status outcome_kept = keep_outcome(outcome, [&](Ledger::Unit& unit) -> Status {
    if (outcome.kind != Outcome::Kind::kAccepted) RETURN_IF_ERROR(book_.ledger.drop_modification(unit, before.order_seq));
    return audit_decision(book_, unit, who, std::string("modify_order.") + name_of(outcome.kind), before.order_id,
                          CanonicalJson::object({{"reason", outcome.reason}}), market_.now());
  });
  RETURN_IF_ERROR(outcome_kept);
  if (outcome.kind == Outcome::Kind::kAccepted) return {};
  return not_taken(outcome, "the exchange did not take the new terms", "the order stands as it was; look at it before trying other terms");
}

Status Submission::cancel(const Requester& who, const OrderRecord& order, const std::string& why,
                          const RequestNote& asked) {
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.record_request(unit, asked, order.order_seq));
    RETURN_IF_ERROR(audit_decision(book_, unit, who, "cancel_order.submitting", order.order_id,
                                   CanonicalJson::object({{"order_seq", order.order_seq}, {"why", why}}), market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }
  if (who.role == Role::kAgent) count_message();
  make_intent_durable();
  const Outcome outcome = book_.exchange.cancel(order.ordertag);
  const bool is_on_the_way = outcome.kind == Outcome::Kind::kAccepted || outcome.kind == Outcome::Kind::kUnknown;
  if (is_on_the_way) cancel_asked_steady_us_.insert_or_assign(order.order_seq, market_.clock.steady_us());
  const Status outcome_kept = keep_outcome(outcome, [&](Ledger::Unit& unit) -> Status {
    if (outcome.kind != Outcome::Kind::kAccepted) RETURN_IF_ERROR(book_.ledger.forget_request(unit, asked));
    return audit_decision(book_, unit, who, std::string("cancel_order.") + name_of(outcome.kind), order.order_id,
                          CanonicalJson::object({{"reason", outcome.reason}}), market_.now());
  });
  RETURN_IF_ERROR(outcome_kept);
  if (outcome.kind == Outcome::Kind::kAccepted) return {};
  return not_taken(outcome, "the exchange did not cancel", "look at the order: it may have filled meanwhile");
}

bool Submission::is_being_cancelled(const OrderRecord& order) const {
  const auto asked = cancel_asked_steady_us_.find(order.order_seq);
  return asked != cancel_asked_steady_us_.end() && market_.clock.steady_us() - asked->second < kCancelPatienceUs;
}

void Submission::count_message() {
  const std::int64_t now = market_.clock.steady_us();
  std::erase_if(counters_.message_steady_us, [&](std::int64_t t) { return t < now - 2'000'000; });
  counters_.message_steady_us.push_back(now);
}

void Submission::make_intent_durable() {
  if (!book_.exchange.is_in_the_ledgers_file()) book_.ledger.database().sync();
}

// What the exchange took must be kept: when the ledger cannot, nothing that follows can be trusted, and only a restart,
// which reads the exchange's own book, puts it right.
Status Submission::keep_outcome(const Outcome& outcome, const std::function<Status(Ledger::Unit&)>& write) {
  bool has_more = false;
  const Status kept = [&]() -> Status {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(write(unit));
    ASSIGN_OR_RETURN(has_more, apply_new_events(unit));
    return unit.commit();
  }();
  if (!kept) {
    if (outcome.kind == Outcome::Kind::kAccepted || outcome.kind == Outcome::Kind::kUnknown)
      fail_stop("the exchange took a command and its outcome cannot be kept: " + kept.error().text());
    return kept;
  }
  return has_more ? settle() : Status();
}

// --- events ---------------------------------------------------------------------------------------------------------

Status Submission::settle() {
  RETURN_IF_ERROR(book_.exchange.collect());
  while (true) {
    ASSIGN_OR_RETURN(const auto events, book_.exchange.events(book_.ledger.counter("applied_exchange_seq"), 1));
    if (events.empty()) return {};
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    ASSIGN_OR_RETURN(const bool has_more, apply_new_events(unit));
    RETURN_IF_ERROR(unit.commit());
    if (!has_more) return {};
  }
}

Result<bool> Submission::apply_new_events(Ledger::Unit& unit) {
  const std::int64_t applied = book_.ledger.counter("applied_exchange_seq");
  ASSIGN_OR_RETURN(const auto events, book_.exchange.events(applied, kEventsAtOnce));
  for (const ExchangeEvent& event : events) RETURN_IF_ERROR(apply_event(unit, event));
  if (!events.empty())
    RETURN_IF_ERROR(book_.ledger.set_counter(unit, "applied_exchange_seq", events.back().seq));
  return events.size() == kEventsAtOnce;
}

Status Submission::apply_event(Ledger::Unit& unit, const ExchangeEvent& event) {
  ASSIGN_OR_RETURN(auto found, book_.ledger.find_by_tag(event.ordertag));
  if (!found) return incident(unit, event.ordertag, "the exchange tells of an order that is not in the ledger");
  OrderRecord& order = *found;
  // An order whose outcome was open is told of: it is found, and goes on as one that was taken.
  if (order.state == OrderState::kUnknown || order.state == OrderState::kAbsent)
    RETURN_IF_ERROR(move_by_fact(unit, order, OrderState::kFound, event));
  switch (event.kind) {
    case ExchangeEvent::Kind::kOpen: return move_by_fact(unit, order, OrderState::kOpen, event);
    case ExchangeEvent::Kind::kTriggerPending: return move_by_fact(unit, order, OrderState::kTriggerPending, event);
    case ExchangeEvent::Kind::kTriggered:
      return order.filled.is_zero() ? move_by_fact(unit, order, OrderState::kOpen, event) : Status();
    case ExchangeEvent::Kind::kModified:
      order.updated = event.market_ts;
      RETURN_IF_ERROR(book_.ledger.apply_modification(unit, order));
      if (!order.filled.is_zero()) return {};  // stays PARTIAL
      return move_by_fact(unit, order, is_stop(order.request.type) ? OrderState::kTriggerPending : OrderState::kOpen, event);
    case ExchangeEvent::Kind::kFill: {
      const auto charges_before = order.charges.total();
      const auto realized_before = order.realized;
      RETURN_IF_ERROR(apply_fill_event(book_, unit, order, event));
      counters_.turnover += value_of(event.price, event.quantity);
      counters_.realized += order.realized - realized_before;
      counters_.charges += order.charges.total() - charges_before;
      if (book_.ledger.position(order.request.symbol, order.request.product) == nullptr) {
        ASSIGN_OR_RETURN(const auto fills, book_.ledger.fills_of_last_trip(order.request.symbol, order.request.product));
        for (const RoundTrip& trip : round_trips_of(fills)) counters_.losses.add(trip);
      }
      // Shares are shares, whatever the order's state says: the fill is booked, and a human looks at the rest.
      if (trading::is_terminal(order.state))
        return incident(unit, order.order_id, "a fill came for an order that had ended as " + std::string(trading::name_of(order.state)));
      return move_by_fact(unit, order, order.open_quantity().is_zero() ? OrderState::kFilled : OrderState::kPartial, event);
    }
    case ExchangeEvent::Kind::kCancelled:
      order.reason = event.reason;
      return move_by_fact(unit, order, OrderState::kCancelled, event);
    case ExchangeEvent::Kind::kRejected:
      order.reason = event.reason;
      counters_.rejects.push_back(event.market_ts);
      return move_by_fact(unit, order, OrderState::kRejectedLate, event);
  }
  return {};
}

Status Submission::move_by_fact(Ledger::Unit& unit, OrderRecord& order, OrderState to, const ExchangeEvent& event) {
  if (order.state == to && to != OrderState::kPartial) return {};  // told twice
  if (!trading::is_allowed(order.state, to, Origin::kExchangeFact))
    return incident(unit, order.order_id, "the exchange says " + std::string(trading::name_of(to)) + " of an order that is " +
                                              std::string(trading::name_of(order.state)));
  RETURN_IF_ERROR(book_.ledger.move_order(unit, order, to, Origin::kExchangeFact, event.market_ts, event.reason));
  if (trading::is_terminal(to)) cancel_asked_steady_us_.erase(order.order_seq);
  if (!order.reason.empty()) book_.ledger.update_order(unit, order);
  if (to == OrderState::kPartial || to == OrderState::kFilled) return {};  // the fill has its own record
  return audit_decision(book_, unit, kBroker, "order_state." + std::string(to == OrderState::kCancelled ? "cancelled" : to == OrderState::kRejectedLate ? "rejected_late" : to == OrderState::kTriggerPending ? "trigger_pending" : to == OrderState::kFound ? "found" : "open"),
                        order.order_id, CanonicalJson::object({{"order_seq", order.order_seq}, {"reason", event.reason}}),
                        event.market_ts);
}

Status Submission::incident(Ledger::Unit& unit, const std::string& subject, const std::string& what) {
  Latch latch{kLatchIncident, "reduce-only", what, market_.now(), std::nullopt};
  RETURN_IF_ERROR(book_.ledger.put_latch(unit, latch));
  return audit_decision(book_, unit, kBroker, "incident", subject, CanonicalJson::object({{"what", what}}), market_.now());
}

// --- start ----------------------------------------------------------------------------------------------------------

Status Submission::reconcile() {
  ASSIGN_OR_RETURN(const auto exchange_book, book_.exchange.order_book());
  const auto row_of = [&](const std::string& tag) -> const ExchangeBookRow* {
    for (const ExchangeBookRow& row : exchange_book)
      if (row.ordertag == tag) return &row;
    return nullptr;
  };
  std::vector<OrderRecord> working;
  for (const auto& [seq, order] : book_.ledger.working()) working.push_back(order);
  for (OrderRecord& order : working) {
    if (order.state == OrderState::kNew || order.state == OrderState::kChecked) continue;
    if (!trading::is_in_doubt(order.state)) continue;
    const ExchangeBookRow* row = row_of(order.ordertag);
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    std::string found = "found";
    if (row != nullptr) {
      if (order.state == OrderState::kSubmitting)
        RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kUnknown, Origin::kOwnStep, market_.now(), "the broker stopped before the outcome was kept"));
      RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kFound, Origin::kExchangeFact, market_.now(), "in the exchange's book"));
      order.exchange_order_id = row->exchange_order_id;
      book_.ledger.update_order(unit, order);
    } else if (order.state == OrderState::kSubmitting && book_.exchange.absence_policy().over.us == 0) {
      // The exchange's book is local and complete: what is not in it was never taken.
      found = "not_sent";
      order.reason = "the broker stopped before the order reached the exchange";
      RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kNotSent, Origin::kOwnStep, market_.now(), order.reason));
      book_.ledger.update_order(unit, order);
    } else {
      found = "unknown";
      if (order.state == OrderState::kSubmitting)
        RETURN_IF_ERROR(book_.ledger.move_order(unit, order, OrderState::kUnknown, Origin::kOwnStep, market_.now(), "not in the exchange's book yet"));
    }
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "reconcile." + found, order.order_id,
                                   CanonicalJson::object({{"order_seq", order.order_seq}, {"ordertag", order.ordertag}}), market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }
  RETURN_IF_ERROR(settle());
  // A modification that the exchange never told of was never taken.
  ASSIGN_OR_RETURN(const auto unanswered, book_.ledger.open_modifications());
  {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.forget_untaken_cancels(unit));
    RETURN_IF_ERROR(unit.commit());
  }
  for (const std::int64_t order_seq : unanswered) {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    RETURN_IF_ERROR(book_.ledger.drop_modification(unit, order_seq));
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "reconcile.modification_not_taken", "order",
                                   CanonicalJson::object({{"order_seq", order_seq}}), market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }

  working.clear();
  for (const auto& [seq, order] : book_.ledger.working()) working.push_back(order);
  for (OrderRecord& order : working) {
    if (!trading::is_working(order.state)) continue;
    const ExchangeBookRow* row = row_of(order.ordertag);
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
    if (row == nullptr || trading::is_terminal(row->state)) {
      RETURN_IF_ERROR(incident(unit, order.order_id, "the ledger's order is not in the exchange's book"));
      RETURN_IF_ERROR(unit.commit());
      continue;
    }
    const bool is_same = row->quantity == order.request.quantity && row->type == order.request.type &&
                         row->limit_price == order.request.limit_price && row->trigger_price == order.request.trigger_price;
    if (is_same) continue;
    order.request.quantity = row->quantity;
    order.request.type = row->type;
    order.request.limit_price = row->limit_price;
    order.request.trigger_price = row->trigger_price;
    book_.ledger.update_order(unit, order);
    RETURN_IF_ERROR(audit_decision(book_, unit, kBroker, "reconcile.terms", order.order_id, terms_body(order), market_.now()));
    RETURN_IF_ERROR(unit.commit());
  }
  return {};
}

}  // namespace broker
