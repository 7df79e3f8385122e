#pragma once

// Exponential moving average of the close, alpha = 2 / (period + 1), and the two that take its lag
// out by smoothing it again (Mulloy 1994): DEMA = 2 e1 - e2, TEMA = 3 e1 - 3 e2 + e3.

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/smoothing.h"

namespace research {

class Ema {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Ema(std::size_t period, Seeding seeding = Seeding::kEwm)
      : period_(period), smoothing_(alpha_of_span(period), period, seeding) {}

  void update(std::int64_t close_e4) { smoothing_.update(close_e4); }
  [[nodiscard]] double value() const { return smoothing_.value(); }
  [[nodiscard]] bool is_settled() const { return smoothing_.is_settled(); }

  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {smoothing_.seed_bars(), period_}; }

 private:
  std::size_t period_;
  PriceSmoothing smoothing_;
};

// An average of an average of ... `kTimes` deep, over distances from the first price.
template <std::size_t kTimes>
class EmaChain {
 public:
  EmaChain(std::size_t period, Seeding seeding)
      : EmaChain(period, Smoothing(alpha_of_span(period), period, seeding),
                 std::make_index_sequence<kTimes>()) {}
  void update(std::int64_t close_e4) {
    double x = from_.distance(close_e4);
    for (Smoothing& stage : stages_) {
      stage.update(x);
      if (!stage.has_value()) return;
      x = stage.value();
    }
  }
  // Distance from the first price.
  [[nodiscard]] double stage(std::size_t i) const { return stages_[i].value(); }
  [[nodiscard]] double price(double distance) const { return from_.price(distance); }
  [[nodiscard]] WarmUp warm_up() const {
    return {kTimes * (stages_[0].seed_bars() - 1) + 1, kTimes * (period_ - 1) + 1};
  }

 private:
  template <std::size_t... kStage>
  EmaChain(std::size_t period, const Smoothing& stage, std::index_sequence<kStage...> /*stages*/)
      : period_(period), stages_{(static_cast<void>(kStage), stage)...} {}

  std::size_t period_;
  FromFirst from_;
  std::array<Smoothing, kTimes> stages_;
};

class Dema {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Dema(std::size_t period, Seeding seeding = Seeding::kEwm) : chain_(period, seeding) {}
  void update(std::int64_t close_e4) { chain_.update(close_e4); }
  [[nodiscard]] double value() const {
    return chain_.price(2 * chain_.stage(0) - chain_.stage(1));
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return chain_.warm_up(); }

 private:
  EmaChain<2> chain_;
};

class Tema {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Tema(std::size_t period, Seeding seeding = Seeding::kEwm) : chain_(period, seeding) {}
  void update(std::int64_t close_e4) { chain_.update(close_e4); }
  [[nodiscard]] double value() const {
    return chain_.price(3 * (chain_.stage(0) - chain_.stage(1)) + chain_.stage(2));
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return chain_.warm_up(); }

 private:
  EmaChain<3> chain_;
};

// Trix (Hutson): the change of the triple average from bar to bar, in percent.
class Trix {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Trix(std::size_t period, Seeding seeding = Seeding::kEwm) : chain_(period, seeding) {}
  void update(std::int64_t close_e4) {
    const double before = chain_.stage(2);
    chain_.update(close_e4);
    value_ = 100 * (chain_.stage(2) - before) / chain_.price(before);
  }
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const {
    const WarmUp chain = chain_.warm_up();
    return {chain.first + 1, chain.settled + 1};
  }

 private:
  EmaChain<3> chain_;
  double value_ = kNoValue;
};

}  // namespace research
