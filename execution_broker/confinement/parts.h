#pragma once

// The two halves of confine(), each by the kernel feature that enforces it.

#include "execution_broker/confinement/confinement.h"

namespace broker {

// Landlock. The kernel's ABI, 0 when it has none.
trading::Result<int> restrict_files(const Confinement& confinement);
// seccomp: what a broker never does answers EPERM.
trading::Status restrict_system_calls(const Confinement& confinement);

}  // namespace broker
