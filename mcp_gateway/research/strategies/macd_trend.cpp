// Momentum with the trend: in when the MACD rises above its signal while the close stands above a
// long average, out when the MACD is below its signal.

#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/macd.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class MacdTrend {
 public:
  explicit MacdTrend(const Params& params)
      : macd_(params.whole("fast_period"), params.whole("slow_period"),
              params.whole("signal_period")),
        trend_(params.whole("trend_period")),
        waits_(params.whole("wait_for_warm_up") != 0
                   ? std::max(macd_.warm_up().settled, trend_.warm_up().settled)
                   : 0) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    const double before = bars_ > 0 ? macd_.histogram() : kNoValue;
    macd_.update(bar.close);
    trend_.update(bar.close);
    ++bars_;
    const double now = macd_.histogram();
    const bool is_up = static_cast<double>(bar.close) > trend_.value();
    if (held.is_flat() && bars_ >= waits_ && before <= 0 && now > 0 && is_up)
      decision.action = Decision::Action::kBuy;
    if (held.is_long() && now < 0) decision.action = Decision::Action::kExit;
  }

 private:
  Macd macd_;
  Ema trend_;
  std::size_t waits_;
  std::size_t bars_ = 0;
};

}  // namespace

const StrategySpec& macd_trend_spec() {
  static const StrategySpec spec{
      .name = "macd_trend",
      .what = "buy when the MACD crosses above its signal and the close is above a long EMA, sell "
              "when the MACD is below its signal",
      .params = {{"fast_period", 2, 1'000, 12, true, "bars of the fast EMA"},
                 {"slow_period", 3, 1'000, 26, true, "bars of the slow EMA"},
                 {"signal_period", 1, 1'000, 9, true, "bars of the signal"},
                 {"trend_period", 2, 5'000, 200, true, "bars of the EMA that tells the trend"},
                 kWaitForWarmUp},
      .must = "fast_period < slow_period",
      .fits = [](const Params& params) {
        return params.whole("fast_period") < params.whole("slow_period");
      },
      .make = make_each<MacdTrend>};
  return spec;
}

}  // namespace research
