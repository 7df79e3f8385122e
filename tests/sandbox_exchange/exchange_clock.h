#pragma once

// The exchange's time. It goes at a factor of the machine's steady clock, follows the machine's
// wall clock, or moves only when it is told to. Never back.
//
// Two readings: target() is where the clock stands by now; now() is up to where the world has been
// played. Replies carry now(), so nobody is told a time whose prints have not happened.

#include <cstdint>

#include "trading/time/timestamp.h"

namespace sandbox {

// Microseconds of a clock that only measures spans.
using SteadyUs = std::int64_t;

class ExchangeClock {
 public:
  explicit ExchangeClock(trading::Timestamp start) : base_(start), now_(start) {}

  // thousandths: 1000 = real time, 0 = stands still.
  void run_at(std::int64_t speed_thousandths, SteadyUs steady);
  [[nodiscard]] std::int64_t speed_thousandths() const { return speed_; }
  [[nodiscard]] trading::Timestamp target(SteadyUs steady) const;
  [[nodiscard]] trading::Timestamp now() const { return now_; }
  // The world has been played up to `t`; an earlier time changes nothing.
  void played_up_to(trading::Timestamp t);
  // Moves the clock to `t` at once; an earlier time changes nothing.
  void jump_to(trading::Timestamp t, SteadyUs steady);

 private:
  trading::Timestamp base_;
  trading::Timestamp now_;
  SteadyUs base_steady_ = 0;
  std::int64_t speed_ = 0;
};

}  // namespace sandbox
