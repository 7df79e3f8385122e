#pragma once

// Room on the disk. Below kMinFreeDiskBytes no new entry is taken (the checklist asks
// free_disk_bytes); what is left, and the ballast given back in an emergency, is kept for
// acknowledging, protecting and closing what is open.

#include <cstdint>
#include <filesystem>
#include <utility>

#include "trading/base/result.h"

namespace broker {

inline constexpr std::int64_t kMinFreeDiskBytes = 64LL << 20;
inline constexpr std::int64_t kBallastBytes = 16LL << 20;

// Bytes an ordinary user may still write on the file system of `path`. Errors: STORAGE_IO.
trading::Result<std::int64_t> free_disk_bytes(const std::filesystem::path& path);

// DISK_LOW when less than `minimum` is free.
trading::Status check_free_disk(const std::filesystem::path& path,
                                std::int64_t minimum = kMinFreeDiskBytes);

// A file of really allocated blocks whose only use is to be deleted when the disk is full.
class Ballast {
 public:
  explicit Ballast(std::filesystem::path path, std::int64_t bytes = kBallastBytes)
      : path_(std::move(path)), bytes_(bytes) {}

  // Allocates what is missing, but never takes the disk below kMinFreeDiskBytes for it: DISK_LOW
  // then.
  trading::Status ensure();
  // Gives the blocks back; true when there were any. Cheap; any thread.
  bool release();
  [[nodiscard]] bool is_held() const;

 private:
  std::filesystem::path path_;
  std::int64_t bytes_;
};

}  // namespace broker
