#pragma once

// True range = the largest of high - low, |high - previous close|, |low - previous close|; of the
// first bar it is high - low. Average true range (Wilder 1978): smoothed with alpha = 1 / period.
// Natr is that in percent of the close.
//
//   kEwm     from the first bar's range on
//   kTalib   the first bar has no true range; seeded with the mean of the next `period` ones, so
//            the first value comes with bar period + 1
//
// Ranges are differences of integers and exact.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/smoothing.h"

namespace research {

class TrueRange {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  std::int64_t update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    if (is_first_) [[unlikely]] {
      is_first_ = false;
      previous_close_ = low_e4;  // the first bar's range is its own
    }
    range_ = std::max(high_e4, previous_close_) - std::min(low_e4, previous_close_);
    previous_close_ = close_e4;
    return range_;
  }
  [[nodiscard]] bool is_settled() const { return !is_first_; }
  [[nodiscard]] std::int64_t range() const { return range_; }
  [[nodiscard]] std::array<double, kOutputs> values() const {
    return {static_cast<double>(range_)};
  }
  [[nodiscard]] WarmUp warm_up() const { return {1, 1}; }

 private:
  std::int64_t previous_close_ = 0;
  std::int64_t range_ = 0;
  bool is_first_ = true;
};

class Atr {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Atr(std::size_t period, Seeding seeding = Seeding::kEwm)
      : period_(period),
        skips_(seeding == Seeding::kTalib),
        is_skipping_(skips_),
        smoothing_(alpha_of_wilder(period), period, seeding) {}

  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    const std::int64_t range = range_.update(high_e4, low_e4, close_e4);
    if (is_skipping_) [[unlikely]] {
      is_skipping_ = false;
      return;
    }
    smoothing_.update(static_cast<double>(range));
  }
  [[nodiscard]] double value() const { return smoothing_.value(); }
  [[nodiscard]] bool is_settled() const {
    return !is_skipping_ && range_.is_settled() && smoothing_.has_value();
  }

  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const {
    const std::size_t skipped = skips_ ? 1 : 0;
    return {smoothing_.seed_bars() + skipped, period_ + skipped};
  }

 private:
  std::size_t period_;
  bool skips_;
  bool is_skipping_;
  TrueRange range_;
  Smoothing smoothing_;
};

class Natr {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  explicit Natr(std::size_t period, Seeding seeding = Seeding::kEwm) : atr_(period, seeding) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    atr_.update(high_e4, low_e4, close_e4);
    close_ = close_e4;
  }
  [[nodiscard]] double value() const { return 100 * atr_.value() / static_cast<double>(close_); }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return atr_.warm_up(); }

 private:
  Atr atr_;
  std::int64_t close_ = 0;
};

}  // namespace research
