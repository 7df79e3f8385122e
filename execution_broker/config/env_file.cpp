#include "execution_broker/config/env_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace broker {

using trading::Error;
using trading::make_error;
using trading::Result;

namespace {

class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  ~FileHandle() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

struct SafeFile {
  Secret bytes;
  bool is_readable_by_others = false;
};

Error unreadable(const std::string& path, int error) {
  return make_error("ENV_FILE_UNREADABLE", path + ": " + std::strerror(error),
                    "give the broker's user read access");
}

Error unsafe(const std::string& path, const std::string& what, const std::string& fix) {
  return make_error("ENV_FILE_UNSAFE", path + " " + what, fix);
}

// Empty when there is no such file.
Result<std::optional<SafeFile>> read_safely(const std::string& path, std::uint32_t owner) {
  const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT) return std::optional<SafeFile>();
    if (errno == ELOOP) return unsafe(path, "is a symbolic link", "put the file itself there");
    return unreadable(path, errno);
  }
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return unreadable(path, errno);
  if (!S_ISREG(facts.st_mode))
    return unsafe(path, "is not a regular file", "put a plain file there");
  if (facts.st_uid != owner && facts.st_uid != 0)
    return unsafe(path, "belongs to another user", "chown it to the broker's user");
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return unsafe(path, "can be written by others", "chmod 600 " + path);

  // One byte more than is allowed, so that parse_env can tell a file that is too large.
  std::vector<char> buffer(kLargestEnvBytes + 1);
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = ::read(file.get(), buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  SafeFile out;
  out.bytes = Secret(std::string_view(buffer.data(), filled));
  explicit_bzero(buffer.data(), buffer.size());
  // systemd may give the broker its credential by an access list on a file of root's: what shows as the
  // group's right is then the list's mask.
  const bool is_list_of_root = facts.st_uid == 0 && facts.st_gid == 0 && ::geteuid() != 0;
  out.is_readable_by_others =
      (facts.st_mode & S_IROTH) != 0 || ((facts.st_mode & S_IRGRP) != 0 && !is_list_of_root);
  return std::optional(std::move(out));
}

// A folder given to LoadCredential= puts its id before each name.
constexpr std::array<std::string_view, 2> kCredentialPrefixes = {"", "secrets_"};

void take_credentials(const std::string& folder, std::string_view prefix, std::uint32_t owner, Settings& settings, SettingProblems& problems) {
  for (const SettingRow& row : setting_table()) {
    if (!row.is_secret()) continue;
    const std::string path = folder + "/" + std::string(prefix) + row.key;
    auto file = read_safely(path, owner);
    if (!file) {
      problems.push_back(std::move(file.error()));
      continue;
    }
    if (!*file) continue;
    std::string_view bytes = (*file)->bytes.reveal();
    if (!bytes.empty() && bytes.back() == '\n')
      bytes.remove_suffix(1);  // as an editor or echo leaves it
    const bool is_plain =
        bytes.find_first_of(std::string_view("\n\r\0", 3)) == std::string_view::npos;
    Secret& place = *settings.secret(row.key);
    if ((*file)->is_readable_by_others)
      problems.push_back(unsafe(path, "can be read by others", "chmod 400 " + path));
    else if (!is_plain || bytes.empty() || bytes.size() > kLongestEnvLine)
      problems.push_back(make_error("ENV_VALUE_INVALID", path + " does not hold one line",
                                    "write the secret alone into it", trading::Retry::kNo,
                                    row.key));
    else if (place.is_set())
      problems.push_back(make_error("ENV_KEY_DUPLICATE",
                                    row.key + " stands in " + path + " and elsewhere",
                                    "keep one of them", trading::Retry::kNo, row.key));
    else {
      place = Secret(bytes);
      settings.from_credentials.push_back(row.key);
    }
  }
}

bool has_secret(const Settings& settings) {
  for (const SettingRow& row : setting_table())
    if (row.is_secret() && settings.secret(row.key)->is_set()) return true;
  return false;
}

}  // namespace

tl::expected<Settings, SettingProblems> load_settings(
    const std::string& env_path, const std::vector<std::string>& credential_folders,
    std::uint32_t owner) {
  auto file = read_safely(env_path, owner);
  if (!file) return tl::unexpected(SettingProblems{std::move(file.error())});
  auto settings = parse_env(*file ? (*file)->bytes.reveal() : std::string_view());
  if (!settings) return settings;
  SettingProblems problems;
  if (*file && (*file)->is_readable_by_others && has_secret(*settings))
    problems.push_back(
        unsafe(env_path, "holds a secret and can be read by others", "chmod 600 " + env_path));
  for (const std::string& folder : credential_folders)
    for (const std::string_view prefix : kCredentialPrefixes)
      take_credentials(folder, prefix, owner, *settings, problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return settings;
}

tl::expected<Settings, SettingProblems> load_settings(
    const std::string& env_path, const std::vector<std::string>& credential_folders) {
  return load_settings(env_path, credential_folders, ::geteuid());
}

}  // namespace broker
