#pragma once

// The forces that move many names at once: one chain of daily returns for the market and one a
// sector, each with volatility that clusters (GARCH(1,1) in integers).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/market/simulated/draws.h"

namespace broker::simulated {

// Daily return with clustering volatility, in parts per million. `sigma_ppm` is the long-run
// standard deviation.
class ClusteringReturns {
 public:
  ClusteringReturns(std::uint64_t key, std::int64_t sigma_ppm);
  std::int64_t next_ppm();
  [[nodiscard]] std::int64_t sigma_ppm() const { return sigma_; }  // of the last return

 private:
  Draws draws_;
  std::int64_t long_run_variance_;
  std::int64_t variance_;
  std::int64_t sigma_ = 0;
};

class Factors {
 public:
  Factors(std::uint64_t seed, std::vector<std::string> sectors, std::size_t days);
  [[nodiscard]] std::int64_t market_ppm(std::size_t day) const { return market_[day]; }
  // The sector's own return, without the market's.
  [[nodiscard]] std::int64_t sector_ppm(std::string_view sector, std::size_t day) const;

 private:
  std::vector<std::string> sectors_;  // sorted
  std::vector<std::int32_t> market_;
  std::vector<std::vector<std::int32_t>> by_sector_;
};

}  // namespace broker::simulated
