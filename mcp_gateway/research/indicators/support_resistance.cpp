#include "mcp_gateway/research/indicators/support_resistance.h"

#include <algorithm>
#include <cmath>

namespace research {

void Levels::add(std::int64_t pivot_e4) {
  if (in_time_.size() < kMostPivots) {
    in_time_.push_back(pivot_e4);
  } else {
    in_order_.erase(std::lower_bound(in_order_.begin(), in_order_.end(), in_time_[oldest_]));
    in_time_[oldest_] = pivot_e4;
    oldest_ = (oldest_ + 1) % kMostPivots;
  }
  in_order_.insert(std::upper_bound(in_order_.begin(), in_order_.end(), pivot_e4), pivot_e4);

  merged_.clear();
  for (const std::int64_t pivot : in_order_) {
    const auto price = static_cast<double>(pivot);
    if (!merged_.empty() && std::abs(price - merged_.back()) / merged_.back() < merge_) {
      merged_.back() = (merged_.back() + price) / 2;
    } else {
      merged_.push_back(price);
    }
  }
}

std::array<double, SupportResistance::kOutputs> SupportResistance::values() const {
  std::array<double, kOutputs> out;
  out.fill(kNoValue);
  const auto close = static_cast<double>(close_);

  const std::vector<double>& lows = supports_.merged();
  auto below = std::lower_bound(lows.begin(), lows.end(), close);
  for (std::size_t k = 0; k < kLevelsASide && below != lows.begin(); ++k) out[k] = *--below;

  const std::vector<double>& highs = resistances_.merged();
  auto above = std::upper_bound(highs.begin(), highs.end(), close);
  for (std::size_t k = 0; k < kLevelsASide && above != highs.end(); ++k)
    out[kLevelsASide + k] = *above++;
  return out;
}

}  // namespace research
