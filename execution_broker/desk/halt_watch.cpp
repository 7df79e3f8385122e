#include "execution_broker/desk/halt_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace broker {

namespace {
// Besides inotify the file is looked for at this interval: a file system without events must not hide it.
constexpr int kLookAgainMs = 200;

// Does one of these events speak of the file HALT?
bool names_halt(const char* bytes, std::size_t length) {
  std::size_t at = 0;
  while (at + sizeof(inotify_event) <= length) {
    inotify_event event{};
    std::memcpy(&event, bytes + at, sizeof event);
    const char* name = bytes + at + sizeof event;
    if (event.len > 0 && std::strncmp(name, "HALT", event.len) == 0) return true;
    at += sizeof event + event.len;
  }
  return false;
}
}  // namespace

std::optional<std::string> read_halt_reason(const std::filesystem::path& run_folder) {
  constexpr std::size_t kMostReason = 120;
  const std::filesystem::path file = run_folder / "HALT";
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  // Whatever stands there halts. Only a plain file is opened: a pipe would hold the desk up, a link would let its maker
  // have any file of the broker's read.
  if (!S_ISREG(status.st_mode)) return std::string();
  const int fd = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return std::string();
  std::array<char, kMostReason> text{};
  const ssize_t count = ::read(fd, text.data(), text.size());
  ::close(fd);
  std::string reason(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  reason = reason.substr(0, reason.find_first_of("\r\n"));
  for (char& c : reason)
    if (c < ' ' || c > '~') c = '?';
  while (!reason.empty() && reason.back() == ' ') reason.pop_back();
  return reason;
}

trading::Result<std::unique_ptr<HaltWatch>> HaltWatch::start(const std::filesystem::path& run_folder, HaltFlag& halt,
                                                             std::function<void()> on_halt) {
  std::unique_ptr<HaltWatch> watch(new HaltWatch(run_folder / "HALT", halt, std::move(on_halt)));
  const auto failed = [&](const char* what) {
    return trading::make_error("HALT_WATCH_FAILED", std::string(what) + " " + run_folder.string() + ": " + std::strerror(errno),
                               "the broker does not start without a working HALT file; check the folder and the inotify limits");
  };
  watch->inotify_fd_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch->inotify_fd_ < 0) return failed("cannot watch");
  if (::inotify_add_watch(watch->inotify_fd_, run_folder.c_str(), IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB) < 0)
    return failed("cannot watch");
  if (::pipe2(watch->stop_pipe_, O_CLOEXEC) != 0) return failed("cannot make a pipe to watch");
  if (::access(watch->file_.c_str(), F_OK) == 0) halt.raise();
  watch->thread_ = std::thread([raw = watch.get()] { raw->watch(); });
  return watch;
}

HaltWatch::~HaltWatch() {
  if (thread_.joinable()) {
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(stop_pipe_[1], &byte, 1);
    thread_.join();
  }
  for (const int fd : {inotify_fd_, stop_pipe_[0], stop_pipe_[1]})
    if (fd >= 0) ::close(fd);
}

void HaltWatch::watch() {
  bool was_told = false;
  while (true) {
    std::array<pollfd, 2> fds{{{inotify_fd_, POLLIN, 0}, {stop_pipe_[0], POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), kLookAgainMs);
    if ((fds[1].revents & POLLIN) != 0) return;
    std::array<char, 4096> events{};
    bool has_event = false;
    while (true) {
      const ssize_t length = ::read(inotify_fd_, events.data(), events.size());
      if (length <= 0) break;
      has_event = has_event || names_halt(events.data(), static_cast<std::size_t>(length));
    }
    const bool is_there = ::access(file_.c_str(), F_OK) == 0;
    if (has_event) was_told = false;  // a file put there, or touched, again is a new halt
    if (!is_there) {
      was_told = false;
    } else if (!was_told) {
      was_told = true;
      halt_.raise();
      if (on_halt_) on_halt_();
    }
  }
}

}  // namespace broker
