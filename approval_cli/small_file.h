#pragma once

// Small files read and written whole.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "trading/base/result.h"

namespace approval_cli {

// FILE_MISSING, FILE_UNREADABLE (also when larger than `most`).
trading::Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t most);
// Replaces the file in one step, mode 0600, and makes it durable. FILE_NOT_WRITTEN.
trading::Status replace_file(const std::filesystem::path& path, std::string_view content);

}  // namespace approval_cli
