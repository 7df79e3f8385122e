#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/kama.h"
#include "mcp_gateway/research/indicators/running.h"
#include "mcp_gateway/research/indicators/sma.h"
#include "mcp_gateway/research/indicators/volume_flow.h"
#include "mcp_gateway/research/indicators/wma.h"

namespace research {

std::vector<IndicatorSpec> moving_average_specs() {
  return {
      spec_of<Sma>("sma", "simple moving average of the close; exact", kSameByMethod, {period(20)},
                   {{"sma", Unit::kPrice}},
                   [](const Parameters& p, Seeding) { return Sma(whole(p[0])); }),
      spec_of<Ema>("ema", "exponential moving average of the close", kByMethod, {period(20)},
                   {{"ema", Unit::kPrice}},
                   [](const Parameters& p, Seeding s) { return Ema(whole(p[0]), s); }),
      spec_of<Wma>("wma", "linearly weighted moving average of the close", kSameByMethod,
                   {period(20)}, {{"wma", Unit::kPrice}},
                   [](const Parameters& p, Seeding) { return Wma(whole(p[0])); }),
      spec_of<Hma>("hma", "Hull's moving average: weighted averages with most of the lag taken out",
                   kSameByMethod, {period(20, 2)}, {{"hma", Unit::kPrice}},
                   [](const Parameters& p, Seeding) { return Hma(whole(p[0])); }),
      spec_of<Dema>("dema", "double exponential moving average", kByMethod, {period(20)},
                    {{"dema", Unit::kPrice}},
                    [](const Parameters& p, Seeding s) { return Dema(whole(p[0]), s); }),
      spec_of<Tema>("tema", "triple exponential moving average", kByMethod, {period(20)},
                    {{"tema", Unit::kPrice}},
                    [](const Parameters& p, Seeding s) { return Tema(whole(p[0]), s); }),
      spec_of<Trima>("trima", "triangular moving average: the mean of the mean", kSameByMethod,
                     {period(20)}, {{"trima", Unit::kPrice}},
                     [](const Parameters& p, Seeding) { return Trima(whole(p[0])); }),
      spec_of<Kama>("kama", "Kaufman's adaptive average: fast in trends, slow in noise",
                    kSameByMethod,
                    {period(10), bars("fast", 2, "span of the fastest"),
                     bars("slow", 30, "span of the slowest", 2)},
                    {{"kama", Unit::kPrice}},
                    [](const Parameters& p, Seeding) {
                      return Kama(whole(p[0]), whole(p[1]), whole(p[2]));
                    },
                    {"fast", "slow"}),
      spec_of<Vwma>("vwma", "average of the closes weighted by volume", kSameByMethod, {period(20)},
                    {{"vwma", Unit::kPrice}},
                    [](const Parameters& p, Seeding) { return Vwma(whole(p[0])); }),
  };
}

}  // namespace research
