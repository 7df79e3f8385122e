#pragma once

// From states to columns. A batch calls update() for each bar; a fused pass calls it on several
// states for each bar; streaming is update() itself. There is no other implementation, so the three
// agree bit for bit.
//
// The states are copied into locals for the loop and back after it: nothing that is stored can
// alias them, so their numbers stay in registers. In a fused pass the chains of the states are
// independent of one another and overlap: an average is bound by the time from one bar's value to
// the next, not by the number of instructions, and several cost hardly more than one.
//
// A state whose value takes a quotient or a root says it in two steps: terms(), what it has summed,
// and values_of(terms), the formula, for one bar or two side by side (lanes.h). values() is the one
// of the other; loops take two bars at a time.
//
// A window of closes keeps the last ones in a ring. In the middle of a column they stand in the
// column, too: slide() is the second half of update(), told what leaves, and refill() sets the ring
// right at the end.

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/lanes.h"

namespace research {

// update() with bar i of the columns.
template <typename State>
inline void feed(State& state, const Columns& c, std::size_t i) {
  constexpr Needs kNeeds = State::kNeeds;
  if constexpr (kNeeds == Needs::kClose) {
    state.update(c.close[i]);
  } else if constexpr (kNeeds == Needs::kHighLow) {
    state.update(c.high[i], c.low[i]);
  } else if constexpr (kNeeds == Needs::kHighLowClose) {
    state.update(c.high[i], c.low[i], c.close[i]);
  } else if constexpr (kNeeds == Needs::kOpenHighLowClose) {
    state.update(c.open[i], c.high[i], c.low[i], c.close[i]);
  } else if constexpr (kNeeds == Needs::kVolume) {
    state.update(c.volume[i]);
  } else if constexpr (kNeeds == Needs::kCloseVolume) {
    state.update(c.close[i], c.volume[i]);
  } else if constexpr (kNeeds == Needs::kHighLowCloseVolume) {
    state.update(c.high[i], c.low[i], c.close[i], c.volume[i]);
  } else if constexpr (kNeeds == Needs::kTimeHighLowClose) {
    state.update(c.ts_us[i], c.high[i], c.low[i], c.close[i]);
  } else if constexpr (kNeeds == Needs::kTimeHighLowCloseVolume) {
    state.update(c.ts_us[i], c.high[i], c.low[i], c.close[i], c.volume[i]);
  } else {
    static_assert(kNeeds == Needs::kTwoCloses);
    state.update(c.close[i], c.second[i]);
  }
}

// Where the values of one state go: one column an output, the value of bar `from` first.
template <typename State>
using Out = std::array<double*, State::kOutputs>;

// Puts the state's values at index `at` of its columns; a null column is not wanted.
template <typename State>
inline void store(const State& state, const Out<State>& out, std::size_t at) {
  const auto values = state.values();
  for (std::size_t k = 0; k < State::kOutputs; ++k) {
    if (out[k] != nullptr) out[k][at] = values[k];
  }
}

// What a state that is_settled() says stays true for good. Told so, the compiler drops the tests
// for the seed from the loop and keeps no counter. The caller has looked.
template <typename State>
inline void assume_settled(const State& state) {
  if constexpr (requires { state.is_settled(); }) {
    if (!state.is_settled()) __builtin_unreachable();
  }
}
template <typename State>
inline bool is_settled(const State& state) {
  if constexpr (requires { state.is_settled(); }) return state.is_settled();
  return true;
}

// A state on its way through a loop, with its columns.
template <typename State>
class Runner {
 public:
  Runner(State state, const Out<State>& out) : state_(std::move(state)), out_(out) {}
  State& state() { return state_; }

  // Bars of the column that must have gone before for bars to be inside it; then the end of that.
  [[nodiscard]] std::size_t reach() const {
    if constexpr (kSlides) return state_.period();
    return 0;
  }
  void leave_inside(const Columns& c, std::size_t end) {
    if constexpr (kSlides) state_.refill(c.close + end - state_.period());
  }

