#include "execution_broker/systemd_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstring>

namespace broker {

SystemdNotify::SystemdNotify(const std::string& notify_socket, const std::string& watchdog_usec) {
  std::int64_t wanted = 0;
  const auto [end, code] = std::from_chars(watchdog_usec.data(), watchdog_usec.data() + watchdog_usec.size(), wanted);
  if (code == std::errc{} && end == watchdog_usec.data() + watchdog_usec.size() && wanted > 0) watchdog_us_ = wanted;
  sockaddr_un address{};
  if (notify_socket.empty() || (notify_socket[0] != '/' && notify_socket[0] != '@') || notify_socket.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, notify_socket.data(), notify_socket.size());
  if (notify_socket[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket.size());
  fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ >= 0 && ::connect(fd_, static_cast<const sockaddr*>(static_cast<const void*>(&address)), size) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

SystemdNotify::~SystemdNotify() {
  if (fd_ >= 0) ::close(fd_);
}

void SystemdNotify::ready(const std::string& status) { send("READY=1\nSTATUS=" + status.substr(0, status.find('\n'))); }

bool SystemdNotify::alive(std::int64_t now_us, std::int64_t us_since_desk) {
  if (watchdog_us_ == 0 || us_since_desk > watchdog_us_ / 2) return false;
  if (last_us_ != 0 && now_us - last_us_ < watchdog_us_ / 4) return false;
  last_us_ = now_us;
  send("WATCHDOG=1");
  return true;
}

void SystemdNotify::stopping() { send("STOPPING=1"); }

void SystemdNotify::send(const std::string& text) const {
  if (fd_ >= 0) static_cast<void>(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL));  // a word that is lost is said again
}

}  // namespace broker
