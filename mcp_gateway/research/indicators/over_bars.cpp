#include "mcp_gateway/research/indicators/over_bars.h"

namespace research {
namespace {

double rupees(std::int64_t price_e4) {
  return static_cast<double>(price_e4) / static_cast<double>(trading::kRupeeE4);
}

}  // namespace

Atr atr_of(const trading::BarSeries& bars, bool is_last_unfinished, std::size_t period,
           Seeding seeding) {
  Atr atr(period, seeding);
  const std::size_t finished = bars.size() - (is_last_unfinished && !bars.empty() ? 1 : 0);
  for (std::size_t i = 0; i < finished; ++i) {
    atr.update(rupees(bars.high_e4[i]), rupees(bars.low_e4[i]), rupees(bars.close_e4[i]));
  }
  return atr;
}

}  // namespace research
