#include "execution_broker/service/unix_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace broker {
namespace {

constexpr mode_t kFolderMode = 02750;
constexpr mode_t kSocketMode = 0660;
constexpr int kBacklog = 64;

trading::Error not_opened(const std::filesystem::path& path, const std::string& why) {
  return trading::make_error("DOOR_NOT_OPENED", path.string() + ": " + why,
                             "the broker cannot serve without it");
}
trading::Error not_opened_by_system(const std::filesystem::path& path, const char* step) {
  return not_opened(path, std::string(step) + " failed: " + std::strerror(errno));
}

trading::Status prepare_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder.parent_path(), failure);
  const bool is_new = ::mkdir(folder.c_str(), kFolderMode & 0777) == 0;
  if (!is_new && errno != EEXIST) return not_opened_by_system(folder, "making the folder");
  struct stat facts {};
  if (::lstat(folder.c_str(), &facts) != 0)
    return not_opened_by_system(folder, "looking at the folder");
  if (!S_ISDIR(facts.st_mode) || facts.st_uid != ::geteuid()) {
    return trading::make_error("DOOR_FOLDER_UNSAFE", folder.string() + " is no folder of this user",
                               "remove it, or start the broker as its owner");
  }
  // Ours: then its mode is what we say, whatever an earlier hand or umask made of it.
  if (::chmod(folder.c_str(), kFolderMode) != 0)
    return not_opened_by_system(folder, "setting the folder's mode");
  return {};
}

trading::Result<wire::OwnedFd> bind_socket(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof(address.sun_path)) {
    return trading::make_error("DOOR_NOT_OPENED",
                               "the socket's path is longer than 107 bytes: " + text,
                               "choose a shorter --home");
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  wire::OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return not_opened_by_system(path, "making a socket");
  // The file is made with the socket's own mode less the umask: narrow from its first moment,
  // without touching the umask, which belongs to all threads. The chmod afterwards gives back what
  // a narrower umask took.
  if (::fchmod(fd.get(), kSocketMode) != 0)
    return not_opened_by_system(path, "narrowing the socket");
  const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (::bind(fd.get(), generic, sizeof(address)) != 0) return not_opened_by_system(path, "binding");
  if (::chmod(text.c_str(), kSocketMode) != 0)
    return not_opened_by_system(path, "setting the socket's mode");
  if (::listen(fd.get(), kBacklog) != 0) return not_opened_by_system(path, "listening");
  return fd;
}

}  // namespace

UnixListener::UnixListener(std::filesystem::path path, LockFile lock, wire::OwnedFd fd)
    : path_(std::move(path)), lock_(std::move(lock)), fd_(std::move(fd)) {}

UnixListener::~UnixListener() {
  // A listener that was moved from owns nothing, and must not take the file from the one that does.
  if (fd_.is_open()) ::unlink(path_.c_str());
}

trading::Result<UnixListener> UnixListener::open(const std::filesystem::path& socket_path) {
  RETURN_IF_ERROR(prepare_folder(socket_path.parent_path()));
  auto lock = LockFile::acquire(socket_path.string() + ".lock");
  if (!lock && lock.error().code != "STORAGE_LOCKED")
    return not_opened(socket_path, lock.error().what);
  if (!lock) {
    return trading::make_error(
        "BROKER_ALREADY_RUNNING",
        "another broker serves " + socket_path.string() + " (" + lock.error().what + ")",
        "stop it, or use another --home");
  }
  if (::unlink(socket_path.c_str()) != 0 && errno != ENOENT) {
    return not_opened_by_system(socket_path, "removing the old socket");
  }
  ASSIGN_OR_RETURN(wire::OwnedFd fd, bind_socket(socket_path));
  return UnixListener(socket_path, std::move(*lock), std::move(fd));
}

}  // namespace broker
