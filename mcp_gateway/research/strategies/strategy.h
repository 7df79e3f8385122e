#pragma once

// What a strategy is: a state that is shown finished bars and answers what it wants to do. It sees
// neither money nor orders nor any bar that is not finished; the engine does the rest. A strategy
// has one file, which defines its row of the table in strategies.cpp.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trading/base/money.h"
#include "trading/base/result.h"
#include "trading/orders/order.h"
#include "trading/time/timestamp.h"

namespace research {

// A finished bar; prices in 1/10,000 rupee.
struct ClosedBar {
  trading::Timestamp ts;  // its start
  std::int64_t open = 0, high = 0, low = 0, close = 0;
  std::int64_t volume = 0;
  bool is_first_of_day = false;
};

struct Held {
  std::int64_t quantity = 0;  // negative = short
  std::uint32_t bars = 0;     // since the entry's bar
  bool has_entered_today = false;
  [[nodiscard]] bool is_flat() const { return quantity == 0; }
  [[nodiscard]] bool is_long() const { return quantity > 0; }
  [[nodiscard]] bool is_short() const { return quantity < 0; }
};

// What is to be done with the next bar. An entry while something is held is no entry, unless it is
// for the other side: then the position is closed and reversed. Levels are doubles in 1/10,000
// rupee; the engine puts them on the price grid.
struct Decision {
  enum class Action { kNone, kBuy, kSellShort, kExit };
  Action action = Action::kNone;
  std::optional<double> limit;    // of an entry: at this price or better
  std::optional<double> trigger;  // of an entry: when the market comes there
  std::optional<double> stop;     // protection, as a price ...
  std::optional<double> target;
  std::optional<double> stop_distance;  // ... or away from the entry's price
  std::optional<double> target_distance;
  std::optional<double> trail_distance;  // behind the best price since the entry
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  // The next bar of one symbol; decision is empty. Every bar is shown, once, in order.
  virtual void on_bar(std::size_t symbol, const ClosedBar& bar, const Held& held,
                      Decision& decision) = 0;
  // All bars of this instant have been shown: what needs to compare symbols decides here.
  virtual void on_instant(const std::vector<Held>& held, std::vector<Decision>& decisions) {
    static_cast<void>(held);
    static_cast<void>(decisions);
  }
};

// Of a parameter: whole numbers are doubles without a fraction.
struct ParamSpec {
  std::string_view name = {};
  double lowest = 0, highest = 0, normal = 0;
  bool is_whole = true;
  std::string_view what = {};
};

using NamedValues = std::vector<std::pair<std::string, double>>;

struct StrategySpec;

// Every parameter of a strategy with its value.
class Params {
 public:
  // The defaults, changed by `given`. All faults at once: UNKNOWN_PARAM, PARAM_OUT_OF_RANGE (also
  // what is not a number, not whole, or does not fit the others).
  static trading::Result<Params> of(const StrategySpec& spec, const NamedValues& given);

  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] std::size_t whole(std::string_view name) const;
  [[nodiscard]] NamedValues all() const;

 private:
  const StrategySpec* spec_ = nullptr;
  std::vector<double> values_;  // in the order of the spec
};

struct StrategySpec {
  std::string_view name = {};
  std::string_view what = {};
  std::vector<ParamSpec> params = {};
  bool needs_intraday = false;
  bool needs_volume = false;
  bool can_short = false;  // takes the other side where the request allows it
  bool gives_stop = false;
  trading::Product product = trading::Product::kDelivery;  // where the request names none
  std::string_view must = {};  // how parameters hang together: "fast_period < slow_period", or empty
  bool (*fits)(const Params& params) = nullptr;
  std::unique_ptr<Strategy> (*make)(const Params& params, std::size_t symbols) = nullptr;
};

// The table, in the order of its list.
const std::vector<const StrategySpec*>& strategies();
// UNKNOWN_STRATEGY with the names there are.
trading::Result<const StrategySpec*> find_strategy(std::string_view name);

// A strategy that looks at each symbol for itself: one State a symbol, with
//   State(const Params&)   void on_bar(const ClosedBar&, const Held&, Decision&)
template <typename State>
class EachSymbol final : public Strategy {
 public:
  EachSymbol(const Params& params, std::size_t symbols) {
    states_.reserve(symbols);
    for (std::size_t i = 0; i < symbols; ++i) states_.emplace_back(params);
  }
  void on_bar(std::size_t symbol, const ClosedBar& bar, const Held& held,
              Decision& decision) override {
    states_[symbol].on_bar(bar, held, decision);
  }

 private:
  std::vector<State> states_;
};

template <typename State>
std::unique_ptr<Strategy> make_each(const Params& params, std::size_t symbols) {
  return std::make_unique<EachSymbol<State>>(params, symbols);
}

}  // namespace research
