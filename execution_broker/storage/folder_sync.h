#pragma once

// A new, renamed or removed file name is durable only when its folder has been synced.

#include <filesystem>

#include "trading/base/result.h"

namespace broker {

// Errors: STORAGE_IO.
trading::Status sync_folder(const std::filesystem::path& folder);
trading::Status sync_file(const std::filesystem::path& file);

}  // namespace broker
