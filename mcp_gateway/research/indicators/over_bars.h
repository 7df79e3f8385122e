#pragma once

// From stored bars (integers) to indicators (doubles, in rupees): the one way in.

#include "mcp_gateway/research/indicators/atr.h"
#include "trading/bars/bar.h"

namespace research {

// Of the finished bars only: the one under way is left out when `is_last_unfinished`.
Atr atr_of(const trading::BarSeries& bars, bool is_last_unfinished, std::size_t period,
           Seeding seeding);

}  // namespace research
