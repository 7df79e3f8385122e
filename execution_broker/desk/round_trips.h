#pragma once

// Fills, oldest first, as trips from flat to flat in one symbol and product. A position still open is not among them.

#include <vector>

#include "execution_broker/ledger/records.h"

namespace broker {

std::vector<RoundTrip> round_trips_of(const std::vector<FillRecord>& fills);

}  // namespace broker
