#pragma once

// `<database>.lock`: held for as long as the database is open for writing, so that a second broker
// is refused before it touches the file. The lock is the kernel's (flock), so it goes with the
// process; the file itself stays.

#include <filesystem>

#include "trading/base/result.h"

namespace broker {

class LockFile {
 public:
  // Errors: STORAGE_LOCKED (someone holds it; the message names its pid when it wrote one),
  // STORAGE_OPEN.
  static trading::Result<LockFile> acquire(const std::filesystem::path& path);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int fd) : fd_(fd) {}
  int fd_ =
      -1;  // close-on-exec; a child made by fork alone would keep the lock, so fork before opening
};

}  // namespace broker
