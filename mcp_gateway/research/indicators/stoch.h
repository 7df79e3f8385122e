#pragma once

// Where a value lies in the range of the last n: stochastic oscillator (Lane), stochastic RSI
// (Chande and Kroll), Williams %R, all in percent.
//
//   Stoch      raw = 100 (close - lowest low) / (highest high - lowest low); %K = mean of the last
//              `slowing` raws, %D = mean of the last `d` %Ks
//   StochRsi   the same of the RSI within its own extremes; an RSI without value is passed over.
//              While closes repeat, an RSI stays what it is but for its last bits: extremes less than
//              kLeastRsiRange apart are one
//   WilliamsR  -100 (highest high - close) / (highest high - lowest low)
//
// Where the range is a single price there is no value (TA-Lib says 0), and none in a mean over it.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/rsi.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

// Highest high and lowest low of the last n bars.
class HighLowRange {
 public:
  explicit HighLowRange(std::size_t n) : high_(n), low_(n) {}
  void update(std::int64_t high_e4, std::int64_t low_e4) {
    high_.push(high_e4);
    low_.push(low_e4);
  }
  [[nodiscard]] bool is_full() const { return high_.is_full(); }
  [[nodiscard]] std::int64_t high() const { return high_.value(); }
  [[nodiscard]] std::int64_t low() const { return low_.value(); }
  [[nodiscard]] std::size_t bars() const { return high_.capacity(); }

 private:
  WindowHigh<> high_;
  WindowLow<> low_;
};

// %K and %D from raw values.
class SlowedOscillator {
 public:
  SlowedOscillator(std::size_t slowing, std::size_t d) : k_(slowing), d_(d) {}
  void push(double raw) {
    k_.push(raw);
    if (k_.has_value()) d_.push(k_.value());
  }
  [[nodiscard]] std::array<double, 2> values() const { return {k_.value(), d_.value()}; }
  // With the bar of the first raw value.
  [[nodiscard]] WarmUp warm_up(std::size_t first_raw, std::size_t settled_raw) const {
    return {first_raw + k_.capacity() - 1, settled_raw + k_.capacity() + d_.capacity() - 2};
  }

 private:
  WindowMean k_;
  WindowMean d_;
};

class Stoch {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 2;  // k, d

  Stoch(std::size_t period, std::size_t slowing, std::size_t d)
      : range_(period), oscillator_(slowing, d) {}

  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    range_.update(high_e4, low_e4);
    if (!range_.is_full()) return;
    oscillator_.push(100 * static_cast<double>(close_e4 - range_.low()) /
                     static_cast<double>(range_.high() - range_.low()));
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return oscillator_.values(); }
  [[nodiscard]] WarmUp warm_up() const { return oscillator_.warm_up(range_.bars(), range_.bars()); }

 private:
  HighLowRange range_;
  SlowedOscillator oscillator_;
};

class StochRsi {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 2;  // k, d
  static constexpr double kLeastRsiRange = 1e-9;

  StochRsi(std::size_t rsi_period, std::size_t period, std::size_t slowing, std::size_t d,
           Seeding seeding = Seeding::kEwm)
      : rsi_(rsi_period, seeding), high_(period), low_(period), oscillator_(slowing, d) {}

  void update(std::int64_t close_e4) {
    rsi_.update(close_e4);
    const double rsi = rsi_.value();
    if (std::isnan(rsi)) return;
    high_.push(rsi);
    low_.push(rsi);
    if (!high_.is_full()) return;
    const double range = high_.value() - low_.value();
    oscillator_.push(range < kLeastRsiRange ? kNoValue : 100 * (rsi - low_.value()) / range);
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return oscillator_.values(); }
  [[nodiscard]] WarmUp warm_up() const {
    const WarmUp rsi = rsi_.warm_up();
    return oscillator_.warm_up(rsi.first + high_.capacity() - 1,
                               rsi.settled + high_.capacity() - 1);
  }

 private:
  Rsi rsi_;
  WindowHigh<double> high_;
  WindowLow<double> low_;
  SlowedOscillator oscillator_;
};

class WilliamsR {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 1;

  explicit WilliamsR(std::size_t period) : range_(period) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    range_.update(high_e4, low_e4);
    close_ = close_e4;
  }
  [[nodiscard]] double value() const {
    if (!range_.is_full()) return kNoValue;
    return -100 * static_cast<double>(range_.high() - close_) /
           static_cast<double>(range_.high() - range_.low());
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {range_.bars(), range_.bars()}; }

 private:
  HighLowRange range_;
  std::int64_t close_ = 0;
};

}  // namespace research
