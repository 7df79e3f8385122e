#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/indicators/correlation.h"
#include "mcp_gateway/research/indicators/regression.h"
#include "mcp_gateway/research/indicators/running.h"

namespace research {

std::vector<IndicatorSpec> statistics_specs() {
  return {
      spec_of<Regression>("linreg", "straight line through the closes: slope a bar, end, fit",
                          kSameByMethod, {period(14, 2)},
                          {{"slope", Unit::kPrice}, {"slope_percent", Unit::kPercent},
                           {"end", Unit::kPrice}, {"r_squared", Unit::kRatio}},
                          [](const Parameters& p, Seeding) { return Regression(whole(p[0])); }),
      spec_of<Correlation>("correlation", "Pearson's correlation of the closes of two series",
                           kSameByMethod, {period(30, 2)}, {{"correlation", Unit::kRatio}},
                           [](const Parameters& p, Seeding) { return Correlation(whole(p[0])); }),
      spec_of<Beta>("beta", "beta of the returns against those of the second series",
                    kSameByMethod, {period(60, 2)}, {{"beta", Unit::kRatio}},
                    [](const Parameters& p, Seeding) { return Beta(whole(p[0])); }),
      spec_of<ZScore>("zscore", "distance of the close from its mean in standard deviations",
                      kSameByMethod, {period(20, 2)}, {{"zscore", Unit::kRatio}},
                      [](const Parameters& p, Seeding) { return ZScore(whole(p[0])); }),
  };
}

}  // namespace research
