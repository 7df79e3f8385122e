#pragma once

// Tells systemd that the broker is ready, lives and stops, by the datagrams of sd_notify(3). Without
// NOTIFY_SOCKET all of it does nothing.

#include <cstdint>
#include <string>

namespace broker {

class SystemdNotify {
 public:
  // As the environment has them: NOTIFY_SOCKET (a path, or "@name" in the abstract namespace) and
  // WATCHDOG_USEC. Opens its socket here, so that it works from within a confinement. A socket that
  // cannot be reached is as none.
  SystemdNotify(const std::string& notify_socket, const std::string& watchdog_usec);
  ~SystemdNotify();
  SystemdNotify(const SystemdNotify&) = delete;
  SystemdNotify& operator=(const SystemdNotify&) = delete;

  [[nodiscard]] bool is_wanted() const { return fd_ >= 0; }
  // How long systemd waits for a word before it kills; 0 = it does not.
  [[nodiscard]] std::int64_t watchdog_us() const { return watchdog_us_; }

  void ready(const std::string& status);
  // `us_since_desk` is how long ago the desk's thread last came round: a broker whose desk hangs says
  // nothing, and is killed and restarted. Call often; sends at most every quarter of watchdog_us().
  // True when it sent.
  bool alive(std::int64_t now_us, std::int64_t us_since_desk);
  void stopping();

 private:
  void send(const std::string& text) const;
  int fd_ = -1;  // connected
  std::int64_t watchdog_us_ = 0;
  std::int64_t last_us_ = 0;
};

}  // namespace broker
