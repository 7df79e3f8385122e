#include "mcp_gateway/research/indicators/over_bars.h"

#include "mcp_gateway/research/indicators/atr.h"

namespace research {

LatestAtr latest_atr(const trading::BarSeries& bars, bool is_last_unfinished, std::size_t period,
                     Seeding seeding) {
  Atr atr(period, seeding);
  const std::size_t finished = bars.size() - (is_last_unfinished && !bars.empty() ? 1 : 0);
  for (std::size_t i = 0; i < finished; ++i)
    atr.update(bars.high_e4[i], bars.low_e4[i], bars.close_e4[i]);

  LatestAtr latest{std::nullopt, finished, finished < atr.warm_up().settled};
  if (finished >= atr.warm_up().first) latest.rupees = atr.value() / double{trading::kRupeeE4};
  return latest;
}

}  // namespace research
