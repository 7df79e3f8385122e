#include "execution_broker/storage/folder_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace broker {
namespace {

trading::Status sync_path(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags);
  int failed = fd < 0 ? errno : 0;
  if (fd >= 0) {
    if (::fsync(fd) != 0) failed = errno;
    ::close(fd);
  }
  if (failed == 0) return {};
  return trading::make_error("STORAGE_IO",
                             "cannot sync " + path.string() + ": " + std::strerror(failed),
                             "look at the disk before starting again");
}

}  // namespace

trading::Status sync_folder(const std::filesystem::path& folder) {
  return sync_path(folder.empty() ? std::filesystem::path(".") : folder, O_DIRECTORY);
}

trading::Status sync_file(const std::filesystem::path& file) {
  return sync_path(file, O_NOFOLLOW);
}

}  // namespace broker