  // One bar.
  void step(const Columns& c, std::size_t i, std::size_t at) {
    feed(state_, c, i);
    store(state_, out_, at);
  }
  // Two bars, the state being settled; between the halves the other states take theirs.
  template <bool kIsInside>
  void first(const Columns& c, std::size_t i, std::size_t at) {
    take<kIsInside>(c, i, at);
    if constexpr (kHasTerms) early_ = state_.terms();
  }
  template <bool kIsInside>
  void second(const Columns& c, std::size_t i, std::size_t at) {
    take<kIsInside>(c, i, at);
    if constexpr (kHasTerms) {
      const auto late = state_.terms();
      constexpr std::size_t kTerms = late.size();
      static_assert(kTerms <= 2, "one by one below, so that they stay in registers");
      std::array<Doubles2, kTerms> both;
      both[0] = Doubles2{early_[0], late[0]};
      if constexpr (kTerms == 2) both[1] = Doubles2{early_[1], late[1]};
      const auto values = state_.values_of(both);
      for (std::size_t k = 0; k < State::kOutputs; ++k)
        if (out_[k] != nullptr) store2(out_[k] + at - 1, values[k]);
    }
  }

 private:
  static constexpr bool kSlides = requires(State & state, const std::int64_t* last) {
    state.slide(*last, *last), state.refill(last);
  };
  static constexpr bool kHasTerms = requires(const State& state) {
    state.values_of(state.terms());
  };

  static auto no_terms() {
    if constexpr (kHasTerms)
      return decltype(std::declval<const State&>().terms()){};
    else
      return 0;
  }
  template <bool kIsInside>
  void take(const Columns& c, std::size_t i, std::size_t at) {
    assume_settled(state_);
    if constexpr (kIsInside && kSlides)
      state_.slide(c.close[i], c.close[i - state_.period()]);
    else
      feed(state_, c, i);
    if constexpr (!kHasTerms) store(state_, out_, at);
  }

  State state_;
  Out<State> out_;
  decltype(no_terms()) early_ = no_terms();
};

template <typename... States>
[[gnu::always_inline]] inline void run_locals(const Columns& columns, std::size_t from,
                                              std::size_t to, Runner<States>&... runners) {
  const Columns c = columns;
  std::size_t i = from;
  for (; i < to && !(is_settled(runners.state()) && ...); ++i) (runners.step(c, i, i - from), ...);
  const auto two_by_two = [&]<bool kIsInside>(std::size_t end) __attribute__((always_inline)) {
    for (; i + 2 <= end; i += 2) {
      (runners.template first<kIsInside>(c, i, i - from), ...);
      (runners.template second<kIsInside>(c, i + 1, i + 1 - from), ...);
    }
  };
  const std::size_t reach = std::max({runners.reach()...});
  if (reach > 0 && to - from > 2 * reach) {
    two_by_two.template operator()<false>(from + reach + 1);
    if (i >= from + reach) {
      two_by_two.template operator()<true>(to);
      (runners.leave_inside(c, i), ...);
    }
  }
  two_by_two.template operator()<false>(to);
  if (i < to) (runners.step(c, i, i - from), ...);
}

// Feeds bars [from, to) to every state, one bar at a time, and stores what each says. Flat: a call
// left in the loop would send everything through memory.
template <typename... States>
[[gnu::flatten]] void run_fused(const Columns& columns, std::size_t from, std::size_t to,
                                const std::tuple<Out<States>...>& outs, States&... states) {
  const auto on_locals = [&](auto... local) __attribute__((always_inline)) {
    run_locals(columns, from, to, local...);
    ((states = std::move(local.state())), ...);
  };
  std::apply([&](const auto&... out) { on_locals(Runner<States>(std::move(states), out)...); },
             outs);
}

template <typename State>
void run_batch(const Columns& columns, std::size_t from, std::size_t to, const Out<State>& out,
               State& state) {
  run_fused<State>(columns, from, to, std::tuple<Out<State>>(out), state);
}

}  // namespace research
