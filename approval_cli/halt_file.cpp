#include "approval_cli/halt_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "approval_cli/home_paths.h"
#include "proto/channel/unix_channel.h"
#include "proto/convert/text.h"

namespace approval_cli {
namespace {

constexpr std::size_t kMostRead = 400;

trading::Error failed(const std::filesystem::path& file, const char* what) {
  return trading::make_error(
      "HALT_FILE_FAILED", std::string(what) + " " + file.string() + ": " + std::strerror(errno),
      "halt by hand, as the broker's user or root: touch " + file.string(), trading::Retry::kSafe);
}

void sync_folder(const std::filesystem::path& folder) {
  const wire::OwnedFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.is_open()) ::fsync(fd.get());
}

}  // namespace

trading::Status raise_halt_file(const std::string& home, const std::string& reason) {
  const std::filesystem::path file = HomePaths{home}.halt_file();
  // A broker that has not been started yet finds the file and starts halted.
  if (::mkdir(file.parent_path().c_str(), 0711) != 0 && errno != EEXIST)
    return failed(file, "cannot make the folder of");
  const wire::OwnedFd fd(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd.is_open()) return failed(file, "cannot make");
  // The file halts by being there: a full disk that takes no reason does not matter.
  const std::string text = (reason.empty() ? "halted by the operator" : reason) + "\n";
  [[maybe_unused]] const ssize_t written = ::write(fd.get(), text.data(), text.size());
  ::fsync(fd.get());
  sync_folder(file.parent_path());
  return {};
}

std::optional<std::string> read_halt_file(const std::string& home) {
  const std::filesystem::path file = HomePaths{home}.halt_file();
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) return std::nullopt;
  // Whatever stands there halts; only a plain file is opened, or a pipe would hold this up.
  if (!S_ISREG(status.st_mode)) return std::string();
  const wire::OwnedFd fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.is_open()) return std::string();
  std::array<char, kMostRead> text{};
  const ssize_t count = ::read(fd.get(), text.data(), text.size());
  std::string said(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  while (!said.empty() && (said.back() == '\n' || said.back() == ' ')) said.pop_back();
  return wire::clean_text(said, kMostRead);
}

trading::Status remove_halt_file(const std::string& home) {
  const std::filesystem::path file = HomePaths{home}.halt_file();
  if (::unlink(file.c_str()) == 0) {
    sync_folder(file.parent_path());
    return {};
  }
  if (errno == ENOENT || errno == ENOTDIR) return {};
  trading::Error error = failed(file, "cannot remove");
  error.fix = "nothing was resumed; remove it as the user who made it, then resume again";
  return error;
}

}  // namespace approval_cli
