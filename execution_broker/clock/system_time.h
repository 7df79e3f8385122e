#pragma once

// The machine's clocks, read in one place.

#include <cstdint>

#include "trading/time/timestamp.h"

namespace broker {

trading::Timestamp system_wall_now();  // CLOCK_REALTIME
std::int64_t system_steady_us();       // CLOCK_BOOTTIME: counts while the machine sleeps

}  // namespace broker
