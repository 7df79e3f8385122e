// Market and sector returns.

#include "execution_broker/market/simulated/factors.h"

#include <algorithm>
#include <utility>

namespace broker::simulated {

namespace {

constexpr std::int64_t kMarketSigmaPpm = 7'500;
constexpr std::int64_t kSectorSigmaPpm = 5'500;

// GARCH(1,1) weights in thousandths: long-run level, last shock, last variance. They sum to 1000.
constexpr std::int64_t kLongRunWeight = 30;
constexpr std::int64_t kShockWeight = 110;
constexpr std::int64_t kMemoryWeight = 860;
constexpr std::int64_t kWidestVariance = 16;  // times the long-run one

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t h = 0;
  for (const char c : text) h = mix(h ^ static_cast<unsigned char>(c));
  return h;
}

std::vector<std::int32_t> chain_of(std::uint64_t key, std::int64_t sigma_ppm, std::size_t days) {
  ClusteringReturns returns(key, sigma_ppm);
  std::vector<std::int32_t> chain;
  chain.reserve(days);
  for (std::size_t d = 0; d < days; ++d)
    chain.push_back(static_cast<std::int32_t>(returns.next_ppm()));
  return chain;
}

}  // namespace

ClusteringReturns::ClusteringReturns(std::uint64_t key, std::int64_t sigma_ppm)
    : draws_(key), long_run_variance_(sigma_ppm * sigma_ppm), variance_(long_run_variance_) {}

std::int64_t ClusteringReturns::next_ppm() {
  sigma_ = square_root(variance_);
  const std::int64_t move = sigma_ * fat_gauss_e3(draws_) / 1'000;
  variance_ = (kLongRunWeight * long_run_variance_ + kShockWeight * move * move +
               kMemoryWeight * variance_) /
              1'000;
  variance_ = std::min(variance_, kWidestVariance * long_run_variance_);
  return move;
}

Factors::Factors(std::uint64_t seed, std::vector<std::string> sectors, std::size_t days)
    : sectors_(std::move(sectors)),
      market_(chain_of(key_of(seed, Stream::kMarket), kMarketSigmaPpm, days)) {
  std::sort(sectors_.begin(), sectors_.end());
  sectors_.erase(std::unique(sectors_.begin(), sectors_.end()), sectors_.end());
  for (const std::string& sector : sectors_)
    by_sector_.push_back(
        chain_of(key_of(seed, Stream::kSector, hash_of(sector)), kSectorSigmaPpm, days));
}

std::int64_t Factors::sector_ppm(std::string_view sector, std::size_t day) const {
  const auto found = std::lower_bound(sectors_.begin(), sectors_.end(), sector);
  if (found == sectors_.end() || *found != sector) return 0;
  return by_sector_[static_cast<std::size_t>(found - sectors_.begin())][day];
}

}  // namespace broker::simulated
