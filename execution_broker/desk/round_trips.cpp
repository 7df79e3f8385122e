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
    if (fill.position_after.is_zero()) {
      done.push_back(trip);
      open.erase(found);
    }
  }
  return done;
}

}  // namespace broker
