#include "execution_broker/exposure_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace broker {

trading::Status ExposureMark::set(bool is_exposed) {
  const State wanted = is_exposed ? State::kThere : State::kGone;
  if (state_ == wanted) return {};
  bool is_done = false;
  if (is_exposed) {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    is_done = fd >= 0;
    if (is_done) ::close(fd);
  } else {
    is_done = ::unlink(path_.c_str()) == 0 || errno == ENOENT;
  }
  if (!is_done)
    return trading::make_error("EXPOSURE_MARK", path_.string() + ": " + std::strerror(errno), "look at the owner and mode of run/ and at the disk");
  state_ = wanted;
  return {};
}

}  // namespace broker
