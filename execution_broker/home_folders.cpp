#include "execution_broker/home_folders.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace broker {

namespace {

trading::Error unusable(const std::filesystem::path& folder, const std::string& what) {
  return trading::make_error("HOME_UNUSABLE", folder.string() + ": " + what,
                             "give another folder with --home, or correct its owner and mode (chown, chmod go-w)");
}

// Who can write a folder can put another file in the place of any in it.
trading::Status refuse_writers(const std::filesystem::path& path, const struct stat& status) {
  if ((status.st_mode & S_IWOTH) != 0) return unusable(path, "may be written by everybody");
  if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != ::getegid())
    return unusable(path, "may be written by the group " + std::to_string(status.st_gid) + ", which is not the broker's own");
  return {};
}

trading::Status make_folder(const std::filesystem::path& folder, ::mode_t mode) {
  if (::mkdir(folder.c_str(), mode) == 0) {
    // The umask took bits away; the setgid bit of the socket folders is not for it to take.
    if (::chmod(folder.c_str(), mode) != 0) return unusable(folder, std::strerror(errno));
    return {};
  }
  if (errno != EEXIST) return unusable(folder, std::strerror(errno));
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return unusable(folder, std::strerror(errno));
  if (!S_ISDIR(status.st_mode)) return unusable(folder, "is not a folder");
  if (status.st_uid != ::geteuid()) return unusable(folder, "belongs to uid " + std::to_string(status.st_uid) + ", the broker runs as " + std::to_string(::geteuid()));
  return refuse_writers(folder, status);
}

}  // namespace

trading::Result<HomeFolders> prepare_home(const std::filesystem::path& home) {
  std::error_code error;
  std::filesystem::create_directories(home.parent_path(), error);
  if (error) return unusable(home.parent_path(), error.message());
  HomeFolders folders{home};
  RETURN_IF_ERROR(make_folder(home, 0711));  // agents pass through to their socket, and see nothing
  RETURN_IF_ERROR(make_folder(folders.storage(), 0700));
  RETURN_IF_ERROR(make_folder(folders.keys(), 0755));
  RETURN_IF_ERROR(make_folder(folders.run(), 0711));
  RETURN_IF_ERROR(make_folder(folders.agent_socket().parent_path(), 02750));
  RETURN_IF_ERROR(make_folder(folders.operator_socket().parent_path(), 02750));
  RETURN_IF_ERROR(make_folder(folders.reports(), 0700));
  return folders;
}

}  // namespace broker
