// The walk through time: fills, marks, decisions, one instant after the other.

#include "mcp_gateway/research/backtest/engine.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "mcp_gateway/research/backtest/lane.h"

namespace research {

namespace {

using trading::Status;
using trading::Timestamp;
using trading::TradingDate;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kInstantsBetweenReports = 4'096;

class Walk {
 public:
  Walk(const std::vector<SymbolBars>& symbols, Strategy& strategy, const EngineTerms& terms)
      : terms_(terms), strategy_(strategy),
        account_({terms.capital, terms.has_costs, terms.product, symbols.size()}),
        drawdown_(terms.capital.accrual().value()), held_(symbols.size()),
        decisions_(symbols.size()), is_shown_(symbols.size()) {
    outcome_.days.initial_e4 = terms.capital.accrual().value();
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      lanes_.push_back(
          std::make_unique<Lane>(i, symbols[i], terms_, symbols.size(), account_, outcome_));
      total_bars_ += symbols[i].bars->size();
    }
  }

  Status run() {
    for (std::uint64_t instants = 1;; ++instants) {
      const std::int64_t now = next_instant();
      if (now == kNever) break;
      if (now >= day_end_us_) begin_day(now);
      RETURN_IF_ERROR(trade(now));
      RETURN_IF_ERROR(decide());
      drawdown_.update(account_.equity_e4());
      if (terms_.progress && instants % kInstantsBetweenReports == 0 &&
          !terms_.progress(outcome_.bars, total_bars_))
        return trading::make_error("CANCELLED", "the backtest was cancelled", "start it again",
                                   trading::Retry::kSafe);
    }
    end_day();
    return {};
  }

  EngineOutcome take() {
    outcome_.final_e4 = account_.cash().value();
    outcome_.max_drawdown_pct = drawdown_.percent();
    outcome_.charges = account_.charges();
    outcome_.charges_rounding = account_.charges_rounding();
    outcome_.sold_unsettled = account_.sold_unsettled();
    outcome_.trades = account_.take_trades();
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] std::int64_t next_instant() const {
    std::int64_t soonest = kNever;
    for (const auto& lane : lanes_)
      if (!lane->is_done()) soonest = std::min(soonest, lane->next_ts_us());
    return soonest;
  }

  void begin_day(std::int64_t now) {
    if (today_.days >= 0) end_day();
    today_ = trading::date_of(Timestamp{now});
    day_end_us_ = timestamp_of(today_ + 1, {}).us;
    account_.begin_day(today_);
  }

  void end_day() {
    for (const auto& lane : lanes_) lane->square_off_at_last_price();
    account_.end_day();
    const std::int64_t equity = account_.equity_e4();
    drawdown_.update(equity);
    outcome_.days.push_back(today_, equity);
  }

  Status trade(std::int64_t now) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      is_shown_[i] = !lanes_[i]->is_done() && lanes_[i]->next_ts_us() == now;
      if (is_shown_[i]) RETURN_IF_ERROR(lanes_[i]->trade_next_bar());
    }
    return {};
  }

  Status decide() {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      decisions_[i] = Decision{};
      held_[i] = lanes_[i]->held();
      if (is_shown_[i]) strategy_.on_bar(i, lanes_[i]->bar(), held_[i], decisions_[i]);
    }
    strategy_.on_instant(held_, decisions_);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      Lane& lane = *lanes_[i];
      if (lane.is_at_last_bar()) {
        if (is_shown_[i]) lane.close_at_end();
        continue;
      }
      if (decisions_[i].action != Decision::Action::kNone || decisions_[i].stop)
        RETURN_IF_ERROR(lane.decide(decisions_[i]));
      if (is_shown_[i]) lane.end_day_if_due();
    }
    return {};
  }

  const EngineTerms& terms_;
  Strategy& strategy_;
  Account account_;
  EngineOutcome outcome_;
  Drawdown drawdown_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Held> held_;
  std::vector<Decision> decisions_;
  std::vector<char> is_shown_;
  std::uint64_t total_bars_ = 0;
  TradingDate today_{-1};
  std::int64_t day_end_us_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

trading::Result<EngineOutcome> run_engine(const std::vector<SymbolBars>& symbols,
                                          Strategy& strategy, const EngineTerms& terms) {
  Walk walk(symbols, strategy, terms);
  RETURN_IF_ERROR(walk.run());
  return walk.take();
}

}  // namespace research
