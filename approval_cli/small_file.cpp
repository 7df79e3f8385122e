#include "approval_cli/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "proto/channel/unix_channel.h"

namespace approval_cli {
namespace {

trading::Error not_written(const std::filesystem::path& path) {
  return trading::make_error("FILE_NOT_WRITTEN", path.string() + ": " + std::strerror(errno),
                             "check the folder's owner, mode and free space");
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

trading::Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t most) {
  const wire::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.is_open()) {
    return trading::make_error(errno == ENOENT ? "FILE_MISSING" : "FILE_UNREADABLE",
                               path.string() + ": " + std::strerror(errno),
                               "check the path and who may read it");
  }
  std::string text;
  std::array<char, 16'384> chunk{};
  while (true) {
    const ssize_t count = ::read(fd.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return trading::make_error("FILE_UNREADABLE", path.string() + ": " + std::strerror(errno),
                                 "check the path");
    }
    if (count == 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(count));
    if (text.size() > most) {
      return trading::make_error("FILE_UNREADABLE",
                                 path.string() + " is too large for what it should be",
                                 "check the path");
    }
  }
}

trading::Status replace_file(const std::filesystem::path& path, std::string_view content) {
  std::string temporary = path.string() + ".XXXXXX";
  const wire::OwnedFd fd(::mkostemp(temporary.data(), O_CLOEXEC));  // 0600
  if (!fd.is_open()) return not_written(path);
  if (!write_all(fd.get(), content) || ::fsync(fd.get()) != 0 ||
      std::rename(temporary.c_str(), path.c_str()) != 0) {
    trading::Error error = not_written(path);
    ::unlink(temporary.c_str());
    return error;
  }
  const wire::OwnedFd folder(::open(path.has_parent_path() ? path.parent_path().c_str() : ".",
                                    O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) ::fsync(folder.get());
  return {};
}

}  // namespace approval_cli
