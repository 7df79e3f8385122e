#pragma once

// Bars written by hand, and a strategy that does what a list says.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "mcp_gateway/research/backtest/run.h"
#include "tests/bench/generated_bars.h"
#include "tests/support/bar_samples.h"

namespace research {

using trading::Price;
using trading::Quantity;
using trading::Side;
using trading::Timestamp;
using trading::TradingDate;

inline constexpr trading::Timeframe kMinutes = trading::Timeframe::kOneMinute;
inline constexpr trading::Timeframe kDays = trading::Timeframe::kOneDay;

template <typename T>
T must(trading::Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().text();
    std::abort();
  }
  return std::move(*result);
}

inline CheckedBars checked(trading::BarSeries bars) {
  return must(CheckedBars::check(std::move(bars), {{}, true}));
}

// Whole rupees.
struct Row {
  int open, high, low, close;
  std::int64_t volume = 1'000'000;
};
inline trading::BarSeries series_of(
    const std::vector<Row>& rows, trading::Timeframe timeframe = kDays,
    Timestamp first = timestamp_of(TradingDate::from_civil(2024, 1, 1), trading::at(9, 15))) {
  trading::BarSeries bars;
  bars.timeframe = timeframe;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto price = [](int rupees) { return Price(rupees * trading::kRupeeE4); };
    bars.push_back({first + length_of(timeframe) * static_cast<std::int64_t>(i),
                    price(rows[i].open), price(rows[i].high), price(rows[i].low),
                    price(rows[i].close), rows[i].volume});
  }
  return bars;
}

// Decides after the given bars (of symbol 0, or {symbol, bar}).
class Script final : public Strategy {
 public:
  explicit Script(std::map<std::size_t, Decision> plan) {
    for (auto& [bar, decision] : plan) plan_[{0, bar}] = decision;
  }
  explicit Script(std::map<std::pair<std::size_t, std::size_t>, Decision> plan)
      : plan_(std::move(plan)) {}
  void on_bar(std::size_t symbol, const ClosedBar&, const Held&, Decision& decision) override {
    const auto found = plan_.find({symbol, bars_[symbol]++});
    if (found != plan_.end()) decision = found->second;
  }

 private:
  std::map<std::pair<std::size_t, std::size_t>, Decision> plan_;
  std::map<std::size_t, std::size_t> bars_;
};

inline Decision decide(Decision::Action action) {
  Decision decision;
  decision.action = action;
  return decision;
}
inline Decision buy() { return decide(Decision::Action::kBuy); }
inline Decision sell_short() { return decide(Decision::Action::kSellShort); }
inline Decision leave() { return decide(Decision::Action::kExit); }
inline double at_rupees(double rupees) { return rupees * 10'000.0; }

inline EngineTerms free_of_costs(std::int64_t rupees = 10'000) {
  EngineTerms terms;
  terms.capital = trading::Money(rupees * 100);
  terms.has_costs = false;
  return terms;
}

inline EngineOutcome run_script(const trading::BarSeries& bars,
                                std::map<std::size_t, Decision> plan, const EngineTerms& terms) {
  const CheckedBars all = checked(bars);
  Script script(std::move(plan));
  return must(run_engine({{"TEST", &all}}, script, terms));
}

// The recorded files, with their timeframes.
inline std::vector<trading::test::RecordedBars> price_files() {
  auto files = trading::test::recorded_bars(TRADING_SHARED_DATA);
  for (auto& file : files)
    if (file.name.find("_5m") != std::string::npos)
      file.bars.timeframe = trading::Timeframe::kFiveMinute;
  return files;
}

inline BacktestRequest request_of(std::string strategy, const CheckedBars& bars) {
  BacktestRequest request;
  request.strategy = std::move(strategy);
  request.symbols = {{"TEST", &bars}};
  request.has_costs = false;
  return request;
}

}  // namespace research
