// Back to the mean: in at a close outside the Bollinger bands, out when the close is at the middle
// again.

#include "mcp_gateway/research/indicators/bollinger.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class BollingerReversion {
 public:
  explicit BollingerReversion(const Params& params)
      : bands_(params.whole("period"), params.real("deviations")) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    bands_.update(bar.close);
    const Bollinger::Bands bands = bands_.bands();
    const auto close = static_cast<double>(bar.close);
    if (held.is_long() && close >= bands.middle) decision.action = Decision::Action::kExit;
    if (held.is_short() && close <= bands.middle) decision.action = Decision::Action::kExit;
    if (!held.is_long() && close < bands.lower) decision.action = Decision::Action::kBuy;
    if (!held.is_short() && close > bands.upper) decision.action = Decision::Action::kSellShort;
  }

 private:
  Bollinger bands_;
};

}  // namespace

const StrategySpec& bollinger_reversion_spec() {
  static const StrategySpec spec{
      .name = "bollinger_reversion",
      .what = "buy a close under the lower Bollinger band, sell when it is back at the middle",
      .params = {{"period", 2, 5'000, 20, true, "bars of the bands"},
                 {"deviations", 0.1, 10, 2, false, "standard deviations to a band"}},
      .can_short = true,
      .make = make_each<BollingerReversion>};
  return spec;
}

}  // namespace research
