#pragma once

// The minutes of one simulated day: a bridge in ticks from the day's open to its close that touches
// the day's high and low exactly and never leaves them. Volatility and volume are U-shaped over the
// day.

#include <cstdint>
#include <vector>

#include "execution_broker/market/print_slice.h"
#include "execution_broker/market/simulated/daily_chain.h"
#include "trading/bars/bar.h"

namespace broker::simulated {

// Columns by minute; prices in 1/10,000 rupee. About 14 KB for a normal day.
struct DayPath {
  std::vector<trading::SessionHours> sessions;
  std::vector<std::int32_t> open, high, low, close;
  std::vector<std::int64_t>
      volume_before;  // of the day, before the minute; one entry more than minutes
  std::vector<std::int32_t> high_before,
      low_before;  // of the day, before the minute; 0 at the first

  [[nodiscard]] std::size_t size() const { return open.size(); }
  [[nodiscard]] trading::Bar bar(std::size_t minute) const;
  [[nodiscard]] DaySoFar day_before(std::size_t minute) const;
};

// `key` is that of the instrument's day.
DayPath make_day_path(const SimulatedDay& day, std::vector<trading::SessionHours> sessions,
                      std::uint64_t key);

}  // namespace broker::simulated
