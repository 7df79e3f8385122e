#pragma once

// The clock of a real market: market time is the machine's.

#include "execution_broker/clock/clock.h"
#include "execution_broker/clock/system_time.h"

namespace broker {

class RealClock final : public Clock {
 public:
  [[nodiscard]] trading::Timestamp market_now() const override { return system_wall_now(); }
  [[nodiscard]] trading::Timestamp wall_now() const override { return system_wall_now(); }
  [[nodiscard]] std::int64_t steady_us() const override { return system_steady_us(); }
};

}  // namespace broker
