#include "execution_broker/isolation_watch.h"

#include <algorithm>
#include <utility>

namespace broker {

IsolationWatch::IsolationWatch(std::function<trading::Status()> look, trading::Status at_start)
    : look_(std::move(look)), was_isolated_(at_start.has_value()) {}

void IsolationWatch::look_again() {
  if (!was_isolated_) return;
  const trading::Status now = look_();
  const std::lock_guard lock(mutex_);
  lost_by_ = now ? "" : now.error().what;
  std::replace(lost_by_.begin(), lost_by_.end(), '\n', ' ');  // one line for logs and replies
}

std::string IsolationWatch::lost_by() const {
  const std::lock_guard lock(mutex_);
  return lost_by_;
}

std::string IsolationWatch::custody() const { return was_isolated_ && lost_by().empty() ? "isolated" : "same-uid"; }

std::optional<std::string> IsolationWatch::news() {
  std::string now = lost_by();
  if (now == told_) return std::nullopt;
  told_ = now;
  return now;
}

}  // namespace broker
