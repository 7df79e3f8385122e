#include "tests/sandbox_exchange/exchange_clock.h"

#include <algorithm>

namespace sandbox {

using namespace trading;

void ExchangeClock::run_at(std::int64_t speed_thousandths, SteadyUs steady) {
  base_ = target(steady);
  base_steady_ = steady;
  speed_ = speed_thousandths;
}

Timestamp ExchangeClock::target(SteadyUs steady) const {
  const std::int64_t elapsed = std::max<std::int64_t>(0, steady - base_steady_);
  const Timestamp running{base_.us + elapsed / 1'000 * speed_ + elapsed % 1'000 * speed_ / 1'000};
  return std::max(running, now_);
}

void ExchangeClock::played_up_to(Timestamp t) { now_ = std::max(now_, t); }

void ExchangeClock::jump_to(Timestamp t, SteadyUs steady) {
  base_ = std::max(t, target(steady));
  base_steady_ = steady;
}

}  // namespace sandbox
