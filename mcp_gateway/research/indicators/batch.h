#pragma once

// From states to columns. A batch calls update() for each bar; a fused pass calls it on several
// states for each bar; streaming is update() itself. There is no other implementation, so the three
// agree bit for bit.
//
// The states are copied into locals for the loop and back after it: nothing that is stored can
// alias them, so their numbers stay in registers. In a fused pass the chains of the states are
// independent of one another and overlap: an average is bound by the time from one bar's value to
// the next, not by the number of instructions, and several cost hardly more than one.

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

#include "mcp_gateway/research/indicators/columns.h"

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

template <typename... States, std::size_t... kAt>
[[gnu::always_inline]] inline void run_locals(const Columns& columns, std::size_t from,
                                              std::size_t to,
                                              const std::tuple<Out<States>...>& outs,
                                              std::index_sequence<kAt...> /*at*/,
                                              States&... states) {
  const Columns c = columns;
  const std::tuple<Out<States>...> out = outs;
  std::size_t i = from;
  for (; i < to && !(is_settled(states) && ...); ++i) {
    (feed(states, c, i), ...);
    (store(states, std::get<kAt>(out), i - from), ...);
  }
  for (; i < to; ++i) {
    (assume_settled(states), ...);
    (feed(states, c, i), ...);
    (store(states, std::get<kAt>(out), i - from), ...);
  }
}

// Feeds bars [from, to) to every state, one bar at a time, and stores what each says.
template <typename... States>
void run_fused(const Columns& columns, std::size_t from, std::size_t to,
               const std::tuple<Out<States>...>& outs, States&... states) {
  auto on_locals = [&](auto... local) __attribute__((always_inline)) {
    run_locals<States...>(columns, from, to, outs, std::index_sequence_for<States...>(), local...);
    ((states = std::move(local)), ...);
  };
  on_locals(std::move(states)...);
}

template <typename State>
void run_batch(const Columns& columns, std::size_t from, std::size_t to, const Out<State>& out,
               State& state) {
  run_fused<State>(columns, from, to, std::tuple<Out<State>>(out), state);
}

}  // namespace research
