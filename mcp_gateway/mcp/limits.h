#pragma once

#include <chrono>
#include <cstddef>

namespace mcp {

struct Limits {
  std::size_t max_running = 8;    // calls that run at once
  std::size_t max_waiting = 128;  // calls that wait for one of those; beyond, they are refused
  std::chrono::milliseconds progress_interval{50};
};

}  // namespace mcp
