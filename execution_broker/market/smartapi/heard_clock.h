#pragma once

// The time that the exchange's own words give: the Date of its answers and the times of its packets.
// For MARKET_CLOCK=exchange, where the exchange's clock runs at any speed or is stepped: nothing is
// added between two words, so this clock is never ahead of the exchange.

#include <atomic>

#include "execution_broker/clock/clock.h"
#include "execution_broker/clock/system_time.h"

namespace broker {

class HeardClock final : public Clock {
 public:
  void hear(trading::Timestamp t) {
    std::int64_t known = heard_us_.load(std::memory_order_relaxed);
    while (t.us > known && !heard_us_.compare_exchange_weak(known, t.us)) {
    }
  }
  [[nodiscard]] bool has_heard() const { return heard_us_.load(std::memory_order_acquire) > 0; }
  [[nodiscard]] trading::Timestamp market_now() const override {
    return {heard_us_.load(std::memory_order_acquire)};
  }
  [[nodiscard]] trading::Timestamp wall_now() const override { return system_wall_now(); }
  [[nodiscard]] std::int64_t steady_us() const override { return system_steady_us(); }

 private:
  std::atomic<std::int64_t> heard_us_{0};
};

}  // namespace broker
