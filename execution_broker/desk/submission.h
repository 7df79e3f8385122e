#pragma once

// How the desk speaks to the exchange: every command's intent is on disk before a byte leaves, one attempt, the outcome
// and the exchange's events are kept in one transaction afterwards. An unknown outcome is a state, never a retry.
//
// Also the one place where the exchange's events become states, fills and positions. A fact outside the order-state
// table is an incident: recorded, reduce-only, never a crash.

#include <functional>
#include <map>
#include <string>

#include "execution_broker/desk/book.h"
#include "execution_broker/desk/facts_of_book.h"

namespace broker {

// A change was not accepted by the exchange, or nobody knows: the order is as the exchange's events tell, and whoever changes
// many goes on with the next.
bool is_not_taken(const trading::Error& error);

class Submission {
 public:
  Submission(Book& book, const Market& market, DayCounters& counters, const HaltFlag& halt)
      : book_(book), market_(market), counters_(counters), halt_(halt) {}

  // Inside the caller's unit: CHECKED -> SUBMITTING with an ordertag of its own. Commit, then send().
  trading::Status prepare(Ledger::Unit& unit, const Requester& who, OrderRecord& order, const std::string& verb);
  // One attempt. The halt flag is read last: a raised one keeps entries back (NOT_SENT). `order` is as kept afterwards.
  trading::Status send(const Requester& who, OrderRecord& order, const std::string& verb);

  // A protective order of the broker's own, from nothing to sent.
  trading::Status place_own(OrderRecord& order, const std::string& why);
  // New terms for a working order, or its end. REFUSED_BY_EXCHANGE when the exchange did not take them (the order stands as
  // it was), OUTCOME_UNKNOWN when its answer does not say. `asked` is recorded in the transaction of the intent and freed in the outcome's when it was not taken: what
  // was not done is no answer to repeat.
  trading::Status modify(const Requester& who, const OrderRecord& before, const OrderRecord& wanted, const std::string& why,
                         const RequestNote& asked = {});
  trading::Status cancel(const Requester& who, const OrderRecord& order, const std::string& why,
                         const RequestNote& asked = {});

  // Its cancellation is on the way: the exchange took it, or did not say, a few seconds ago. Whoever looks at every tick does
  // not ask at every tick.
  [[nodiscard]] bool is_being_cancelled(const OrderRecord& order) const;

  // Every event of the exchange that the ledger does not know yet.
  trading::Status settle();
  // At a start: in-doubt orders against the exchange's own book, then events, then terms.
  trading::Status reconcile();

 private:
  // One more of the messages that an agent's side caused, within the last second.
  void count_message();
  // Before a byte leaves: the ledger's commits may wait for their sync.
  void make_intent_durable();
  // One transaction for an outcome and the events that came with it; an accepted one that cannot be kept is fail-stop.
  trading::Status keep_outcome(const Outcome& outcome, const std::function<trading::Status(Ledger::Unit&)>& write);
  // Applies what is new inside `unit`; true when there may be more.
  trading::Result<bool> apply_new_events(Ledger::Unit& unit);
  trading::Status apply_event(Ledger::Unit& unit, const ExchangeEvent& event);
  trading::Status move_by_fact(Ledger::Unit& unit, OrderRecord& order, trading::OrderState to, const ExchangeEvent& event);
  trading::Status incident(Ledger::Unit& unit, const std::string& subject, const std::string& what);

  Book& book_;
  const Market& market_;
  DayCounters& counters_;
  const HaltFlag& halt_;
  std::map<std::int64_t, std::int64_t> cancel_asked_steady_us_;  // by order, where it was not refused
};

}  // namespace broker
