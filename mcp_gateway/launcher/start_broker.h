#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "trading/base/result.h"

namespace launcher {

inline constexpr std::chrono::seconds kStartPatience{10};

// Does somebody answer at the home's agent door?
bool is_listening(const std::string& home);

// Starts `program` for the home, in a session of its own, and waits until it listens. Its log goes
// to broker.log in the home. EMBEDDED_BROKER_FAILED with the log's last line.
trading::Status start_broker(const std::filesystem::path& program, const std::string& home);

}  // namespace launcher
