// Back to the day's volume-weighted average: in when the close is some average ranges away from it,
// out when it is there again, a stop as far away on the other side.

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/vwap.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class VwapReversion {
 public:
  explicit VwapReversion(const Params& params)
      : range_(params.whole("range_period")), entry_(params.real("entry_ranges")),
        stop_(params.real("stop_ranges")), waits_(params.whole("range_period")) {}

  void on_bar(const ClosedBar& bar, const Held& held, Decision& decision) {
    range_.update(bar.high, bar.low, bar.close);
    vwap_.update(bar.ts.us, bar.high, bar.low, bar.close, bar.volume);
    if (++bars_ < waits_) return;
    const double away = static_cast<double>(bar.close) - vwap_.value();
    const double range = range_.value();
    if (held.is_long() && away >= 0) decision.action = Decision::Action::kExit;
    if (held.is_short() && away <= 0) decision.action = Decision::Action::kExit;
    if (!held.is_flat() || !(range > 0)) return;
    if (away < -entry_ * range) decision.action = Decision::Action::kBuy;
    if (away > entry_ * range) decision.action = Decision::Action::kSellShort;
    if (decision.action != Decision::Action::kNone) decision.stop_distance = stop_ * range;
  }

 private:
  Atr range_;
  SessionVwap vwap_;
  double entry_;
  double stop_;
  std::size_t waits_;
  std::size_t bars_ = 0;
};

}  // namespace

const StrategySpec& vwap_reversion_spec() {
  static const StrategySpec spec{
      .name = "vwap_reversion",
      .what = "buy a close some average ranges under the day's VWAP, sell when it is back there",
      .params = {{"range_period", 2, 1'000, 14, true, "bars of the average true range"},
                 {"entry_ranges", 0.1, 20, 2, false, "ranges away from the VWAP to enter"},
                 {"stop_ranges", 0.1, 50, 2, false, "ranges from the entry to the stop"}},
      .needs_intraday = true,
      .needs_volume = true,
      .can_short = true,
      .gives_stop = true,
      .product = trading::Product::kIntraday,
      .make = make_each<VwapReversion>};
  return spec;
}

}  // namespace research
