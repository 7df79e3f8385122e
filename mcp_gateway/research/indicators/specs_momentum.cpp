#include "mcp_gateway/research/indicators/cci.h"
#include "mcp_gateway/research/indicators/macd.h"
#include "mcp_gateway/research/indicators/momentum.h"
#include "mcp_gateway/research/indicators/rsi.h"
#include "mcp_gateway/research/indicators/running.h"
#include "mcp_gateway/research/indicators/stoch.h"
#include "mcp_gateway/research/indicators/ultimate.h"

namespace research {
namespace {

std::vector<ParameterSpec> fast_slow_signal() {
  return {bars("fast", 12, "span of the fast average"), bars("slow", 26, "of the slow one", 2),
          bars("signal", 9, "span of the signal")};
}

}  // namespace

std::vector<IndicatorSpec> momentum_specs() {
  return {
      spec_of<Rsi>("rsi", "relative strength index, Wilder's smoothing; 0 to 100", kByMethod,
                   {period(14)}, {{"rsi", Unit::kPercent}},
                   [](const Parameters& p, Seeding s) { return Rsi(whole(p[0]), s); }),
      spec_of<Cmo>("cmo", "Chande's momentum oscillator: gains less losses over both; -100 to 100",
                   kByMethod, {period(14)}, {{"cmo", Unit::kPercent}},
                   [](const Parameters& p, Seeding s) { return Cmo(whole(p[0]), s); }),
      spec_of<Stoch>("stoch", "stochastic oscillator: the close in the range of the last bars",
                     kSameByMethod,
                     {period(14), bars("slowing", 3, "bars %K is averaged over"),
                      bars("d_period", 3, "bars %D is averaged over")},
                     {{"k", Unit::kPercent}, {"d", Unit::kPercent}},
                     [](const Parameters& p, Seeding) {
                       return Stoch(whole(p[0]), whole(p[1]), whole(p[2]));
                     }),
      spec_of<StochRsi>("stochrsi", "stochastic RSI: the RSI in its own range", kByMethod,
                        {bars("rsi_period", 14, "of the RSI"), period(14, 2),
                         bars("slowing", 3, "bars %K is averaged over"),
                         bars("d_period", 3, "bars %D is averaged over")},
                        {{"k", Unit::kPercent}, {"d", Unit::kPercent}},
                        [](const Parameters& p, Seeding s) {
                          return StochRsi(whole(p[0]), whole(p[1]), whole(p[2]), whole(p[3]), s);
                        }),
      spec_of<WilliamsR>("williams_r", "Williams %R: 0 at the highest high, -100 at the lowest low",
                         kSameByMethod, {period(14)}, {{"williams_r", Unit::kPercent}},
                         [](const Parameters& p, Seeding) { return WilliamsR(whole(p[0])); }),
      spec_of<Macd>("macd", "difference of a fast and a slow average, its signal and histogram",
                    kByMethod, fast_slow_signal(),
                    {{"macd", Unit::kPrice}, {"signal", Unit::kPrice}, {"histogram", Unit::kPrice}},
                    [](const Parameters& p, Seeding s) {
                      return Macd(whole(p[0]), whole(p[1]), whole(p[2]), s);
                    },
                    {"fast", "slow"}),
      spec_of<Ppo>("ppo", "MACD in percent of the slow average", kByMethod, fast_slow_signal(),
                   {{"ppo", Unit::kPercent}, {"signal", Unit::kPercent},
                    {"histogram", Unit::kPercent}},
                   [](const Parameters& p, Seeding s) {
                     return Ppo(whole(p[0]), whole(p[1]), whole(p[2]), s);
                   },
                   {"fast", "slow"}),
      spec_of<RateOfChange>("roc", "change of the close over the period, in percent", kSameByMethod,
                            {period(10)}, {{"roc", Unit::kPercent}},
                            [](const Parameters& p, Seeding) { return RateOfChange(whole(p[0])); }),
      spec_of<Momentum>("mom", "change of the close over the period", kSameByMethod, {period(10)},
                        {{"mom", Unit::kPrice}},
                        [](const Parameters& p, Seeding) { return Momentum(whole(p[0])); }),
      spec_of<Cci>("cci", "commodity channel index: distance from the mean in mean deviations",
                   kSameByMethod, {period(20, 2)}, {{"cci", Unit::kRatio}},
                   [](const Parameters& p, Seeding) { return Cci(whole(p[0])); }),
      spec_of<Ultimate>("ultimate", "ultimate oscillator: buying pressure over three spans",
                        kSameByMethod,
                        {bars("fast", 7, "shortest span"), bars("middle", 14, "middle span"),
                         bars("slow", 28, "longest span")},
                        {{"ultimate", Unit::kPercent}},
                        [](const Parameters& p, Seeding) {
                          return Ultimate(whole(p[0]), whole(p[1]), whole(p[2]));
                        },
                        {"fast", "middle", "slow"}),
      spec_of<Awesome>("awesome", "awesome oscillator: fast less slow average of the bars' middles",
                       kSameByMethod,
                       {bars("fast", 5, "bars of the fast average"),
                        bars("slow", 34, "of the slow one", 2)},
                       {{"awesome", Unit::kPrice}},
                       [](const Parameters& p, Seeding) {
                         return Awesome(whole(p[0]), whole(p[1]));
                       },
                       {"fast", "slow"}),
      spec_of<BalanceOfPower>("bop", "balance of power: body over range of each bar; -1 to 1",
                              kSameByMethod, {}, {{"bop", Unit::kRatio}},
                              [](const Parameters&, Seeding) { return BalanceOfPower(); }),
  };
}

}  // namespace research
