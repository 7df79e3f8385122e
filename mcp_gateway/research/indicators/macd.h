#pragma once

// Moving average convergence / divergence (Appel): fast average - slow average, its own average as
// the signal, and the difference of those two as the histogram. Ppo is the same in percent of the
// slow average.
//
// Both averages are kept as distances from the first price, so their difference is taken before
// anything is rounded to the size of a price. By kTalib the fast average is seeded with the mean of
// the last `fast` of the first `slow` bars, so that both begin with bar `slow`, and the signal with
// the mean of the first `signal` differences. (Of the Ppo, TA-Lib seeds the fast average with the
// first `fast` bars.)

#include <array>
#include <cstddef>
#include <cstdint>

#include "mcp_gateway/research/indicators/columns.h"
#include "mcp_gateway/research/indicators/smoothing.h"

namespace research {

class FastAndSlow {
 public:
  // fast < slow. By kTalib the fast average begins `fast_waits` bars late.
  FastAndSlow(std::size_t fast, std::size_t slow, std::size_t fast_waits, Seeding seeding)
      : slow_period_(slow),
        fast_waits_(seeding == Seeding::kEwm ? 0 : fast_waits),
        fast_(alpha_of_span(fast), fast, seeding),
        slow_(alpha_of_span(slow), slow, seeding) {}

  void update(std::int64_t close_e4) {
    const double x = from_.distance(close_e4);
    slow_.update(x);
    if (fast_waits_ > 0) [[unlikely]] {
      --fast_waits_;
    } else {
      fast_.update(x);
    }
  }
  [[nodiscard]] bool has_value() const { return slow_.has_value(); }
  [[nodiscard]] bool is_settled() const {
    return from_.is_settled() && fast_waits_ == 0 && fast_.has_value() && slow_.has_value();
  }
  [[nodiscard]] double difference() const { return fast_.value() - slow_.value(); }
  [[nodiscard]] double slow_price() const { return from_.price(slow_.value()); }
  [[nodiscard]] std::size_t first() const { return slow_.seed_bars(); }
  [[nodiscard]] std::size_t slow_period() const { return slow_period_; }

 private:
  std::size_t slow_period_;
  std::size_t fast_waits_;
  FromFirst from_;
  Smoothing fast_;
  Smoothing slow_;
};

class Macd {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 3;  // macd, signal, histogram

  Macd(std::size_t fast, std::size_t slow, std::size_t signal, Seeding seeding = Seeding::kEwm)
      : signal_period_(signal),
        averages_(fast, slow, slow - fast, seeding),
        signal_(alpha_of_span(signal), signal, seeding) {}

  void update(std::int64_t close_e4) {
    averages_.update(close_e4);
    if (averages_.has_value()) [[likely]]
      signal_.update(averages_.difference());
  }
  [[nodiscard]] bool is_settled() const {
    return averages_.is_settled() && signal_.has_value();
  }
  [[nodiscard]] double macd() const { return averages_.difference(); }
  [[nodiscard]] double signal() const { return signal_.value(); }
  [[nodiscard]] double histogram() const { return macd() - signal(); }

  [[nodiscard]] std::array<double, kOutputs> values() const {
    return {macd(), signal(), histogram()};
  }
  [[nodiscard]] WarmUp warm_up() const {
    return {averages_.first(), averages_.slow_period() + signal_period_ - 1};
  }

 private:
  std::size_t signal_period_;
  FastAndSlow averages_;
  Smoothing signal_;
};

class Ppo {
 public:
  static constexpr Needs kNeeds = Needs::kClose;
  static constexpr std::size_t kOutputs = 3;  // ppo, signal, histogram

  Ppo(std::size_t fast, std::size_t slow, std::size_t signal, Seeding seeding = Seeding::kEwm)
      : signal_period_(signal),
        averages_(fast, slow, 0, seeding),
        signal_(alpha_of_span(signal), signal, seeding) {}

  void update(std::int64_t close_e4) {
    averages_.update(close_e4);
    if (!averages_.has_value()) return;
    ppo_ = 100 * averages_.difference() / averages_.slow_price();
    signal_.update(ppo_);
  }
  [[nodiscard]] std::array<double, kOutputs> values() const {
    return {ppo_, signal_.value(), ppo_ - signal_.value()};
  }
  [[nodiscard]] WarmUp warm_up() const {
    return {averages_.first(), averages_.slow_period() + signal_period_ - 1};
  }

 private:
  std::size_t signal_period_;
  FastAndSlow averages_;
  Smoothing signal_;
  double ppo_ = kNoValue;
};

}  // namespace research
