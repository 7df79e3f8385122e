// With the Supertrend line: in when it turns, the line itself as the stop, out when it turns back.

#include "mcp_gateway/research/indicators/trend_stops.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class SupertrendStrategy {
 public:
  explicit SupertrendStrategy(const Params& params)
      : line_(params.whole("period"), params.real("multiplier")) {}

  void on_bar(const ClosedBar& bar, const Held&, Decision& decision) {
    const int before = line_.direction();
    line_.update(bar.high, bar.low, bar.close);
    if (before < 0 && line_.direction() > 0) decision.action = Decision::Action::kBuy;
    if (before > 0 && line_.direction() < 0) decision.action = Decision::Action::kSellShort;
    if (decision.action != Decision::Action::kNone) decision.stop = line_.line();
  }

 private:
  Supertrend line_;
};

}  // namespace

const StrategySpec& supertrend_spec() {
  static const StrategySpec spec{
      .name = "supertrend",
      .what = "buy when the Supertrend turns up, sell when it turns down or the line at the entry "
              "is touched",
      .params = {{"period", 1, 1'000, 10, true, "bars of the average true range"},
                 {"multiplier", 0.1, 50, 3, false, "ranges from the middle to the line"}},
      .can_short = true,
      .gives_stop = true,
      .make = make_each<SupertrendStrategy>};
  return spec;
}

}  // namespace research
