// The first minutes of a day draw a range; a close outside it is followed, once a day, with the
// range's other side as the stop and a multiple of its height as the target. What is open leaves
// with the square-off.

#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class OpeningRangeBreakout {
 public:
  explicit OpeningRangeBreakout(const Params& params)
      : length_(trading::minutes(static_cast<std::int64_t>(params.whole("range_minutes")))),
        reward_(params.real("target_ranges")) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    if (bar.is_first_of_day) {
      end_ = bar.ts + length_;
      high_ = bar.high;
      low_ = bar.low;
    }
    if (bar.ts < end_) {
      high_ = std::max(high_, bar.high);
      low_ = std::min(low_, bar.low);
      return;
    }
    // A decision that came to nothing (a short where there are none) leaves the day's entry open.
    if (held.has_entered_today || !held.is_flat() || high_ == low_) return;
    if (bar.close > high_) enter(Decision::Action::kBuy, low_, decision);
    if (bar.close < low_) enter(Decision::Action::kSellShort, high_, decision);
  }

 private:
  void enter(Decision::Action action, std::int64_t stop, Decision& decision) {
    decision.action = action;
    decision.stop = static_cast<double>(stop);
    decision.target_distance = reward_ * static_cast<double>(high_ - low_);
  }

  trading::Duration length_;
  double reward_;
  trading::Timestamp end_;
  std::int64_t high_ = 0;
  std::int64_t low_ = 0;
};

}  // namespace

const StrategySpec& opening_range_breakout_spec() {
  static const StrategySpec spec{
      .name = "opening_range_breakout",
      .what = "buy a close above the range of the day's first minutes; its low is the stop, a "
              "multiple of its height the target",
      .params = {{"range_minutes", 1, 240, 15, true, "minutes that draw the range"},
                 {"target_ranges", 0.1, 20, 2, false, "heights of the range to the target"}},
      .needs_intraday = true,
      .can_short = true,
      .gives_stop = true,
      .product = trading::Product::kIntraday,
      .make = make_each<OpeningRangeBreakout>};
  return spec;
}

}  // namespace research
