#pragma once

// For --embedded-broker: a small process that may start a broker, forked before the gateway locks
// itself down and gives that power up.
//
//   gateway                          launcher                        execution_broker
//     launch(): one byte ----------->  is the home ours to use?
//                                      somebody listens? otherwise
//                                      fork, exec ------------------>  takes the home's lock
//                                      waits for the socket <-------   opens its door
//     ok, or code/what/fix <---------
//
// It ends when the gateway ends (its socket closes). The broker stays until it has been idle for
// kIdleSeconds. Two gateways may ask at once: the broker's own lock lets one start, both connect.

#include <string>

#include "trading/base/result.h"

namespace launcher {

inline constexpr int kIdleSeconds = 30;

class Launcher {
 public:
  // Forks the process. Called with one thread running.
  static trading::Result<Launcher> start(const std::string& home);
  ~Launcher();
  Launcher(Launcher&& other) noexcept;
  Launcher& operator=(Launcher&&) = delete;
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  // Asks for a broker and waits until it listens, at most kStartPatience. One call at a time.
  // EMBEDDED_HOME_REFUSED, EMBEDDED_SECRETS_REFUSED, EMBEDDED_BROKER_FAILED.
  trading::Status launch();

 private:
  explicit Launcher(int socket) : socket_(socket) {}
  int socket_ = -1;
};

}  // namespace launcher
