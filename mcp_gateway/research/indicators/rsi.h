#pragma once

// Relative strength index (Wilder 1978): 100 gains / (gains + losses), both averaged by Wilder's
// smoothing, alpha = 1 / period, over the changes from bar to bar; the first bar has no change.
//
//   kEwm     from the first change, as pandas code does with diff().clip() and
//            ewm(alpha=1/period, adjust=False): a value from the second bar on. (Code that writes
//            where(diff > 0, 0) instead gets a zero in front of the changes and other values.)
//   kTalib   from the mean of the first `period` changes
//
// Without any gain or loss there is no value (TA-Lib says 0, which reads as oversold).
//
// Chande's momentum oscillator (Cmo) is made of the same averages: 100 (gains - losses) / both.

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/smoothing.h"

namespace research {

class GainsAndLosses {
 public:
  GainsAndLosses(std::size_t period, Seeding seeding)
      : period_(period),
        gains_(alpha_of_wilder(period), period, seeding),
        losses_(alpha_of_wilder(period), period, seeding) {}

  void update(std::int64_t close_e4) {
    const std::int64_t change = close_e4 - previous_;
    previous_ = close_e4;
    if (is_first_) [[unlikely]] {
      is_first_ = false;
      return;
    }
    const std::int64_t is_fall = change >> 63;  // all bits or none: nobody foresees the direction,
    gains_.update(static_cast<double>(change & ~is_fall));  // so no branch may depend on it
    losses_.update(static_cast<double>(-change & is_fall));
  }
  [[nodiscard]] bool is_settled() const {
    return !is_first_ && gains_.has_value() && losses_.has_value();
  }
  [[nodiscard]] double gains() const { return gains_.value(); }
  [[nodiscard]] double losses() const { return losses_.value(); }
  [[nodiscard]] WarmUp warm_up() const { return {gains_.seed_bars() + 1, period_ + 1}; }

 private:
  std::size_t period_;
  Smoothing gains_;
  Smoothing losses_;
  std::int64_t previous_ = 0;
  bool is_first_ = true;
};

class Rsi {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Rsi(std::size_t period, Seeding seeding = Seeding::kEwm) : changes_(period, seeding) {}
  void update(std::int64_t close_e4) { changes_.update(close_e4); }
  [[nodiscard]] bool is_settled() const { return changes_.is_settled(); }
  [[nodiscard]] double value() const { return values_of(terms())[0]; }
  [[nodiscard]] std::array<double, kOutputs> values() const { return values_of(terms()); }
  [[nodiscard]] std::array<double, 2> terms() const {
    return {changes_.gains(), changes_.losses()};
  }
  template <typename Number>
  [[nodiscard]] std::array<Number, kOutputs> values_of(const std::array<Number, 2>& terms) const {
    return {100 * terms[0] / (terms[0] + terms[1])};  // 0 / 0 is a NaN, kNoValue
  }
  [[nodiscard]] WarmUp warm_up() const { return changes_.warm_up(); }

 private:
  GainsAndLosses changes_;
};

class Cmo {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Cmo(std::size_t period, Seeding seeding = Seeding::kEwm) : changes_(period, seeding) {}
  void update(std::int64_t close_e4) { changes_.update(close_e4); }
  [[nodiscard]] bool is_settled() const { return changes_.is_settled(); }
  [[nodiscard]] double value() const {
    return 100 * (changes_.gains() - changes_.losses()) / (changes_.gains() + changes_.losses());
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return changes_.warm_up(); }

 private:
  GainsAndLosses changes_;
};

}  // namespace research
