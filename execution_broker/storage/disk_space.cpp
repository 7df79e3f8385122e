#include "execution_broker/storage/disk_space.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace broker {
namespace {

std::string mebibytes(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

trading::Error io_error(const std::string& doing, const std::filesystem::path& path, int error) {
  return trading::make_error("STORAGE_IO",
                             doing + " " + path.string() + ": " + std::strerror(error),
                             "check the disk and the folder's owner");
}

}  // namespace

trading::Result<std::int64_t> free_disk_bytes(const std::filesystem::path& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0)
    return io_error("cannot ask for free space at", path, errno);
  return static_cast<std::int64_t>(info.f_bavail) * static_cast<std::int64_t>(info.f_frsize);
}

trading::Status check_free_disk(const std::filesystem::path& path, std::int64_t minimum) {
  ASSIGN_OR_RETURN(const std::int64_t free, free_disk_bytes(path));
  if (free >= minimum) return {};
  return trading::make_error("DISK_LOW",
                             mebibytes(free) + " are free at " + path.string() + ", " +
                                 mebibytes(minimum) + " are needed for new orders",
                             "free space on that disk; exits and protective orders still work",
                             trading::Retry::kSafe);
}

trading::Status Ballast::ensure() {
  if (is_held()) return {};
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  RETURN_IF_ERROR(check_free_disk(folder, kMinFreeDiskBytes + bytes_));
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return io_error("cannot create the ballast file", path_, errno);
  const int failed = ::posix_fallocate(fd, 0, bytes_);
  ::close(fd);
  if (failed == 0) return {};
  ::unlink(path_.c_str());
  return io_error("cannot allocate the ballast file", path_, failed);
}

bool Ballast::release() {
  return ::unlink(path_.c_str()) == 0;
}

bool Ballast::is_held() const {
  struct stat info {};
  // Blocks, not length: a sparse file of the right length would give nothing back.
  return ::lstat(path_.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         static_cast<std::int64_t>(info.st_blocks) * 512 >= bytes_;
}

}  // namespace broker
