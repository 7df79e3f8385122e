// Statistics of daily returns.

#include "mcp_gateway/research/statistics/returns.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mcp_gateway/research/statistics/two_roads.h"

namespace research {

namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kLeastDaysForTail = 20;

// Eight lanes in two registers each.
struct Lanes {
  Doubles4 sum = {}, other_sum = {}, squares = {}, other_squares = {}, down = {}, other_down = {};

  RESEARCH_INLINE void add_eight(const double* returns) {
    Doubles4 r = {};
    load4(r, returns);
    Doubles4 loss = r < 0.0 ? r : Doubles4{};
    sum += r;
    squares += r * r;
    down += loss * loss;
    load4(r, returns + 4);
    loss = r < 0.0 ? r : Doubles4{};
    other_sum += r;
    other_squares += r * r;
    other_down += loss * loss;
  }

  // With the days after the last whole eight.
  RESEARCH_INLINE ReturnSums total(const double* rest, std::size_t count) {
    sum += other_sum;
    squares += other_squares;
    down += other_down;
    ReturnSums out{sum[0] + sum[1] + sum[2] + sum[3],
                   squares[0] + squares[1] + squares[2] + squares[3],
                   down[0] + down[1] + down[2] + down[3]};
    for (std::size_t i = 0; i < count; ++i) {
      const double loss = rest[i] < 0.0 ? rest[i] : 0.0;
      out.sum += rest[i];
      out.squares += rest[i] * rest[i];
      out.downside_squares += loss * loss;
    }
    return out;
  }
};

// Eights without an active day are passed over: they would add zero to every lane.
RESEARCH_INLINE ReturnSums sum_lanes(const double* returns, std::size_t n, const DayRange* active,
                                     std::size_t ranges) {
  Lanes lanes;
  const std::size_t whole = n / kLanes * kLanes;
  std::size_t next = 0;
  for (std::size_t k = 0; k < ranges; ++k) {
    const std::size_t begin = active[k].begin / kLanes * kLanes;
    const std::size_t end = (active[k].end + kLanes - 1) / kLanes * kLanes;
    for (next = begin > next ? begin : next; next < end && next < whole; next += kLanes)
      lanes.add_eight(returns + next);
  }
  return lanes.total(returns + whole, n - whole);
}

#if RESEARCH_HAS_AVX2_ROAD
RESEARCH_AVX2 ReturnSums sum_lanes_avx2(const double* returns, std::size_t n,
                                        const DayRange* active, std::size_t ranges) {
  return sum_lanes(returns, n, active, ranges);
}
#endif

ReturnSums sum_best(const double* returns, std::size_t n, const DayRange* active,
                    std::size_t ranges) {
#if RESEARCH_HAS_AVX2_ROAD
  if (has_avx2()) return sum_lanes_avx2(returns, n, active, ranges);
#endif
  return sum_lanes(returns, n, active, ranges);
}

double deviation_of(const ReturnSums& sums, std::size_t days) {
  if (days < 2) return 0.0;
  const double n = static_cast<double>(days);
  const double mean = sums.sum / n;
  const double variance = (sums.squares - n * mean * mean) / (n - 1.0);
  return variance > 0.0 ? std::sqrt(variance) : 0.0;
}

double normal_cdf(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

// By halving: called a few times a sweep, and exact to the last place that matters.
double normal_quantile(double probability) {
  double low = -40.0;
  double high = 40.0;
  for (int i = 0; i < 200 && high - low > 1e-14; ++i) {
    const double middle = (low + high) / 2;
    (normal_cdf(middle) < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

ReturnSums sums_of(const double* returns, std::size_t n) {
  const DayRange all{0, static_cast<std::uint32_t>(n)};
  return sum_best(returns, n, &all, 1);
}

ReturnSums sums_of(const double* returns, std::size_t n, const std::vector<DayRange>& active) {
  return sum_best(returns, n, active.data(), active.size());
}

std::optional<double> sharpe_of(const ReturnSums& sums, std::size_t days) {
  const double deviation = deviation_of(sums, days);
  if (deviation <= 0.0) return std::nullopt;
  return sums.sum / static_cast<double>(days) / deviation * std::sqrt(kTradingDaysAYear);
}

std::optional<double> sortino_of(const ReturnSums& sums, std::size_t days) {
  if (days == 0 || sums.downside_squares <= 0.0) return std::nullopt;
  const double n = static_cast<double>(days);
  return sums.sum / n / std::sqrt(sums.downside_squares / n) * std::sqrt(kTradingDaysAYear);
}

std::vector<double> returns_of(std::int64_t initial_e4,
                               const std::vector<std::int64_t>& day_end_e4) {
  std::vector<double> returns(day_end_e4.size());
  double before = static_cast<double>(initial_e4);
  for (std::size_t i = 0; i < returns.size(); ++i) {
    const double now = static_cast<double>(day_end_e4[i]);
    returns[i] = before > 0.0 ? now / before - 1.0 : 0.0;
    before = now;
  }
  return returns;
}

ReturnStatistics statistics_of(const std::vector<double>& returns) {
  ReturnStatistics out;
  out.days = returns.size();
  if (returns.empty()) return out;
  const ReturnSums sums = sums_of(returns.data(), returns.size());
  const double n = static_cast<double>(returns.size());
  out.mean = sums.sum / n;
  out.deviation = deviation_of(sums, returns.size());
  out.sharpe = sharpe_of(sums, returns.size());
  out.sortino = sortino_of(sums, returns.size());
  out.volatility_pct = out.deviation * std::sqrt(kTradingDaysAYear) * 100.0;
  const auto [worst, best] = std::minmax_element(returns.begin(), returns.end());
  out.worst_day_pct = *worst * 100.0;
  out.best_day_pct = *best * 100.0;

  double second = 0, third = 0, fourth = 0;
  for (const double r : returns) {
    const double d = r - out.mean;
    second += d * d;
    third += d * d * d;
    fourth += d * d * d * d;
  }
  if (second > 0.0) {
    const double population = second / n;
    out.skewness = third / n / (population * std::sqrt(population));
    out.kurtosis = fourth / n / (population * population);
    out.probabilistic_sharpe = probabilistic_sharpe(out, 0.0);
  }
  if (returns.size() >= kLeastDaysForTail) {
    std::vector<double> sorted = returns;
    const std::size_t rank = returns.size() / 20;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rank),
                     sorted.end());
    out.value_at_risk_95_pct = std::max(0.0, -sorted[rank] * 100.0);
  }
  return out;
}

std::optional<double> probabilistic_sharpe(const ReturnStatistics& of, double benchmark) {
  if (of.days < 3 || of.deviation <= 0.0 || !of.skewness || !of.kurtosis) return std::nullopt;
  const double sharpe = of.mean / of.deviation;
  const double spread = 1.0 - *of.skewness * sharpe + (*of.kurtosis - 1.0) / 4.0 * sharpe * sharpe;
  if (spread <= 0.0) return std::nullopt;
  return normal_cdf((sharpe - benchmark) * std::sqrt(static_cast<double>(of.days) - 1.0) /
                    std::sqrt(spread));
}

double expected_best_sharpe(std::size_t trials, double deviation_of_sharpes) {
  if (trials < 2) return 0.0;
  const double n = static_cast<double>(trials);
  return deviation_of_sharpes *
         ((1.0 - std::numbers::egamma) * normal_quantile(1.0 - 1.0 / n) +
          std::numbers::egamma * normal_quantile(1.0 - 1.0 / (n * std::numbers::e)));
}

}  // namespace research
