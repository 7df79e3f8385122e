// Reads the machine's clocks.

#include "execution_broker/clock/system_time.h"

#include <time.h>

#include "trading/base/invariant.h"

namespace broker {

namespace {

std::int64_t read_us(clockid_t id) {
  timespec now{};
  INVARIANT(clock_gettime(id, &now) == 0, "the machine has no such clock");
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

trading::Timestamp system_wall_now() {
  return {read_us(CLOCK_REALTIME)};
}
std::int64_t system_steady_us() {
  return read_us(CLOCK_BOOTTIME);
}

}  // namespace broker
