#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/indicators/channels.h"
#include "mcp_gateway/research/indicators/correlation.h"
#include "mcp_gateway/research/indicators/running.h"

namespace research {

std::vector<IndicatorSpec> volatility_specs() {
  return {
      spec_of<TrueRange>("true_range", "true range of the bar, gaps included", kSameByMethod, {},
                         {{"true_range", Unit::kPrice}},
                         [](const Parameters&, Seeding) { return TrueRange(); }),
      spec_of<Atr>("atr", "average true range, Wilder's smoothing", kByMethod, {period(14)},
                   {{"atr", Unit::kPrice}},
                   [](const Parameters& p, Seeding s) { return Atr(whole(p[0]), s); }),
      spec_of<Natr>("natr", "average true range in percent of the close", kByMethod, {period(14)},
                    {{"natr", Unit::kPercent}},
                    [](const Parameters& p, Seeding s) { return Natr(whole(p[0]), s); }),
      spec_of<BollingerWithWidth>(
          "bbands", "Bollinger bands by the deviation of the population, %b and width",
          kSameByMethod,
          {period(20, 2), {"deviations", 2, 0.01, 100, false, "standard deviations to the bands"}},
          {{"upper", Unit::kPrice}, {"middle", Unit::kPrice}, {"lower", Unit::kPrice},
           {"percent_b", Unit::kRatio}, {"width", Unit::kPercent}},
          [](const Parameters& p, Seeding) { return BollingerWithWidth(whole(p[0]), p[1]); }),
      spec_of<Keltner>("keltner", "Keltner channel: average and average ranges to either side",
                       kByMethod,
                       {period(20), bars("atr_period", 10, "of the average true range"),
                        {"multiplier", 2, 0.01, 100, false, "average true ranges to the lines"}},
                       {{"upper", Unit::kPrice}, {"middle", Unit::kPrice}, {"lower", Unit::kPrice}},
                       [](const Parameters& p, Seeding s) {
                         return Keltner(whole(p[0]), whole(p[1]), p[2], s);
                       }),
      spec_of<Donchian>("donchian", "highest high and lowest low of the last bars, this one included",
                        kSameByMethod, {period(20)},
                        {{"upper", Unit::kPrice}, {"middle", Unit::kPrice},
                         {"lower", Unit::kPrice}},
                        [](const Parameters& p, Seeding) { return Donchian(whole(p[0])); }),
      spec_of<StandardDeviation>("stddev", "standard deviation of the close, of the population",
                                 kSameByMethod, {period(20, 2)}, {{"stddev", Unit::kPrice}},
                                 [](const Parameters& p, Seeding) {
                                   return StandardDeviation(whole(p[0]));
                                 }),
      spec_of<Volatility>("volatility", "deviation of log returns, annualised, in percent",
                          kSameByMethod,
                          {period(20, 2),
                           {"bars_a_year", 252, 1, 1'000'000, false, "252 for daily bars"}},
                          {{"volatility", Unit::kPercent}},
                          [](const Parameters& p, Seeding) {
                            return Volatility(whole(p[0]), p[1]);
                          }),
  };
}

}  // namespace research
