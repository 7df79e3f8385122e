#pragma once

// Aroon (Chande 1995): 100 (n - bars since the extreme of the last n + 1) / n, for the high (up) and
// the low (down); of equal extremes the latest counts. The oscillator is up - down.

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/seeding.h"
#include "mcp_gateway/research/indicators/window.h"

namespace research {

class Aroon {
 public:
  static constexpr Needs kNeeds = Needs::kHighLow;
  static constexpr std::size_t kOutputs = 3;  // up, down, oscillator

  explicit Aroon(std::size_t period) : high_(period + 1), low_(period + 1) {}
  void update(std::int64_t high_e4, std::int64_t low_e4) {
    high_.push(high_e4);
    low_.push(low_e4);
  }
  [[nodiscard]] std::array<double, kOutputs> values() const {
    if (!high_.is_full()) return {kNoValue, kNoValue, kNoValue};
    const double up = share(high_.age());
    const double down = share(low_.age());
    return {up, down, up - down};
  }
  [[nodiscard]] WarmUp warm_up() const { return {high_.capacity(), high_.capacity()}; }

 private:
  [[nodiscard]] double share(std::size_t age) const {
    const std::size_t n = high_.capacity() - 1;
    return static_cast<double>(100 * (n - age)) / static_cast<double>(n);
  }

  WindowHigh<> high_;
  WindowLow<> low_;
};

}  // namespace research
