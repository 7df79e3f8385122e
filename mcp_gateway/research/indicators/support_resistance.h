#pragma once

// Levels where the price has turned: swing pivots of `side` bars to either side. Levels are made of
// the pivot prices in ascending order; one that lies less than `merge_percent` above the level so
// far is merged into it, half and half. Supports are levels of pivot lows under the close,
// resistances of pivot highs above it, the nearest first, four to a side.
//
// Of each side the last kMostPivots pivots are remembered.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/pivots.h"

namespace research {

inline constexpr std::size_t kMostPivots = 256;
inline constexpr std::size_t kLevelsASide = 4;

// The pivots of one side and the levels made of them.
class Levels {
 public:
  explicit Levels(double merge_percent) : merge_(merge_percent / 100) {}
  void add(std::int64_t pivot_e4);
  // Ascending.
  [[nodiscard]] const std::vector<double>& merged() const { return merged_; }

 private:
  double merge_;
  std::vector<std::int64_t> in_time_;  // a ring once it is full
  std::size_t oldest_ = 0;
  std::vector<std::int64_t> in_order_;
  std::vector<double> merged_;
};

class SupportResistance {
 public:
  static constexpr Needs kNeeds = Needs::kHighLowClose;
  static constexpr std::size_t kOutputs = 2 * kLevelsASide;  // support_1.., resistance_1..

  SupportResistance(std::size_t side, double merge_percent)
      : pivots_(side), supports_(merge_percent), resistances_(merge_percent) {}
  void update(std::int64_t high_e4, std::int64_t low_e4, std::int64_t close_e4) {
    pivots_.update(high_e4, low_e4);
    close_ = close_e4;
    if (const auto low = pivots_.found_low()) supports_.add(*low);
    if (const auto high = pivots_.found_high()) resistances_.add(*high);
  }
  // kNoValue where there is no further level.
  [[nodiscard]] std::array<double, kOutputs> values() const;
  [[nodiscard]] WarmUp warm_up() const { return pivots_.warm_up(); }

 private:
  SwingPivots pivots_;
  Levels supports_;
  Levels resistances_;
  std::int64_t close_ = 0;
};

}  // namespace research
