#pragma once

// The broker as a whole: builds the parts in their order, opens the doors last, closes them first. main owns one.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "execution_broker/config/settings.h"
#include "execution_broker/home_folders.h"
#include "trading/base/result.h"

namespace broker {

class Broker {
 public:
  // Errors of every part, each with what to do; nothing is listening then.
  static trading::Result<std::unique_ptr<Broker>> start(const HomeFolders& folders, Settings settings);
  // Doors closed, the desk's last work done, time and audit kept.
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Seconds since the last call at a door (or the start), by the steady clock.
  [[nodiscard]] std::int64_t idle_seconds() const;
  // Microseconds since the desk's thread last came round, by the steady clock; while one job runs it grows.
  [[nodiscard]] std::int64_t us_since_desk() const;
  [[nodiscard]] std::string summary() const;  // one line for the log: mode, market, clock, sockets

 private:
  struct Parts;
  explicit Broker(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace broker
