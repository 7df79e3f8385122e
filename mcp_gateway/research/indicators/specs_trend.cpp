#include "mcp_gateway/research/indicators/adx.h"
#include "mcp_gateway/research/indicators/aroon.h"
#include "mcp_gateway/research/indicators/choppiness.h"
#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/ichimoku.h"
#include "mcp_gateway/research/indicators/kama.h"
#include "mcp_gateway/research/indicators/running.h"
#include "mcp_gateway/research/indicators/trend_stops.h"

namespace research {

std::vector<IndicatorSpec> trend_specs() {
  return {
      spec_of<Adx>("adx", "strength of the trend (ADX), and its directions +DI and -DI", kByMethod,
                   {period(14, 2)},
                   {{"adx", Unit::kPercent}, {"plus_di", Unit::kPercent},
                    {"minus_di", Unit::kPercent}},
                   [](const Parameters& p, Seeding s) { return Adx(whole(p[0]), s); }),
      spec_of<Aroon>("aroon", "how recent the highest high (up) and lowest low (down) are",
                     kSameByMethod, {period(25)},
                     {{"up", Unit::kPercent}, {"down", Unit::kPercent},
                      {"oscillator", Unit::kPercent}},
                     [](const Parameters& p, Seeding) { return Aroon(whole(p[0])); }),
      spec_of<Trix>("trix", "change of a triple exponential average, in percent a bar", kByMethod,
                    {period(15)}, {{"trix", Unit::kPercent}},
                    [](const Parameters& p, Seeding s) { return Trix(whole(p[0]), s); }),
      spec_of<Vortex>("vortex", "vortex: upward and downward reach over the true range",
                      kSameByMethod, {period(14)},
                      {{"plus", Unit::kRatio}, {"minus", Unit::kRatio}},
                      [](const Parameters& p, Seeding) { return Vortex(whole(p[0])); }),
      spec_of<Choppiness>("choppiness", "choppiness index: high when prices go nowhere",
                          kSameByMethod, {period(14, 2)}, {{"choppiness", Unit::kPercent}},
                          [](const Parameters& p, Seeding) { return Choppiness(whole(p[0])); }),
      spec_of<EfficiencyRatio>("efficiency_ratio",
                               "distance come over the way gone; 1 is a straight line",
                               kSameByMethod, {period(10)}, {{"efficiency_ratio", Unit::kRatio}},
                               [](const Parameters& p, Seeding) {
                                 return EfficiencyRatio(whole(p[0]));
                               }),
      spec_of<Supertrend>("supertrend", "trend line by average ranges; direction 1 up, -1 down",
                          kByMethod,
                          {period(10), {"multiplier", 3, 0.01, 100, false, "average true ranges"}},
                          {{"supertrend", Unit::kPrice}, {"direction", Unit::kDirection}},
                          [](const Parameters& p, Seeding s) {
                            return Supertrend(whole(p[0]), p[1], s);
                          }),
      spec_of<ParabolicSar>("psar", "parabolic stop and reverse; direction 1 up, -1 down",
                            kSameByMethod,
                            {{"step", 0.02, 0.0001, 1, false, "growth of the factor"},
                             {"most", 0.2, 0.0001, 1, false, "largest factor"}},
                            {{"psar", Unit::kPrice}, {"direction", Unit::kDirection}},
                            [](const Parameters& p, Seeding) { return ParabolicSar(p[0], p[1]); },
                            {"step", "most"}),
      spec_of<Ichimoku>("ichimoku", "Ichimoku's lines; the cloud is the one drawn over the bar",
                        kSameByMethod,
                        {bars("conversion", 9, "bars of the conversion line"),
                         bars("base", 26, "of the base line; also how far ahead the cloud is drawn"),
                         bars("span", 52, "of leading line B")},
                        {{"conversion", Unit::kPrice}, {"base", Unit::kPrice},
                         {"leading_a", Unit::kPrice}, {"leading_b", Unit::kPrice},
                         {"cloud_a", Unit::kPrice}, {"cloud_b", Unit::kPrice}},
                        [](const Parameters& p, Seeding) {
                          return Ichimoku(whole(p[0]), whole(p[1]), whole(p[2]));
                        },
                        {"conversion", "base", "span"}),
  };
}

}  // namespace research
