#pragma once

// The operator's last means: making the file run/HALT stops every book even when the broker hangs.
// The folder is the broker's; an operator with a uid of his own gets the right to make files in it
// from an access list, set anew at each start.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "trading/base/result.h"

namespace broker {

// Of `run`, which belongs to this process: its owner does everything, each of `operators` may make
// files and take back his own (sticky), all others only pass through. HALT_FOLDER_UNUSABLE: the
// file system has no access lists; halting through the operator's door still works.
trading::Status let_operators_halt(const std::filesystem::path& run,
                                   const std::vector<std::uint32_t>& operators);

}  // namespace broker
