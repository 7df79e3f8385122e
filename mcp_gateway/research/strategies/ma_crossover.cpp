// Two averages of the close: in when the fast one rises above the slow one, out when it falls
// below. Both are compared exactly (indicators/sma.h): averages that are equal are no crossing yet.

#include "mcp_gateway/research/indicators/sma.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class MaCrossover {
 public:
  explicit MaCrossover(const Params& params)
      : fast_(params.whole("fast_period")), slow_(params.whole("slow_period")) {}

  void on_bar(const ClosedBar& bar, const Held&, Decision& decision) {
    const bool had_values = slow_.has_value();
    const auto before = compare_means(fast_, slow_);
    fast_.update(bar.close);
    slow_.update(bar.close);
    if (!had_values) return;
    const auto now = compare_means(fast_, slow_);
    if (before <= 0 && now > 0) decision.action = Decision::Action::kBuy;
    if (before >= 0 && now < 0) decision.action = Decision::Action::kSellShort;
  }

 private:
  Sma fast_;
  Sma slow_;
};

}  // namespace

const StrategySpec& ma_crossover_spec() {
  static const StrategySpec spec{
      .name = "ma_crossover",
      .what = "buy when the fast average of closes rises above the slow one, sell when it falls "
              "below it",
      .params = {{"fast_period", 1, 5'000, 20, true, "bars of the fast average"},
                 {"slow_period", 2, 5'000, 50, true, "bars of the slow average"}},
      .can_short = true,
      .must = "fast_period < slow_period",
      .fits = [](const Params& params) {
        return params.whole("fast_period") < params.whole("slow_period");
      },
      .make = make_each<MaCrossover>};
  return spec;
}

}  // namespace research
