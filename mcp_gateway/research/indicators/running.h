#pragma once

// Any state as an Indicator.

#include <array>
#include <memory>
#include <utility>

#include "mcp_gateway/research/indicators/batch.h"
#include "mcp_gateway/research/indicators/indicator.h"

namespace research {

template <typename State>
class Running final : public Indicator {
 public:
  explicit Running(State state) : state_(std::move(state)) {}
  void run(const Columns& columns, std::size_t from, std::size_t to,
           double* const* out) override {
    Out<State> columns_out;
    for (std::size_t k = 0; k < State::kOutputs; ++k) columns_out[k] = out[k];
    run_batch(columns, from, to, columns_out, state_);
  }
  [[nodiscard]] WarmUp warm_up() const override { return state_.warm_up(); }

 private:
  State state_;
};

// One row of the registry: how to make a State of checked parameters and a seeding.
template <typename State, typename Make>
IndicatorSpec spec_of(std::string_view name, std::string_view meaning, bool differs_by_method,
                      std::vector<ParameterSpec> parameters, std::vector<OutputSpec> outputs,
                      Make make, std::vector<std::string_view> ascending = {}) {
  return {name,
          meaning,
          State::kNeeds,
          differs_by_method,
          std::move(parameters),
          std::move(outputs),
          [make](const Parameters& p, Seeding s) -> std::unique_ptr<Indicator> {
            return std::make_unique<Running<State>>(make(p, s));
          },
          std::move(ascending)};
}

// Helpers of the tables.
inline constexpr bool kByMethod = true;
inline constexpr bool kSameByMethod = false;

inline std::size_t whole(double value) { return static_cast<std::size_t>(value); }

inline ParameterSpec bars(std::string_view name, double default_value, std::string_view meaning,
                          double minimum = 1,
                          double maximum = static_cast<double>(kMostPeriod)) {
  return {name, default_value, minimum, maximum, true, meaning};
}
inline ParameterSpec period(double default_value, double minimum = 1) {
  return bars("period", default_value, "bars", minimum);
}

// The rows, a file a subject.
std::vector<IndicatorSpec> moving_average_specs();
std::vector<IndicatorSpec> momentum_specs();
std::vector<IndicatorSpec> trend_specs();
std::vector<IndicatorSpec> volatility_specs();
std::vector<IndicatorSpec> volume_specs();
std::vector<IndicatorSpec> statistics_specs();
std::vector<IndicatorSpec> level_specs();

}  // namespace research
