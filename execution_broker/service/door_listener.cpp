#include "execution_broker/service/door_listener.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>

#include "execution_broker/service/thread_share.h"
#include "trading/base/invariant.h"

namespace broker {
namespace {

constexpr std::int64_t kFirstRestUs = 10'000;
constexpr std::int64_t kLongestRestUs = 1'000'000;
constexpr int kAcceptsAtATime = 32;  // then look after the others: hang-ups, stop

constexpr std::uint32_t kUnknownUid = 0xFFFFFFFFU;  // (uid_t)-1, which is nobody's

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

wire::OwnedFd open_spare() {
  return wire::OwnedFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

std::optional<std::uint32_t> uid_of_peer(int fd) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return credentials.uid;
}

// Connected and gone again while it waited to be accepted.
bool has_hung_up(int fd) {
  pollfd state{fd, 0, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0;
}

}  // namespace

DoorListener::DoorListener(UnixListener listener, Options options)
    : listener_(std::move(listener)),
      options_(std::move(options)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      spare_(open_spare()) {
  INVARIANT(wake_.is_open(), "no descriptor left at the start");
  thread_ = std::thread([this] { loop(); });
}

DoorListener::~DoorListener() {
  stop();
}

void DoorListener::stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  const auto written = ::write(wake_.get(), &one, sizeof(one));
  INVARIANT(written == static_cast<ssize_t>(sizeof(one)), "an eventfd takes one write");
  thread_.join();
}

bool DoorListener::is_resting() const { return rest_until_us_ > steady_us(); }

void DoorListener::rest_for(std::int64_t us) { rest_until_us_ = steady_us() + us; }

void DoorListener::loop() {
  if (options_.is_last_in_line) put_last_in_line();
  std::vector<pollfd> polled;
  std::vector<int> hung_up;
  while (true) {
    polled.clear();
    polled.push_back({wake_.get(), POLLIN, 0});
    // A negative descriptor is skipped by poll: that is the rest after EMFILE or of a flood.
    const std::int64_t rest_us = std::max<std::int64_t>(rest_until_us_ - steady_us(), 0);
    polled.push_back({rest_us > 0 ? -1 : listener_.fd(), POLLIN, 0});
    for (const Watched& connection : watched_) polled.push_back({connection.watch.get(), 0, 0});
    const int wait_ms = rest_us > 0 ? static_cast<int>(rest_us / 1'000 + 1) : -1;
    const int ready = ::poll(polled.data(), polled.size(), wait_ms);
    if (ready < 0) continue;  // EINTR, or no kernel memory for a moment
    if (polled[0].revents != 0) return;
    hung_up.clear();
    for (std::size_t i = 2; i < polled.size(); ++i) {
      if (polled[i].revents != 0) hung_up.push_back(polled[i].fd);
    }
    release_ended(hung_up);
    if (polled[1].revents != 0 || (rest_us > 0 && !is_resting())) accept_some();
  }
}

void DoorListener::accept_some() {
  for (int i = 0; i < kAcceptsAtATime; ++i) {
    wire::OwnedFd connection(
        ::accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!connection.is_open()) {
      const bool is_out_of_resources =
          errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (is_out_of_resources) {
        give_up_one_caller();
        rest_us_ = std::clamp(rest_us_ * 2, kFirstRestUs, kLongestRestUs);
        rest_for(rest_us_);
      } else {
        rest_us_ = 0;
      }
      return;
    }
    rest_us_ = 0;
    if (admit(std::move(connection))) {
      counts_.accepted.fetch_add(1, std::memory_order_relaxed);
    } else if (const std::int64_t wait_us = refusals_.charge(steady_us()); wait_us > 0) {
      rest_for(wait_us);
      return;
    }
  }
}

bool DoorListener::admit(wire::OwnedFd connection) {
  const std::optional<std::uint32_t> uid = uid_of_peer(connection.get());
  const auto& allowed = options_.allowed_uids;
  if (!uid || std::find(allowed.begin(), allowed.end(), *uid) == allowed.end()) {
    refuse(uid.value_or(kUnknownUid), counts_.refused_uid, "UID_NOT_ALLOWED");
    return false;
  }
  if (has_hung_up(connection.get())) {  // nobody there any more: no place, no transport
    counts_.gone.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  if (live_of_[*uid] >= kMaxPerUid) {
    refuse(*uid, counts_.refused_crowd, "TOO_MANY_CONNECTIONS");
    return false;
  }
  if (!is_within_pace(*uid)) {
    refuse(*uid, counts_.refused_pace, "TOO_MANY_CONNECTIONS");
    return false;
  }
  // Numbers are given out from below: a high one tells how many are open in the whole process.
  wire::OwnedFd watch(::fcntl(connection.get(), F_DUPFD_CLOEXEC, 0));
  if (!watch.is_open() || watch.get() >= kMaxOpenFiles || connection.get() >= kMaxOpenFiles) {
    refuse(*uid, counts_.refused_files, "TOO_MANY_OPEN_FILES");
    return false;
  }
  ++live_of_[*uid];
  counts_.live.fetch_add(1, std::memory_order_relaxed);
  watched_.push_back({std::move(watch), *uid});
  options_.on_connection(*uid, std::move(connection));
  return true;
}

bool DoorListener::is_within_pace(std::uint32_t uid) {
  if (options_.pace.per_second <= 0) return true;
  const auto found = pace_of_.try_emplace(uid, options_.pace).first;  // as many as the allow-list has uids
  return found->second.take(steady_us()) == 0;
}

void DoorListener::refuse(std::uint32_t uid, std::atomic<std::int64_t>& count, const char* why) {
  count.fetch_add(1, std::memory_order_relaxed);
  if (options_.on_refused) options_.on_refused(uid, why);
}

// Out of descriptors: the first caller of the backlog is told so by being hung up on.
void DoorListener::give_up_one_caller() {
  counts_.refused_files.fetch_add(1, std::memory_order_relaxed);
  spare_ = wire::OwnedFd();
  {
    const wire::OwnedFd refused(
        ::accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  }
  spare_ = open_spare();
}

void DoorListener::release_ended(const std::vector<int>& hung_up) {
  for (const int fd : hung_up) {
    const auto ended =
        std::find_if(watched_.begin(), watched_.end(),
                     [fd](const Watched& connection) { return connection.watch.get() == fd; });
    INVARIANT(ended != watched_.end() && live_of_[ended->uid] > 0,
              "a polled connection is watched and counted");
    --live_of_[ended->uid];
    counts_.live.fetch_sub(1, std::memory_order_relaxed);
    watched_.erase(ended);
  }
}

}  // namespace broker
