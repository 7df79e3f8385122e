#include "execution_broker/storage/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "trading/base/invariant.h"

namespace broker {
namespace {

// The pid the holder wrote, as digits; empty when the file says nothing usable.
std::string holder_of(int fd) {
  std::array<char, 32> text{};
  const ssize_t n = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid;
  for (ssize_t i = 0; i < n; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') break;
    pid.push_back(c);
  }
  return pid;
}

void write_own_pid(int fd) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only a courtesy for the other side's message: when it cannot be written the lock still holds.
  if (::ftruncate(fd, 0) != 0) return;
  if (::pwrite(fd, pid.data(), pid.size(), 0) < 0) return;
}

}  // namespace

trading::Result<LockFile> LockFile::acquire(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return trading::make_error(
        "STORAGE_OPEN", "cannot open the lock file " + path.string() + ": " + std::strerror(errno),
        "check that the folder exists and belongs to the broker's user");
  }
  LockFile lock(fd);
  int rc = 0;
  do {
    rc = ::flock(fd, LOCK_EX | LOCK_NB);
  } while (rc != 0 && errno == EINTR);
  if (rc != 0) {
    const std::string pid = holder_of(fd);
    return trading::make_error(
        "STORAGE_LOCKED",
        path.string() + " is held by " + (pid.empty() ? "another process" : "process " + pid),
        "stop the broker that is running before starting a second one on the same home",
        trading::Retry::kSafe);
  }
  write_own_pid(fd);
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

LockFile::~LockFile() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace broker
