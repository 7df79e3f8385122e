// A breakout that many take part in: in when the close is above the highest high of the `period`
// bars before it and the bar's volume is above `volume_factor` times its EMA (the bar included), out
// when the close is under the EMA of closes.

#include "mcp_gateway/research/indicators/ema.h"
#include "mcp_gateway/research/indicators/smoothing.h"
#include "mcp_gateway/research/indicators/window.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class BreakoutVolume {
 public:
  explicit BreakoutVolume(const Params& params)
      : period_(params.whole("period")), factor_(params.real("volume_factor")), highs_(period_),
        volume_(alpha_of_span(params.whole("volume_period")), params.whole("volume_period"),
                Seeding::kEwm),
        exit_(params.whole("exit_period")) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    const bool is_breakout = bars_ >= period_ && bar.close > highs_.value();
    highs_.push(bar.high);
    volume_.update(static_cast<double>(bar.volume));
    exit_.update(bar.close);
    ++bars_;
    if (held.is_flat() && is_breakout &&
        static_cast<double>(bar.volume) > factor_ * volume_.value())
      decision.action = Decision::Action::kBuy;
    if (held.is_long() && static_cast<double>(bar.close) < exit_.value())
      decision.action = Decision::Action::kExit;
  }

 private:
  std::size_t period_;
  double factor_;
  WindowExtreme<std::int64_t, std::greater<>> highs_;
  Smoothing volume_;
  Ema exit_;
  std::size_t bars_ = 0;
};

}  // namespace

const StrategySpec& breakout_volume_spec() {
  static const StrategySpec spec{
      .name = "breakout_volume",
      .what = "buy a close above the highest high of the bars before on unusual volume, sell a "
              "close under the EMA",
      .params = {{"period", 2, 1'000, 20, true, "bars whose highest high is broken"},
                 {"volume_period", 2, 1'000, 20, true, "span of the volume's EMA"},
                 {"volume_factor", 0.1, 100, 2, false, "times the EMA the volume has to be"},
                 {"exit_period", 2, 1'000, 20, true, "bars of the EMA under which it sells"}},
      .needs_volume = true,
      .make = make_each<BreakoutVolume>};
  return spec;
}

}  // namespace research
