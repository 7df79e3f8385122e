#pragma once

// Change of the close over n bars: Momentum as a difference, RateOfChange in percent. Awesome
// (Williams): mean of the bars' middles over `fast` bars less that over `slow`, from exact sums.
// BalanceOfPower: (close - open) / (high - low) of one bar; no value where high = low.

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Momentum {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Momentum(std::size_t period) : closes_(period), wait_(period + 1) {}
  void update(std::int64_t close_e4) {
    change_ = close_e4 - closes_.push(close_e4);
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    return wait_.is_over() ? static_cast<double>(change_) : kNoValue;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  Ring<std::int64_t> closes_;
  Countdown wait_;
  std::int64_t change_ = 0;
};

class RateOfChange {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit RateOfChange(std::size_t period) : closes_(period), wait_(period + 1) {}
  void update(std::int64_t close_e4) {
    from_ = closes_.push(close_e4);
    change_ = close_e4 - from_;
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    return 100 * static_cast<double>(change_) / static_cast<double>(from_);
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  Ring<std::int64_t> closes_;
  Countdown wait_;
  std::int64_t from_ = 0;
  std::int64_t change_ = 0;
};

class Awesome {
 public:
  static constexpr Needs kNeeds = Needs::kHighLow;
  static constexpr std::size_t kOutputs = 1;

  Awesome(std::size_t fast, std::size_t slow) : fast_(fast), slow_(slow), wait_(slow) {}
  void update(std::int64_t high_e4, std::int64_t low_e4) {
    fast_.push(high_e4 + low_e4);
    slow_.push(high_e4 + low_e4);
    wait_.bar();
  }
  [[nodiscard]] double value() const {
    if (!wait_.is_over()) return kNoValue;
    const auto fast = static_cast<std::int64_t>(fast_.capacity());
    const auto slow = static_cast<std::int64_t>(slow_.capacity());
    return static_cast<double>(fast_.sum() * slow - slow_.sum() * fast) /
           static_cast<double>(2 * fast * slow);
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {wait_.bars(), wait_.bars()}; }

 private:
  ExactSum<> fast_;  // at most 1e15; 5e18 when multiplied
  ExactSum<> slow_;
  Countdown wait_;
};

class BalanceOfPower {
 public:
  static constexpr Needs kNeeds = Needs::kOpenHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  void update(std::int64_t open_e4, std::int64_t high_e4, std::int64_t low_e4,
              std::int64_t close_e4) {
    value_ = static_cast<double>(close_e4 - open_e4) / static_cast<double>(high_e4 - low_e4);
  }
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {1, 1}; }

 private:
  double value_ = kNoValue;
};

}  // namespace research
