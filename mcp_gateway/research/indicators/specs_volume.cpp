#include "mcp_gateway/research/indicators/running.h"
#include "mcp_gateway/research/indicators/volume_flow.h"
#include "mcp_gateway/research/indicators/vwap.h"

namespace research {

std::vector<IndicatorSpec> volume_specs() {
  constexpr double kYear2100Us = 4'102'444'800e6;
  return {
      spec_of<Obv>("obv", "on-balance volume: added on rises, taken off on falls", kSameByMethod, {},
                   {{"obv", Unit::kShares}}, [](const Parameters&, Seeding) { return Obv(); }),
      spec_of<Ad>("ad", "accumulation / distribution line", kSameByMethod, {},
                  {{"ad", Unit::kShares}}, [](const Parameters&, Seeding) { return Ad(); }),
      spec_of<AdOscillator>("adosc", "Chaikin's oscillator of the accumulation line", kSameByMethod,
                            {bars("fast", 3, "span of the fast average"),
                             bars("slow", 10, "of the slow one", 2)},
                            {{"adosc", Unit::kShares}},
                            [](const Parameters& p, Seeding) {
                              return AdOscillator(whole(p[0]), whole(p[1]));
                            },
                            {"fast", "slow"}),
      spec_of<Cmf>("cmf", "Chaikin's money flow; -1 to 1", kSameByMethod, {period(20)},
                   {{"cmf", Unit::kRatio}},
                   [](const Parameters& p, Seeding) { return Cmf(whole(p[0])); }),
      spec_of<Mfi>("mfi", "money flow index: RSI's idea weighted by turnover; 0 to 100",
                   kSameByMethod, {period(14)}, {{"mfi", Unit::kPercent}},
                   [](const Parameters& p, Seeding) { return Mfi(whole(p[0])); }),
      spec_of<SessionVwap>("vwap", "volume-weighted average price of the session so far",
                           kSameByMethod, {}, {{"vwap", Unit::kPrice}},
                           [](const Parameters&, Seeding) { return SessionVwap(); }),
      spec_of<AnchoredVwap>("anchored_vwap", "volume-weighted average price since the anchor",
                            kSameByMethod,
                            {{"anchor_us", 0, 0, kYear2100Us, true,
                              "first bar's start, microseconds UTC; 0: from the first bar"}},
                            {{"anchored_vwap", Unit::kPrice}},
                            [](const Parameters& p, Seeding) {
                              return AnchoredVwap(static_cast<std::int64_t>(p[0]));
                            }),
      spec_of<VolumeRatio>("volume_ratio", "volume over its own exponential average", kByMethod,
                           {period(20)},
                           {{"volume_ratio", Unit::kRatio}, {"volume_ema", Unit::kShares}},
                           [](const Parameters& p, Seeding s) {
                             return VolumeRatio(whole(p[0]), s);
                           }),
  };
}

}  // namespace research
