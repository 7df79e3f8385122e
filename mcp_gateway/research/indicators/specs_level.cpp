#include "mcp_gateway/research/indicators/pivots.h"
#include "mcp_gateway/research/indicators/running.h"
#include "mcp_gateway/research/indicators/support_resistance.h"

namespace research {

std::vector<IndicatorSpec> level_specs() {
  constexpr double kMostSide = 2'000;
  return {
      spec_of<SwingPivots>("pivots", "last swing high and low, known `side` bars after they stood",
                           kSameByMethod,
                           {bars("side", 10, "bars to either side", 1, kMostSide)},
                           {{"last_high", Unit::kPrice}, {"last_low", Unit::kPrice},
                            {"bars_since_high", Unit::kBars}, {"bars_since_low", Unit::kBars}},
                           [](const Parameters& p, Seeding) { return SwingPivots(whole(p[0])); }),
      spec_of<FloorPivots>("floor_pivots", "floor pivots of the session before", kSameByMethod, {},
                           {{"pivot", Unit::kPrice}, {"r1", Unit::kPrice}, {"r2", Unit::kPrice},
                            {"r3", Unit::kPrice}, {"s1", Unit::kPrice}, {"s2", Unit::kPrice},
                            {"s3", Unit::kPrice}},
                           [](const Parameters&, Seeding) { return FloorPivots(); }),
      spec_of<SupportResistance>(
          "support_resistance", "levels of swing pivots under and above the close, nearest first",
          kSameByMethod,
          {bars("side", 10, "bars to either side", 1, kMostSide),
           {"merge_percent", 1, 0, 20, false, "levels closer than this are merged"}},
          {{"support_1", Unit::kPrice}, {"support_2", Unit::kPrice}, {"support_3", Unit::kPrice},
           {"support_4", Unit::kPrice}, {"resistance_1", Unit::kPrice},
           {"resistance_2", Unit::kPrice}, {"resistance_3", Unit::kPrice},
           {"resistance_4", Unit::kPrice}},
          [](const Parameters& p, Seeding) { return SupportResistance(whole(p[0]), p[1]); }),
  };
}

}  // namespace research
