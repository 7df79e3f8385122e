// Follows a trend only while there is one: in when the ADX is above `entry_above` and its direction
// is the trade's, out when the direction turns or the ADX falls under `exit_below`.

#include "mcp_gateway/research/indicators/adx.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class AdxTrend {
 public:
  explicit AdxTrend(const Params& params)
      : adx_(params.whole("period")), entry_(params.real("entry_above")),
        exit_(params.real("exit_below")), waits_(adx_.warm_up().settled) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    adx_.update(bar.high, bar.low, bar.close);
    if (++bars_ < waits_) return;
    const bool is_up = adx_.plus_di() > adx_.minus_di();
    const bool is_down = adx_.plus_di() < adx_.minus_di();
    const bool is_over = adx_.adx() < exit_;
    if (held.is_long() && (is_down || is_over)) decision.action = Decision::Action::kExit;
    if (held.is_short() && (is_up || is_over)) decision.action = Decision::Action::kExit;
    if (!(adx_.adx() > entry_)) return;
    if (is_up && !held.is_long()) decision.action = Decision::Action::kBuy;
    if (is_down && !held.is_short()) decision.action = Decision::Action::kSellShort;
  }

 private:
  Adx adx_;
  double entry_;
  double exit_;
  std::size_t waits_;
  std::size_t bars_ = 0;
};

}  // namespace

const StrategySpec& adx_trend_spec() {
  static const StrategySpec spec{
      .name = "adx_trend",
      .what = "buy when the ADX is high and +DI is above -DI, sell when that turns or the ADX falls",
      .params = {{"period", 2, 1'000, 14, true, "bars of the ADX"},
                 {"entry_above", 1, 99, 25, false, "ADX over which it enters"},
                 {"exit_below", 1, 99, 20, false, "ADX under which it leaves"}},
      .can_short = true,
      .must = "exit_below <= entry_above",
      .fits = [](const Params& params) {
        return params.real("exit_below") <= params.real("entry_above");
      },
      .make = make_each<AdxTrend>};
  return spec;
}

}  // namespace research
