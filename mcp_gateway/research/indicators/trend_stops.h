#pragma once

// Lines that follow a trend and change sides when the price crosses them. Direction is 1 while the
// line lies under the price, -1 above.
//
//   Supertrend  (high + low) / 2, `multiplier` average true ranges away, may only come closer while
//               the trend lasts; a close beyond it turns the trend. Begins as a falling one.
//   ParabolicSar  (Wilder 1978) moves towards the trend's extreme by a factor that grows by
//               `step` with each new extreme, up to `most`, never into the last two bars; a bar
//               that touches it turns the trend. Begins with the second bar: falling when that
//               bar's directional movement is down, else rising (TA-Lib).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/atr.h"
#include "mcp_gateway/research/indicators/columns.h"

namespace research {

class Supertrend {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 2;  // line, direction

  Supertrend(std::size_t period, double multiplier, Seeding seeding = Seeding::kEwm)
      : atr_(period, seeding), multiplier_(multiplier) {}

  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    atr_.update(high_e4, low_e4, close_e4);
    const auto close = static_cast<double>(close_e4);
    const double reach = multiplier_ * atr_.value();
    if (reach == reach) {  // there is an average range
      const double middle = static_cast<double>(high_e4 + low_e4) / 2;
      if (direction_ == 0) {
        upper_ = middle + reach;
        lower_ = middle - reach;
        direction_ = -1;
      } else {
        upper_ = previous_close_ > upper_ ? middle + reach : std::min(upper_, middle + reach);
        lower_ = previous_close_ < lower_ ? middle - reach : std::max(lower_, middle - reach);
      }
      if (direction_ < 0 && close > upper_) {
        direction_ = 1;
      } else if (direction_ > 0 && close < lower_) {
        direction_ = -1;
      }
    }
    previous_close_ = close;
  }
  // 1, -1, or 0 before there is a value.
  [[nodiscard]] int direction() const { return direction_; }
  [[nodiscard]] double line() const {
    if (direction_ == 0) return kNoValue;
    return direction_ > 0 ? lower_ : upper_;
  }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    return {line(), direction_ == 0 ? kNoValue : static_cast<double>(direction_)};
  }
  [[nodiscard]] WarmUp warm_up() const { return atr_.warm_up(); }

 private:
  Atr atr_;
  double multiplier_;
  double upper_ = 0;
  double lower_ = 0;
  double previous_close_ = 0;
  int direction_ = 0;
};

class ParabolicSar {
 public:
  static constexpr Needs kNeeds = Needs::kHighLow;
  static constexpr std::size_t kOutputs = 2;  // sar, direction

  ParabolicSar(double step, double most) : step_(step), most_(most), factor_(step) {}

  void update(std::int64_t high_e4, std::int64_t low_e4) {
    const auto high = static_cast<double>(high_e4);
    const auto low = static_cast<double>(low_e4);
    ++bars_;
    if (bars_ == 2) begin(high, low);
    if (bars_ >= 2) {
      direction_ > 0 ? rise(high, low) : fall(high, low);
    }
    previous_high_ = high;
    previous_low_ = low;
  }
  [[nodiscard]] int direction() const { return bars_ < 2 ? 0 : direction_; }
  // Where the stop stood for this bar.
  [[nodiscard]] double sar() const { return bars_ < 2 ? kNoValue : shown_; }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    return {sar(), bars_ < 2 ? kNoValue : static_cast<double>(direction_)};
  }
  [[nodiscard]] WarmUp warm_up() const { return {2, 2}; }

 private:
  void begin(double high, double low) {
    const double up = high - previous_high_;
    const double down = previous_low_ - low;
    direction_ = down > 0 && down > up ? -1 : 1;
    next_ = direction_ > 0 ? previous_low_ : previous_high_;
    extreme_ = direction_ > 0 ? high : low;
    // The first step is not held back by bar 1.
    previous_high_ = high;
    previous_low_ = low;
  }
  void rise(double high, double low) {
    if (low <= next_) {
      direction_ = -1;
      shown_ = std::max({extreme_, previous_high_, high});
      factor_ = step_;
      extreme_ = low;
      next_ = std::max({shown_ + factor_ * (extreme_ - shown_), previous_high_, high});
      return;
    }
    shown_ = next_;
    if (high > extreme_) {
      extreme_ = high;
      factor_ = std::min(most_, factor_ + step_);
    }
    next_ = std::min({shown_ + factor_ * (extreme_ - shown_), previous_low_, low});
  }
  void fall(double high, double low) {
    if (high >= next_) {
      direction_ = 1;
      shown_ = std::min({extreme_, previous_low_, low});
      factor_ = step_;
      extreme_ = high;
      next_ = std::min({shown_ + factor_ * (extreme_ - shown_), previous_low_, low});
      return;
    }
    shown_ = next_;
    if (low < extreme_) {
      extreme_ = low;
      factor_ = std::min(most_, factor_ + step_);
    }
    next_ = std::max({shown_ + factor_ * (extreme_ - shown_), previous_high_, high});
  }

  double step_;
  double most_;
  double factor_;
  std::size_t bars_ = 0;
  int direction_ = 1;
  double extreme_ = 0;
  double next_ = 0;
  double shown_ = 0;
  double previous_high_ = 0;
  double previous_low_ = 0;
};

}  // namespace research
