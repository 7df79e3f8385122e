// Two-day RSI (Connors and Alvarez, "Short term trading strategies that work", 2008): above a long
// average buy a very low RSI(2), sell the first close above a short average.

#include "mcp_gateway/research/indicators/rsi.h"
#include "mcp_gateway/research/indicators/sma.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class Rsi2 {
 public:
  explicit Rsi2(const Params& params)
      : rsi_(params.whole("period")), entry_(params.real("entry_below")),
        trend_(params.whole("trend_period")), exit_(params.whole("exit_period")) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    rsi_.update(bar.close);
    trend_.update(bar.close);
    exit_.update(bar.close);
    if (!trend_.has_value() || !exit_.has_value()) return;
    const bool is_up = compare_means(bar.close, 1, trend_.sum(), trend_.period()) > 0;
    const bool is_over = compare_means(bar.close, 1, exit_.sum(), exit_.period()) > 0;
    if (held.is_flat() && is_up && rsi_.value() < entry_) decision.action = Decision::Action::kBuy;
    if (held.is_long() && is_over) decision.action = Decision::Action::kExit;
  }

 private:
  Rsi rsi_;
  double entry_;
  Sma trend_;
  Sma exit_;
};

}  // namespace

const StrategySpec& rsi2_spec() {
  static const StrategySpec spec{
      .name = "rsi2",
      .what = "above a long average buy a very low two-bar RSI, sell a close above a short average",
      .params = {{"period", 2, 100, 2, true, "bars of the RSI"},
                 {"entry_below", 1, 50, 10, false, "RSI under which it buys"},
                 {"trend_period", 2, 5'000, 200, true, "bars of the long average"},
                 {"exit_period", 1, 500, 5, true, "bars of the short average"}},
      .make = make_each<Rsi2>};
  return spec;
}

}  // namespace research
