#pragma once

// Moves a virtual market: time goes from event to event (prints of the symbols the book is in, and the day's own
// events), each handled and committed before the next. What was done survives a kill: time never goes back, and a
// print is never matched twice.

#include <functional>

#include "execution_broker/desk/day_cycle.h"
#include "execution_broker/desk/loss_trips.h"

namespace broker {

class MarketDriver {
 public:
  MarketDriver(Book& book, const Market& market, const LimitBook& limits, const DayCounters& counters,
               const DeskPermissions& permissions, const HaltFlag& halt, Submission& submission, Protection& protection,
               DayCycle& days)
      : book_(book),
        market_(market),
        limits_(limits),
        counters_(counters),
        permissions_(permissions),
        halt_(halt),
        submission_(submission),
        protection_(protection),
        days_(days) {}

  // Where market time goes on after a start: at the last thing that was committed.
  static trading::Timestamp durable_time(Ledger& ledger, trading::Timestamp first);
  // No reply told a later time than this one. After a kill it lies ahead of market time: the market is walked there, event
  // by event, before anyone is answered.
  [[nodiscard]] trading::Timestamp promised_time() const;

  struct Advanced {
    int events = 0;
    bool has_arrived = false;
  };
  // Handles everything due up to `target` and leaves the clock there. `is_enough` is asked after each event: at a true the
  // clock stays at that event, what it decided is committed, and the rest is the next call's.
  trading::Result<Advanced> advance_to(trading::Timestamp target, const std::function<bool()>& is_enough = {});
  // Writes the time done, when it moved and was not written with a decision; of a stepped clock also that no more than
  // this was ever told, so that a restart stands where it stood. Called at a stop and by the ticker.
  trading::Status keep_time();

 private:
  // Before market time moves to `target` it is promised on disk: no reply tells a time that a restart could take back.
  trading::Status reserve(trading::Timestamp target);
  trading::Status write_done(Ledger::Unit& unit);
  [[nodiscard]] std::set<std::string> driven_symbols() const;
  trading::Status handle_slices(const std::vector<trading::MarketSlice>& slices);

  Book& book_;
  const Market& market_;
  const LimitBook& limits_;
  const DayCounters& counters_;
  const DeskPermissions& permissions_;
  const HaltFlag& halt_;
  Submission& submission_;
  Protection& protection_;
  DayCycle& days_;
  // Everything up to here is handled. Kept here and not read back: the disk may lag behind a running clock.
  std::optional<trading::Timestamp> done_;
  std::vector<trading::MarketSlice> unrecorded_;  // prints used, not yet written
};

}  // namespace broker
