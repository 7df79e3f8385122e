#pragma once

#include <chrono>
#include <cstddef>

namespace mcp {

// The bounds of one connection. The defaults are the program's; tests change them.
struct Limits {
  std::size_t max_running = 8;    // calls that run at once
  std::size_t max_waiting = 128;  // calls that wait for one of those; beyond, they are refused
  std::chrono::milliseconds progress_interval{50};

  // After the end of input running calls may finish for the first of these; then they are cancelled
  // and get the second to come back; then what waits for the client to read is abandoned and gets
  // the third. Together below the 100 ms in which hosts expect the process to be gone.
  std::chrono::milliseconds finish_patience{60};
  std::chrono::milliseconds cancel_patience{20};
  std::chrono::milliseconds abandon_patience{10};
};

}  // namespace mcp
