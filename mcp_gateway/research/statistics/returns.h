#pragma once

// What a series of daily returns says. A day's return is
//
//   r = (marked equity at the day's last bar) / (the same of the day before) - 1
//
// with the initial capital before the first day. Days without a position count, as zero. The
// figures for a year take 252 days; the risk-free rate is taken as zero.
//
//   Sharpe    mean / deviation x sqrt(252), deviation with n - 1
//   Sortino   mean / sqrt(sum of min(r, 0)^2 / n) x sqrt(252)
//   PSR       probability that the true Sharpe is above zero, given length, skew and tails (Bailey
//             and Lopez de Prado, "The Sharpe ratio efficient frontier", 2012)
//   deflated  the same against the Sharpe that the best of so many useless trials would show by
//             luck (the same authors, "The deflated Sharpe ratio", 2014)
//
// A ratio whose divisor is zero is absent, never infinite.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace research {

inline constexpr double kTradingDaysAYear = 252.0;

// Sums over returns in eight fixed lanes (index modulo eight), so that every machine adds in the
// same order.
struct ReturnSums {
  double sum = 0;
  double squares = 0;
  double downside_squares = 0;
};
ReturnSums sums_of(const double* returns, std::size_t n);
// The same, to the bit, where only the days of `active` can be other than zero: ascending ranges
// [begin, end), which may touch but not overlap by more than a day.
struct DayRange {
  std::uint32_t begin = 0, end = 0;
};
ReturnSums sums_of(const double* returns, std::size_t n, const std::vector<DayRange>& active);

std::optional<double> sharpe_of(const ReturnSums& sums, std::size_t days);
std::optional<double> sortino_of(const ReturnSums& sums, std::size_t days);

struct ReturnStatistics {
  std::size_t days = 0;
  double mean = 0;       // of a day
  double deviation = 0;  // of a day, n - 1
  std::optional<double> sharpe, sortino;
  double volatility_pct = 0;  // deviation x sqrt(252), in percent
  std::optional<double> skewness, kurtosis;  // of the days; 3 = as the normal distribution
  std::optional<double> probabilistic_sharpe;  // 0 to 1
  double best_day_pct = 0, worst_day_pct = 0;
  std::optional<double> value_at_risk_95_pct;  // loss of the 5th percentile day, from 20 days on
};
ReturnStatistics statistics_of(const std::vector<double>& returns);

// day_end_e4: marked equity at each day's end. After a day that ended at nothing or in debt (a short
// can do that) there is no return: it counts as zero.
std::vector<double> returns_of(std::int64_t initial_e4, const std::vector<std::int64_t>& day_end_e4);

// Chance that the true Sharpe of a day is above `benchmark` (also of a day).
std::optional<double> probabilistic_sharpe(const ReturnStatistics& of, double benchmark);
// The Sharpe of a day that the best of `trials` shows by luck when their Sharpes (of a day) deviate
// so much.
double expected_best_sharpe(std::size_t trials, double deviation_of_sharpes);

}  // namespace research
