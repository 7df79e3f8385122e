#pragma once

// Time enters the broker here and nowhere else. Three clocks, never mixed:
//   market  what trading rules use: sessions, square-off, order times. Real time on a real market; virtual time on a
//           simulated or recorded one, moved by its single writer (the desk), durable, never going back
//   wall    UTC of the machine, for records only
//   steady  deadlines, rates, pauses

#include <cstdint>

#include "trading/time/timestamp.h"

namespace broker {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual trading::Timestamp market_now() const = 0;   // any thread
  virtual trading::Timestamp wall_now() const = 0;     // any thread
  virtual std::int64_t steady_us() const = 0;          // any thread; CLOCK_BOOTTIME: it counts while the machine sleeps
};

}  // namespace broker
