#pragma once

// From a name, parameters and stored bars, all of them untrusted, to values or a clear error; never
// to a number made of nonsense.

#include <cstddef>
#include <limits>
#include <string_view>
#include <vector>

#include "mcp_gateway/research/indicators/indicator.h"
#include "mcp_gateway/research/indicators/registry.h"
#include "trading/bars/bar.h"
#include "trading/base/result.h"

namespace research {

// Columns of one length, times ascending, prices above zero and within kMostPriceE4, open and close
// within low and high, volume 0 to kMostVolume, at most kMostBars bars. BAD_BARS names the bar.
trading::Status validate(const trading::BarSeries& bars);

struct IndicatorRequest {
  std::string_view name;
  NamedParameters parameters;
  Seeding method = Seeding::kEwm;
  std::size_t rows = std::numeric_limits<std::size_t>::max();  // the last so many bars; at least 1
};

struct Calculation {
  const IndicatorSpec* spec = nullptr;
  Parameters parameters;
  Seeding method = Seeding::kEwm;
  WarmUp warm_up;
  std::size_t bars_used = 0;
  bool is_warming_up = false;  // bars_used < warm_up.settled
  std::vector<std::int64_t> ts_us;  // of the rows
  // An output a column, in the spec's order; kPrice in rupees here. kNoValue where there is none.
  std::vector<std::vector<double>> columns;
};

// `bars` (and `second`, where the indicator needs one; else null) hold finished bars only. Of two
// series the bars that both have are used. Errors: UNKNOWN_INDICATOR, BAD_INDICATOR_PARAMETER,
// SECOND_SERIES_MISSING, BAD_BARS, NOT_ENOUGH_BARS (fewer than the first value needs, and never
// fewer than two).
trading::Result<Calculation> calculate(const trading::BarSeries& bars,
                                       const trading::BarSeries* second,
                                       const IndicatorRequest& request);

// Several over the same bars in one pass, block by block while the bars are in the cache. out[i][k]
// gets output k of indicator i for bars [from, to), prices in 1/10,000 rupee.
void run_together(const Columns& columns, std::size_t from, std::size_t to,
                  const std::vector<Indicator*>& states,
                  const std::vector<std::vector<double*>>& out);

}  // namespace research
