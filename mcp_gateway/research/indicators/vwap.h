#pragma once

// Volume-weighted average of the typical price (high + low + close) / 3, from exact sums in 128
// bits. SessionVwap begins anew with each date in IST; AnchoredVwap adds up from the first bar that
// starts at or after the anchor. No value before any volume.

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

// Days since 1970-01-01 in IST. Session dates of an exchange whose day lies within one IST date.
inline std::int64_t session_of(std::int64_t ts_us) {
  constexpr std::int64_t kIstUs = 19'800'000'000;
  constexpr std::int64_t kDayUs = 86'400'000'000;
  const std::int64_t local = ts_us + kIstUs;
  return local / kDayUs - (local % kDayUs < 0 ? 1 : 0);
}

class VwapSums {
 public:
  void add(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4, std::int64_t volume) {
    turnover_ += static_cast<Int128>(high_e4 + low_e4 + close_e4) * volume;
    volume_ += volume;
  }
  [[nodiscard]] double value() const {  // 0 / 0: kNoValue
    return to_double(turnover_) / (3 * static_cast<double>(volume_));
  }

 private:
  Int128 turnover_ = 0;      // in thirds
  std::int64_t volume_ = 0;  // at most kMostBars * kMostVolume = 8e18
};

class SessionVwap {
 public:
  static constexpr Needs kNeeds = Needs::kTimeHighLowCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  void update(std::int64_t ts_us, std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4,
              std::int64_t volume) {
    const std::int64_t session = session_of(ts_us);
    if (session != session_) {
      session_ = session;
      sums_ = {};
    }
    sums_.add(high_e4, low_e4, close_e4, volume);
  }
  [[nodiscard]] double value() const { return sums_.value(); }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {1, 1}; }

 private:
  VwapSums sums_;
  std::int64_t session_ = 0;
};

class AnchoredVwap {
 public:
  static constexpr Needs kNeeds = Needs::kTimeHighLowCloseVolume;
  static constexpr std::size_t kOutputs = 1;

  explicit AnchoredVwap(std::int64_t anchor_us) : anchor_us_(anchor_us) {}
  void update(std::int64_t ts_us, std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4,
              std::int64_t volume) {
    if (ts_us >= anchor_us_) sums_.add(high_e4, low_e4, close_e4, volume);
  }
  [[nodiscard]] double value() const { return sums_.value(); }
  [[nodiscard]] std::array<double, kOutputs> values() const { return {value()}; }
  [[nodiscard]] WarmUp warm_up() const { return {1, 1}; }

 private:
  VwapSums sums_;
  std::int64_t anchor_us_;
};

}  // namespace research
