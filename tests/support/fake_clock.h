#pragma once

// A clock that stands where the test puts it. Safe from any thread.

#include <atomic>
#include <cstdint>

#include "execution_broker/clock/clock.h"

namespace broker {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(trading::Timestamp market) : market_us_(market.us), wall_us_(market.us) {}

  [[nodiscard]] trading::Timestamp market_now() const override { return {market_us_.load()}; }
  [[nodiscard]] trading::Timestamp wall_now() const override { return {wall_us_.load()}; }
  [[nodiscard]] std::int64_t steady_us() const override { return steady_us_.load(); }

  void set_market(trading::Timestamp t) { market_us_ = t.us; }
  void set_wall(trading::Timestamp t) { wall_us_ = t.us; }
  // All three move together, as on a real market.
  void advance(trading::Duration by) {
    market_us_ += by.us;
    wall_us_ += by.us;
    steady_us_ += by.us;
  }

 private:
  std::atomic<std::int64_t> market_us_;
  std::atomic<std::int64_t> wall_us_;
  std::atomic<std::int64_t> steady_us_{1'000'000};
};

}  // namespace broker
