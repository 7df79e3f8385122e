#pragma once

// Fills, oldest first, as trips from flat to flat in one symbol and product, in the order in which they closed. A position
// still open is not among them. And the losing ones in a row: a trip loses when its result after charges, entry and every
// part of the exit together, is below zero.

#include <vector>

#include "execution_broker/ledger/ledger.h"

namespace broker {

// Of one epoch of the account: a reset abandons positions without a fill.
std::vector<RoundTrip> round_trips_of(const std::vector<FillRecord>& fills);

struct LossRun {
  std::int64_t count = 0;
  std::optional<trading::Timestamp> last;  // when the newest of them closed

  void add(const RoundTrip& trip);
};
// As it stands in the ledger: over nights, restarts and resets, since a human last resumed.
trading::Result<LossRun> loss_run_of(Ledger& ledger);

// Name of the ledger's counter of the newest fill when a human resumed: what closed by then is forgiven.
inline constexpr char kLossesForgivenTo[] = "losses_forgiven_to_fill";

}  // namespace broker
