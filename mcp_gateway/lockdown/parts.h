#pragma once

// The two halves of lock_down(), each by the kernel feature that enforces it.

#include "trading/base/result.h"

namespace lockdown {

// Landlock: reads below a few folders, nothing else. The kernel's ABI, 0 when it has none.
trading::Result<int> restrict_file_access();

// seccomp: the system calls that an unprivileged translator never makes answer EPERM.
trading::Status restrict_system_calls();

}  // namespace lockdown
