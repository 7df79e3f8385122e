#pragma once

// The average true range of stored bars, for the risk tools.

#include <cstddef>
#include <optional>

#include "mcp_gateway/research/indicators/seeding.h"
#include "trading/bars/bar.h"

namespace research {

struct LatestAtr {
  std::optional<double> rupees;  // empty: too few bars
  std::size_t bars_used = 0;
  bool is_warming_up = true;
};

// Of the finished bars only: the one under way is left out when `is_last_unfinished`.
LatestAtr latest_atr(const trading::BarSeries& bars, bool is_last_unfinished, std::size_t period,
                     Seeding seeding);

}  // namespace research
