// Buys weakness: in while the RSI is below `entry_below`, out when it is above `exit_above`.

#include "mcp_gateway/research/indicators/rsi.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class RsiReversal {
 public:
  explicit RsiReversal(const Params& params)
      : rsi_(params.whole("period")), entry_(params.real("entry_below")),
        exit_(params.real("exit_above")),
        waits_(params.whole("wait_for_warm_up") != 0 ? rsi_.warm_up().settled : 0) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    rsi_.update(bar.close);
    ++bars_;
    const double rsi = rsi_.value();
    if (held.is_flat() && bars_ >= waits_ && rsi < entry_)
      decision.action = Decision::Action::kBuy;
    if (held.is_long() && rsi > exit_) decision.action = Decision::Action::kExit;
  }

 private:
  Rsi rsi_;
  double entry_;
  double exit_;
  std::size_t waits_;
  std::size_t bars_ = 0;
};

}  // namespace

const StrategySpec& rsi_reversal_spec() {
  static const StrategySpec spec{
      .name = "rsi_reversal",
      .what = "buy when the RSI is below a low level, sell when it is above a higher one",
      .params = {{"period", 2, 1'000, 14, true, "bars of the RSI"},
                 {"entry_below", 1, 99, 30, false, "RSI under which it buys"},
                 {"exit_above", 1, 99, 60, false, "RSI over which it sells"},
                 kWaitForWarmUp},
      .must = "entry_below < exit_above",
      .fits = [](const Params& params) {
        return params.real("entry_below") < params.real("exit_above");
      },
      .make = make_each<RsiReversal>};
  return spec;
}

}  // namespace research
