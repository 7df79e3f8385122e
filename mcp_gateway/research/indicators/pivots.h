#pragma once

// Turning points.
//
//   SwingPivots  a bar whose high is the highest of itself and n bars to either side (equal ones
//                count, too), likewise its low. It is known n bars later, and only then does it
//                show here: nothing is drawn back in time.
//   FloorPivots  levels of a session from the high H, low L and close C of the one before:
//                P = (H + L + C) / 3; R1 = 2 P - L, R2 = P + H - L, R3 = H + 2 (P - L); S1 to S3
//                mirrored. Sessions are dates in IST; with daily bars each bar is one.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/stoch.h"
#include "mcp_gateway/research/indicators/vwap.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class SwingPivots {
 public:
  static constexpr Needs kNeeds = Needs::kHighLow;
  static constexpr std::size_t kOutputs = 4;  // last_high, last_low, bars_since_high/low

  explicit SwingPivots(std::size_t side)
      : side_(side), range_(2 * side + 1), highs_(side), lows_(side) {}

  void update(std::int64_t high_e4, std::int64_t low_e4) {
    range_.update(high_e4, low_e4);
    const std::int64_t high = highs_.push(high_e4);
    const std::int64_t low = lows_.push(low_e4);
    found_high_.reset();
    found_low_.reset();
    ++since_high_;
    ++since_low_;
    if (!range_.is_full()) return;
    if (high == range_.high()) {
      found_high_ = last_high_ = high;
      since_high_ = side_;
    }
    if (low == range_.low()) {
      found_low_ = last_low_ = low;
      since_low_ = side_;
    }
  }
  // Became known with this bar.
  [[nodiscard]] std::optional<std::int64_t> found_high() const { return found_high_; }
  [[nodiscard]] std::optional<std::int64_t> found_low() const { return found_low_; }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    return {last_high_ ? static_cast<double>(*last_high_) : kNoValue,
            last_low_ ? static_cast<double>(*last_low_) : kNoValue,
            last_high_ ? static_cast<double>(since_high_) : kNoValue,
            last_low_ ? static_cast<double>(since_low_) : kNoValue};
  }
  // At the earliest.
  [[nodiscard]] WarmUp warm_up() const { return {range_.bars(), range_.bars()}; }

 private:
  std::size_t side_;
  HighLowRange range_;
  Ring<std::int64_t> highs_;
  Ring<std::int64_t> lows_;
  std::optional<std::int64_t> found_high_, found_low_, last_high_, last_low_;
  std::size_t since_high_ = 0;
  std::size_t since_low_ = 0;
};

class FloorPivots {
 public:
  static constexpr Needs kNeeds = Needs::kTimeHighLowClose;
  static constexpr std::size_t kOutputs = 7;  // pivot, r1, r2, r3, s1, s2, s3

  void update(std::int64_t ts_us, std::int64_t high_e4, std::int64_t low_e4,
              std::int64_t close_e4) {
    const std::int64_t session = session_of(ts_us);
    if (!is_begun_ || session != session_) {
      if (is_begun_) set_levels();
      high_ = high_e4;
      low_ = low_e4;
      session_ = session;
      is_begun_ = true;
    }
    high_ = std::max(high_, high_e4);
    low_ = std::min(low_, low_e4);
    close_ = close_e4;
  }
  [[nodiscard]] std::array<double, kOutputs> values() const { return levels_; }
  // With the second session; with daily bars that is bar 2.
  [[nodiscard]] WarmUp warm_up() const { return {2, 2}; }

 private:
  void set_levels() {
    const std::int64_t sum = high_ + low_ + close_;  // 3 P
    const auto thirds = [](std::int64_t x) { return static_cast<double>(x) / 3; };
    levels_ = {thirds(sum),
               thirds(2 * sum - 3 * low_),
               thirds(sum + 3 * (high_ - low_)),
               thirds(3 * high_ + 2 * (sum - 3 * low_)),
               thirds(2 * sum - 3 * high_),
               thirds(sum - 3 * (high_ - low_)),
               thirds(3 * low_ - 2 * (3 * high_ - sum))};
  }

  bool is_begun_ = false;
  std::int64_t session_ = 0;
  std::int64_t high_ = 0;
  std::int64_t low_ = 0;
  std::int64_t close_ = 0;
  std::array<double, kOutputs> levels_{kNoValue, kNoValue, kNoValue, kNoValue,
                                       kNoValue, kNoValue, kNoValue};
};

}  // namespace research
