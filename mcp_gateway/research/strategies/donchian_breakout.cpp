// The turtles' channel: in at a close beyond the extreme of the `entry_period` bars before, out at
// one beyond the opposite extreme of the `exit_period` bars before. (Dennis and Eckhardt, 1983, as
// published by Faith, "The original turtle trading rules", 2003: system 1, on closes.)

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/window.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class DonchianBreakout {
 public:
  explicit DonchianBreakout(const Params& params)
      : entry_(params.whole("entry_period")), stop_ranges_(params.real("stop_ranges")),
        highs_(entry_), lows_(entry_), exit_highs_(params.whole("exit_period")),
        exit_lows_(params.whole("exit_period")), range_(entry_) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    if (bars_ >= entry_) {
      if (held.is_long() && bar.close < exit_lows_.value())
        decision.action = Decision::Action::kExit;
      if (held.is_short() && bar.close > exit_highs_.value())
        decision.action = Decision::Action::kExit;
      if (bar.close > highs_.value() && !held.is_long())
        decision.action = Decision::Action::kBuy;
      if (bar.close < lows_.value() && !held.is_short())
        decision.action = Decision::Action::kSellShort;
    }
    highs_.push(bar.high);
    lows_.push(bar.low);
    exit_highs_.push(bar.high);
    exit_lows_.push(bar.low);
    range_.update(bar.high, bar.low, bar.close);
    ++bars_;
    if (decision.action == Decision::Action::kBuy ||
        decision.action == Decision::Action::kSellShort)
      decision.stop_distance = stop_ranges_ * range_.value();
  }

 private:
  using Highest = WindowExtreme<std::int64_t, std::greater<>>;
  using Lowest = WindowExtreme<std::int64_t, std::less<>>;
  std::size_t entry_;
  double stop_ranges_;
  Highest highs_;
  Lowest lows_;
  Highest exit_highs_;
  Lowest exit_lows_;
  Atr range_;
  std::size_t bars_ = 0;
};

}  // namespace

const StrategySpec& donchian_breakout_spec() {
  static const StrategySpec spec{
      .name = "donchian_breakout",
      .what = "buy a close above the highest high of the bars before, sell one below the lowest "
              "low; a stop some average ranges away",
      .params = {{"entry_period", 2, 1'000, 20, true, "bars of the entry channel"},
                 {"exit_period", 1, 1'000, 10, true, "bars of the exit channel"},
                 {"stop_ranges", 0.1, 50, 2, false, "average true ranges to the stop"}},
      .can_short = true,
      .gives_stop = true,
      .must = "exit_period <= entry_period",
      .fits = [](const Params& params) {
        return params.whole("exit_period") <= params.whole("entry_period");
      },
      .make = make_each<DonchianBreakout>};
  return spec;
}

}  // namespace research
