#pragma once

// Is the home still isolated? A broker runs for weeks; root's finding grows stale, and a user joins a group. Only a home that
// was isolated at the start can lose it: one that was not stays so until the next start.

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "trading/base/result.h"

namespace broker {

class IsolationWatch {
 public:
  // `look` is check_isolation over this home; `at_start` is what it said then.
  IsolationWatch(std::function<trading::Status()> look, trading::Status at_start);

  [[nodiscard]] bool was_isolated() const { return was_isolated_; }  // at the start
  void look_again();                                                 // any thread; nothing where it was not
  [[nodiscard]] std::string custody() const;                         // isolated | same-uid, as of the last look; any thread
  [[nodiscard]] std::string lost_by() const;                         // why it was lost; empty = it stands, or never did
  // What the last look changed, once: why it was lost, or "" when it stands again. One thread.
  std::optional<std::string> news();

 private:
  const std::function<trading::Status()> look_;
  const bool was_isolated_;
  mutable std::mutex mutex_;
  std::string lost_by_;  // guarded by mutex_
  std::string told_;     // what news() told last
};

}  // namespace broker
