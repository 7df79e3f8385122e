#include "execution_broker/audit/signing_key_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "execution_broker/storage/folder_sync.h"

namespace broker {
namespace {

using Seed = std::array<std::uint8_t, audit_format::kSeedBytes>;

trading::Error key_io(const std::filesystem::path& path, const std::string& why) {
  return trading::make_error("AUDIT_KEY_IO", path.string() + ": " + why,
                             "check that the keys folder exists and belongs to the broker's user");
}

trading::Error key_unsafe(const std::filesystem::path& path, const std::string& why) {
  return trading::make_error(
      "AUDIT_KEY_UNSAFE", path.string() + " " + why,
      "make it a regular file of 32 bytes, owned by the broker's user, mode 0600");
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, const void* data, std::size_t size) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = ::write(fd, next, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    next += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

// Written beside and renamed, so that a crash leaves the whole file or none.
trading::Status write_durably(const std::filesystem::path& path, const void* data, std::size_t size,
                              mode_t mode) {
  const std::filesystem::path part = path.string() + ".part";
  ::unlink(part.c_str());
  {
    const Descriptor fd(
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (fd.get() < 0) return key_io(part, std::strerror(errno));
    const bool is_written =
        ::fchmod(fd.get(), mode) == 0 && write_all(fd.get(), data, size) && ::fsync(fd.get()) == 0;
    if (!is_written) return key_io(part, std::strerror(errno));
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return key_io(path, std::strerror(errno));
  return sync_folder(path.parent_path());
}

trading::Status create_seed(const std::filesystem::path& path) {
  Seed seed{};
  if (::getrandom(seed.data(), seed.size(), 0) != static_cast<ssize_t>(seed.size())) {
    return key_io(path, "no random bytes");
  }
  auto written = write_durably(path, seed.data(), seed.size(), 0600);
  ::explicit_bzero(seed.data(), seed.size());
  return written;
}

}  // namespace

trading::Result<audit_format::SigningKey> load_or_create_signing_key(
    const std::filesystem::path& seed_file) {
  struct stat info {};
  if (::lstat(seed_file.c_str(), &info) != 0) {
    if (errno != ENOENT) return key_io(seed_file, std::strerror(errno));
    RETURN_IF_ERROR(create_seed(seed_file));
  }
  const Descriptor fd(::open(seed_file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (fd.get() < 0) {
    if (errno == ELOOP) return key_unsafe(seed_file, "is a symbolic link");
    return key_io(seed_file, std::strerror(errno));
  }
  if (::fstat(fd.get(), &info) != 0) return key_io(seed_file, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return key_unsafe(seed_file, "is no regular file");
  if (info.st_uid != ::geteuid())
    return key_unsafe(seed_file, "belongs to uid " + std::to_string(info.st_uid));
  if ((info.st_mode & 077) != 0) return key_unsafe(seed_file, "is open to other users");
  Seed seed{};
  if (info.st_size != static_cast<off_t>(seed.size()) ||
      ::read(fd.get(), seed.data(), seed.size()) != static_cast<ssize_t>(seed.size())) {
    return key_unsafe(seed_file, "does not hold 32 bytes");
  }
  audit_format::SigningKey key(seed);
  ::explicit_bzero(seed.data(), seed.size());
  return key;
}

trading::Status publish_key(const std::filesystem::path& public_file,
                            const audit_format::PublicKey& key) {
  std::string text;
  {
    std::ifstream in(public_file, std::ios::binary);
    if (in) text.assign(std::istreambuf_iterator<char>(in), {});
  }
  ASSIGN_OR_RETURN(const auto keys, audit_format::parse_public_keys(text));
  if (std::find(keys.begin(), keys.end(), key) != keys.end()) return {};
  if (!text.empty() && text.back() != '\n') text += '\n';
  text += audit_format::public_key_line(key);
  return write_durably(public_file, text.data(), text.size(), 0644);
}

}  // namespace broker
