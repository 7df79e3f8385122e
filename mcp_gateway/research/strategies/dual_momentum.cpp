// Dual momentum (Antonacci, 2012): every `rebalance` bars hold the symbol that rose most over
// `lookback` bars, and none when even that one fell. With one symbol only the second half is left.
// The switch takes two bars: out of the old one at one open, into the new one at the next, for the
// cash has to be there.

#include "mcp_gateway/research/indicators/window.h"
#include "mcp_gateway/research/strategies/table.h"

namespace research {

namespace {

class DualMomentum final : public Strategy {
 public:
  DualMomentum(const Params& params, std::size_t symbols)
      : lookback_(params.whole("lookback")), rebalance_(params.whole("rebalance")),
        lanes_(symbols, Lane{Ring<std::int64_t>(lookback_)}) {}

  void on_bar(std::size_t symbol, const ClosedBar& bar, const Held&, Decision&) override {
    Lane& lane = lanes_[symbol];
    lane.before = lane.closes.push(bar.close);
    lane.now = bar.close;
    ++lane.bars;
    is_shown_ = true;
  }

  void on_instant(const std::vector<Held>& held, std::vector<Decision>& decisions) override {
    if (!is_shown_) return;
    is_shown_ = false;
    if (++instants_ % rebalance_ == 0) chosen_ = choose();
    bool is_waiting = false;
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (held[i].is_flat() || i == chosen_) continue;
      decisions[i].action = Decision::Action::kExit;
      is_waiting = true;
    }
    if (chosen_ < held.size() && held[chosen_].is_flat() && !is_waiting)
      decisions[chosen_].action = Decision::Action::kBuy;
  }

 private:
  struct Lane {
    Ring<std::int64_t> closes;
    std::int64_t before = 0;  // the close `lookback` bars ago
    std::int64_t now = 0;
    std::size_t bars = 0;
  };
  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  // now / before of a > now / before of b, exactly.
  static bool rose_more(const Lane& a, const Lane& b) {
    return static_cast<Int128>(a.now) * b.before > static_cast<Int128>(b.now) * a.before;
  }
  [[nodiscard]] std::size_t choose() const {
    std::size_t best = kNobody;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const Lane& lane = lanes_[i];
      if (lane.bars <= lookback_ || lane.now <= lane.before) continue;
      if (best == kNobody || rose_more(lane, lanes_[best])) best = i;
    }
    return best;
  }

  std::size_t lookback_;
  std::size_t rebalance_;
  std::vector<Lane> lanes_;
  std::size_t instants_ = 0;
  std::size_t chosen_ = kNobody;
  bool is_shown_ = false;
};

}  // namespace

const StrategySpec& dual_momentum_spec() {
  static const StrategySpec spec{
      .name = "dual_momentum",
      .what = "every so many bars hold the symbol that rose most, or none when even that one fell",
      .params = {{"lookback", 1, 5'000, 126, true, "bars over which the rise is measured"},
                 {"rebalance", 1, 1'000, 21, true, "bars between two choices"}},
      .make = [](const Params& params, std::size_t symbols) -> std::unique_ptr<Strategy> {
        return std::make_unique<DualMomentum>(params, symbols);
      }};
  return spec;
}

}  // namespace research
