#pragma once

#include <mutex>
#include <set>
#include <string>

namespace resources {

// Which resources were read since the start. Any thread.
class Interest {
 public:
  void note(const std::string& uri) {
    const std::lock_guard lock(mutex_);
    read_.insert(uri);
  }
  [[nodiscard]] bool is_in(const std::string& uri) const {
    const std::lock_guard lock(mutex_);
    return read_.contains(uri);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> read_;  // guarded by mutex_
};

}  // namespace resources
