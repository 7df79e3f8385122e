#pragma once

// run/HALT: its appearance halts every book, whether the broker answers or not. Nothing but the
// file system stands between the operator and this stop.

#include <optional>
#include <string>

#include "trading/base/result.h"

namespace approval_cli {

// Makes the file with the reason in it, durably. One that stands already is written to again, so
// that a broker that was resumed beside it hears of it. HALT_FILE_FAILED says how to do it by hand.
trading::Status raise_halt_file(const std::string& home, const std::string& reason);
// What it says; nullopt when there is no such file.
std::optional<std::string> read_halt_file(const std::string& home);
// Also ok when there is none.
trading::Status remove_halt_file(const std::string& home);

}  // namespace approval_cli
