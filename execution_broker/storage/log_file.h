#pragma once

// The write-ahead log of a database, as a file to be synced: opened through the same VFS as the
// database itself, so that a wrapping one sees the sync. It never reads or writes the log.

#include <filesystem>
#include <memory>
#include <string>

#include "trading/base/result.h"

namespace broker {

class LogFile {
 public:
  // The log of the database at `path`; it is there while a connection has it open. `vfs` empty:
  // SQLite's default. STORAGE_IO.
  static trading::Result<std::unique_ptr<LogFile>> open(const std::filesystem::path& path,
                                                        const std::string& vfs);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  // Everything written to the log before the call, by whatever connection, is on the disk when it
  // returns. STORAGE_IO: then nothing is known of what the disk holds.
  trading::Status sync();

 private:
  struct Handle;
  explicit LogFile(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace broker
