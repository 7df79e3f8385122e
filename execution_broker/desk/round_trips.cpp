#include "execution_broker/desk/round_trips.h"

#include <algorithm>
#include <map>

namespace broker {

std::vector<RoundTrip> round_trips_of(const std::vector<FillRecord>& fills) {
  std::vector<RoundTrip> done;
  std::map<std::pair<std::string, trading::Product>, RoundTrip> open;
  for (const FillRecord& fill : fills) {
    const auto key = std::pair(fill.symbol, fill.product);
    auto found = open.find(key);
    if (found == open.end()) {
      RoundTrip trip;
      trip.symbol = fill.symbol;
      trip.product = fill.product;
      trip.strategy = fill.strategy;
      trip.side = fill.side;
      trip.opened = fill.market_ts;
      found = open.emplace(key, trip).first;
    }
    RoundTrip& trip = found->second;
    trip.pnl += fill.realized;
    trip.charges += fill.charges.total();
    trip.quantity = std::max(trip.quantity, abs(fill.position_after));
    if (fill.side == trip.side) trip.entry_value += value_of(fill.price, fill.quantity);
    if (!fill.closed.is_zero()) trip.exit = fill.purpose;
    trip.closed = fill.market_ts;
    trip.closing_fill = fill.fill_id;
    if (fill.position_after.is_zero()) {
      done.push_back(trip);
      open.erase(found);
    }
  }
  return done;
}

void LossRun::add(const RoundTrip& trip) {
  if (!trip.is_loss()) {
    *this = {};
    return;
  }
  ++count;
  last = trip.closed;
}

trading::Result<LossRun> loss_run_of(Ledger& ledger) {
  const std::int64_t forgiven = ledger.counter(kLossesForgivenTo);
  LossRun run;
  // Backwards from the newest trip to the first that gained, or that a human has forgiven.
  for (std::int64_t epoch = ledger.epoch(); epoch >= 1; --epoch) {
    ASSIGN_OR_RETURN(const std::vector<FillRecord> fills, ledger.fills_of_epoch(epoch));
    const std::vector<RoundTrip> trips = round_trips_of(fills);
    for (auto trip = trips.rbegin(); trip != trips.rend(); ++trip) {
      if (!trip->is_loss() || trip->closing_fill <= forgiven) return run;
      ++run.count;
      if (!run.last) run.last = trip->closed;
    }
  }
  return run;
}

}  // namespace broker
